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
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import attrs
import backtriage as bt
import numpy as np
from backtriage.free_text import layout, stances
from backtriage.free_text.clues import Clue
from backtriage.free_text.learned import FLOOR, STANCES, STEPS, read_learned, written
from backtriage.free_text.lexicon import language
from backtriage.free_text.own_words import without_own
from backtriage.free_text.reply_problems import Stance
from backtriage.free_text.stances import RECOMMENDED, ReadReply, stance_of
from language import CORPORA, expected_problem, replies_of
from learn_language import TO, fitted, matrix, write_or_compare

WORDS_OF = language(bt.default_rulebook())
RECOMMEND, FORBID = 0.5, -1.0
"""From which score on a mention is recommended, and up to which it is forbidden; between them it is unclear."""
WEIGHTS = 12_000
NAMES = {"{yes}": "bridges", "{no}": "sit-ups"}
FOLDS = 6


@attrs.frozen
class Mention:
    """An exercise named in a text.

    Attributes:
        text: The text, or the id of the reply.
        clues: Its clues, block by block.
        forbidden: What the rules say.
        recommended: Whether it is recommended.
    """

    text: str
    clues: list[list[tuple[int, Clue]]]
    forbidden: bool
    recommended: bool


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
            recommended = filled[slice(*named.span)] == NAMES["{yes}"]
            yield Mention(text, read.clues(named), named.forbidden, recommended)
    for reply, assessment, text in replies_of(reply_tables(pattern)):
        wanted = [names for kind, names in map(expected_problem, reply["problems"]) if kind == "exercise"]
        rest, _ = without_own(text, assessment, WORDS_OF, ())
        read = ReadReply(rest, WORDS_OF)
        for named in read.named:
            if not any(assessment.status(id_) == "allowed" for id_ in named.ids):
                recommended = any(names & {*named.ids} for names in wanted)
                yield Mention(reply["id"], read.clues(named), named.forbidden, recommended)


def digest() -> str:
    """Of what the weights are learned from: texts, labels, parameters, and what counts as a clue."""
    sha = hashlib.sha256(repr((RECOMMEND, FORBID, WEIGHTS, STEPS, FLOOR)).encode())
    for module in (stances, layout):
        sha.update(Path(module.__file__).read_bytes())
    sha.update(repr([texts(), reply_tables("replies_dev*.toml")]).encode())
    return sha.hexdigest()


def learn(learned_from: Iterable[Mention]) -> bytes:
    """The bytes of the file."""
    learned_from = list(learned_from)
    columns: dict[tuple[int, int], int] = {}
    seen = [[sorted(clue for _, (clue, _, _) in block) for block in one.clues] for one in learned_from]
    x = matrix(seen, columns, grow=True)
    bias, weights = fitted(x, np.array([one.recommended for one in learned_from]), WEIGHTS, tol=0.001)
    names = list(columns)
    head = {
        "digest": digest(),
        "findings": [RECOMMENDED],
        "bias": [round(bias, 3)],
        "add": RECOMMEND,
        "keep": FORBID,
        "ask": RECOMMEND,
        "examples": [],
    }
    return written(head, {names[column][1]: {0: weight} for column, weight in weights.items()})


def drawn(text: str) -> int:
    """The fold that a text belongs to."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % FOLDS


def score_held_out(*, wrong: bool) -> None:
    """Learn six times without a sixth of the texts and replies, and print what is said of the mentions in it."""
    known = list(mentions())
    counts: Counter[tuple[bool, str]] = Counter()
    for fold in range(FOLDS):
        with TemporaryDirectory() as folder:
            (Path(folder) / STANCES).write_bytes(learn(one for one in known if drawn(one.text) != fold))
            learned = read_learned(Path(folder), STANCES)
        assert learned
        for one in known:
            if drawn(one.text) == fold:
                stance = stance_of(one.clues, learned, forbidden=one.forbidden)
                counts[one.recommended, stance.value] += 1
                if wrong and one.recommended is (stance is Stance.FORBIDDEN):
                    print(f"  {stance.value} {'by the rules' if one.forbidden else ''}: {one.text!r}")
    for recommended in (True, False):
        said = ", ".join(f"{counts[recommended, stance.value]} {stance.value}" for stance in Stance)
        by_rules = sum(one.forbidden for one in known if one.recommended is recommended)
        label = "recommended" if recommended else "not recommended"
        print(f"  {label:<16} {said} (by the rules alone {by_rules} forbidden)")


def main() -> None:
    """Learn, and write, compare or score."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--held", action="store_true")
    parser.add_argument("--wrong", action="store_true", help="with --held: print what was taken for its contrary")
    given = parser.parse_args()
    if given.held:
        score_held_out(wrong=given.wrong)
        return
    data = learn(mentions())
    write_or_compare(data, TO / STANCES, check=given.check)
    print(f"{len(data):,} bytes, digest {digest()[:12]}")


if __name__ == "__main__":
    main()
