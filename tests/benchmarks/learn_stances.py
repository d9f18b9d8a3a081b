"""Learn whether a reply recommends an exercise that it names, and write rules/language/stances.bin.gz.

python tests/benchmarks/learn_stances.py            # learn and write: seconds
python tests/benchmarks/learn_stances.py --check    # learn anew and compare with the file
python tests/benchmarks/learn_stances.py --held     # learn without a sixth of the texts, six times, and score on it

The blind replies are not learned from.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import attrs
import backtriage as bt
import numpy as np
from backtriage.free_text import layout, stances
from backtriage.free_text.learned import FLOOR, STANCES, STEPS, read_learned, written
from backtriage.free_text.lexicon import language
from backtriage.free_text.own_words import without_own
from backtriage.free_text.stances import RECOMMENDED, Named, ReadReply
from language import CORPORA, expected_problem, replies_of
from learn_language import TO, matrix
from sklearn.linear_model import LogisticRegression

WORDS_OF = language(bt.default_rulebook())
RECOMMEND, FORBID, OVERRULE = 0.5, -0.75, 4.0
"""From which score on a mention is recommended, up to which it is forbidden, and from which on it is doubted that a
cue forbids it."""
WEIGHTS = 12_000
NAMES = {"{yes}": "bridges", "{no}": "sit-ups"}
FOLDS = 6
PARTS = ("weights", "learned", "held")


@attrs.frozen
class Mention:
    """An exercise named in a text.

    Attributes:
        text: The id of the text.
        clues: The numbers of its clues, block by block.
        forbidden: What the rules say.
        recommended: Whether it is recommended.
    """

    text: str
    clues: list[list[int]]
    forbidden: bool
    recommended: bool

    @classmethod
    def of(cls, text: str, read: ReadReply, named: Named, *, recommended: bool) -> Mention:
        clues = [sorted(clue for _, (clue, _, _) in block) for block in read.clues(named)]
        return cls(text, clues, named.forbidden, recommended)


def texts() -> list[str]:
    """The texts with places for names."""
    return tomllib.loads((CORPORA / "stances.toml").read_text())["texts"]


def reply_tables(pattern: str) -> list[dict]:
    """The replies of some files."""
    return [one for file in sorted(CORPORA.glob(pattern)) for one in tomllib.loads(file.read_text())["reply"]]


def mentions(pattern: str = "replies_dev*.toml", *, with_texts: bool = True) -> Iterator[Mention]:
    """Every mention that is labelled: in the texts, and of an exercise that is not allowed in the replies."""
    for text in texts() if with_texts else ():
        filled = re.sub(r"\{\w+\}", lambda place: NAMES[place[0]], text)
        read = ReadReply(filled, WORDS_OF)
        for named in read.named:
            yield Mention.of(text, read, named, recommended=filled[slice(*named.span)] == NAMES["{yes}"])
    for reply, assessment, text in replies_of(reply_tables(pattern)):
        wanted = [names for kind, names in map(expected_problem, reply["problems"]) if kind == "exercise"]
        rest, _ = without_own(text, assessment, WORDS_OF, ())
        read = ReadReply(rest, WORDS_OF)
        for named in read.named:
            if not any(assessment.status(id_) == "allowed" for id_ in named.ids):
                yield Mention.of(reply["id"], read, named, recommended=any(names & {*named.ids} for names in wanted))


def digest() -> str:
    """Of what the weights are learned from: texts, labels, parameters, and what counts as a clue."""
    sha = hashlib.sha256(repr((RECOMMEND, FORBID, OVERRULE, WEIGHTS, STEPS, FLOOR)).encode())
    for module in (stances, layout):
        sha.update(Path(module.__file__).read_bytes())
    sha.update(repr([texts(), reply_tables("replies_dev*.toml")]).encode())
    return sha.hexdigest()


def learn(learned_from: Iterable[Mention]) -> bytes:
    """The bytes of the file."""
    learned_from = list(learned_from)
    columns: dict[tuple[int, int], int] = {}
    x = matrix([one.clues for one in learned_from], columns, grow=True)
    y = np.array([one.recommended for one in learned_from])
    model = LogisticRegression(C=30, class_weight="balanced", solver="liblinear", tol=0.001, random_state=0)
    model.fit(x, y)
    weights = np.clip(np.rint(model.coef_[0] * STEPS), -127, 127).astype(int)
    names = list(columns)
    best = np.argsort(-np.abs(model.coef_[0]), kind="stable")[:WEIGHTS]
    rows = {names[column][1]: {0: int(weights[column])} for column in best if weights[column]}
    head = {
        "digest": digest(),
        "findings": [RECOMMENDED],
        "bias": [round(float(model.intercept_[0]), 3)],
        "add": RECOMMEND,
        "keep": FORBID,
        "ask": OVERRULE,
        "examples": [],
    }
    return written(head, rows)
