"""Learn the second reader from the corpora, and write rules/language/learned.bin.gz.

python tests/benchmarks/learn_language.py            # learn and write: some minutes
python tests/benchmarks/learn_language.py --check    # learn anew and compare with the file
python tests/benchmarks/learn_language.py --held     # learn without a third of the real messages, and score on it
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
import tomllib
import warnings
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import backtriage as bt
import numpy as np
from backtriage.free_text import clues as clues_code
from backtriage.free_text.context import Context
from backtriage.free_text.learned import BLOCKS, FILE, FLOOR, STEPS, clues_of, read_learned, share, written
from backtriage.free_text.lexicon import language
from language import score_messages
from scipy import sparse
from sklearn.linear_model import LogisticRegression

CORPORA = Path(__file__).parent / "corpora"
TO = Path(__file__).parents[2] / "rules" / "language"
BOOK = bt.default_rulebook()
LANGUAGE = language(BOOK)
FEWEST = 8
"""A finding with fewer examples keeps its phrases."""
WEIGHTS = {True: 12_000, False: 2_500}
"""How many weights a finding keeps: one that is an emergency or a crisis, and any other."""
ADD, KEEP, ASK = -1.25, -4.0, -3.5
LONGEST = 200
"""No example that is longer is kept for showing."""
CAUTION = {
    "suicidal_immediate_danger": 2.5,  # a question by itself: it is asked about rather than taken for said
    "suicidal_thoughts": 0.25,
    "too_many_painkillers": 0.25,
    "overdose_unwell_or_meant": 0.25,
}
"""A crisis has to be surer by that much: its message is shown at once, to somebody who may only ask."""
CRISES = set(CAUTION)


def messages() -> list[dict[str, Any]]:
    """Every message of the corpora; harmless sentences are messages without a finding."""
    found = []
    for file in sorted(CORPORA.glob("messages_*.toml")):
        found += [{**one, "file": file.stem} for one in tomllib.loads(file.read_text())["message"]]
    for at, one in enumerate(tomllib.loads((CORPORA / "harmless.toml").read_text())["sentence"]):
        found.append({**one, "id": f"harmless-{at}", "file": "harmless"})
    return found


def held_out(message: dict[str, Any]) -> bool:
    """Whether a message belongs to the third of the real messages that is held out."""
    drawn = int(hashlib.sha256(message["id"].encode()).hexdigest(), 16) % 3 == 0
    return drawn and message["file"] in ("messages_real_a", "messages_real_b")


def clues(text: str) -> list[list[int]]:
    """The numbers of the clues of a text, block by block."""
    read = [(sentence, Context(sentence, LANGUAGE.cues)) for sentence, _ in LANGUAGE.sentences(text)]
    return [sorted({clue for _, (clue, _, _) in block}) for block in clues_of(read)]


def implied(ids: Iterable[str]) -> set[str]:
    """Some findings and what follows from them."""
    given = set(ids)
    return given | {follows for id_ in given for follows in BOOK.vocabulary.implied.get(id_, ())}


def urgent() -> set[str]:
    """The findings that are an emergency by themselves, or a crisis."""
    return CRISES | {id_ for id_, rank in LANGUAGE.urgency.items() if rank == bt.Urgency.EMERGENCY.rank}


def digest(learned_from: list[dict[str, Any]]) -> str:
    """Of what the weights are learned from: messages, labels, parameters, and what counts as a clue.

    The groups of words are left out: a phrase more changes a clue here and there, and the weights stay good.
    """
    parameters = (FEWEST, sorted(WEIGHTS.items()), ADD, KEEP, ASK, sorted(CAUTION.items()), LONGEST, STEPS, FLOOR)
    sha = hashlib.sha256(repr(parameters).encode() + Path(clues_code.__file__).read_bytes())
    for message in learned_from:
        sha.update(repr([message.get(key) for key in ("id", "text", "present", "may")]).encode())
    return sha.hexdigest()


def matrix(seen: list[list[list[int]]], columns: dict[tuple[int, int], int], *, grow: bool) -> sparse.csr_matrix:
    """A row a message: each clue of a block counts one over the root of their number."""
    data, rows, places = [], [], []
    for at, blocks in enumerate(seen):
        for block, numbers in enumerate(blocks):
            for clue in numbers:
                column = columns.setdefault((block, clue), len(columns)) if grow else columns.get((block, clue))
                if column is not None:
                    data.append(share(len(numbers)))
                    rows.append(at)
                    places.append(column)
    return sparse.csr_matrix((data, (rows, places)), shape=(len(seen), len(columns)))


def fitted(x: sparse.csr_matrix, y: np.ndarray, most: int, tol: float = 0.01) -> tuple[float, dict[int, int]]:
    """What no clue says, and the largest weights in steps, by column."""
    model = LogisticRegression(C=30, class_weight="balanced", solver="liblinear", tol=tol, random_state=0)
    model.fit(x, y)
    weights = np.clip(np.rint(model.coef_[0] * STEPS), -127, 127).astype(int)
    best = np.argsort(-np.abs(model.coef_[0]), kind="stable")[:most]
    return float(model.intercept_[0]), {column: int(weights[column]) for column in best if weights[column]}


def learn(learned_from: list[dict[str, Any]]) -> bytes:
    """The bytes of the file."""
    seen = [clues(message["text"]) for message in learned_from]
    columns: dict[tuple[int, int], int] = {}
    x = matrix(seen, columns, grow=True)
    wording = {id_: BOOK.vocabulary.findings[id_].text for id_ in BOOK.vocabulary.yes_no}
    words = matrix([clues(text) for text in wording.values()], columns, grow=False)
    counts = Counter(id_ for message in learned_from for id_ in message.get("present", ()))
    findings = sorted(id_ for id_, number in counts.items() if number >= FEWEST)
    names = list(columns)
    rows: dict[int, dict[int, int]] = {}
    bias = []
    worst = urgent()
    for about, finding in enumerate(findings):
        y = np.array([finding in message.get("present", ()) for message in learned_from])
        doubt = [
            finding in implied(message.get("present", ())) | set(message.get("may", ())) for message in learned_from
        ]
        sure = y | ~np.array(doubt)
        own = np.array([finding in implied([id_]) for id_ in wording])
        said, weights = fitted(sparse.vstack([x[sure], words]), np.r_[y[sure], own], WEIGHTS[finding in worst])
        bias.append(round(said - CAUTION.get(finding, 0), 3))
        for column, weight in weights.items():
            rows.setdefault(names[column][1], {})[about] = weight
    head = {
        "digest": digest(learned_from),
        "findings": findings,
        "bias": bias,
        "add": ADD,
        "keep": KEEP,
        "ask": ASK,
        "examples": [
            (message["id"], message["text"], sorted(set(message.get("present", ())) & set(findings)))
            for message in learned_from
            if len(message["text"]) <= LONGEST and set(message.get("present", ())) & set(findings)
        ],
    }
    return written(head, rows)


def score_held_out() -> None:
    """Learn without the held-out third and the blind half, and print how these are read."""
    kept = {"held out": [], "messages_blind": [], "": []}
    for message in messages():
        part = "held out" if held_out(message) else message["file"]
        kept[part if part in kept else ""].append(message)
    with TemporaryDirectory() as folder:
        rules = Path(shutil.copytree(BOOK.path, Path(folder) / "rules"))
        (rules / "language" / FILE).write_bytes(learn(kept.pop("")))
        book = bt.load_rulebook(rules)
        for part, held in kept.items():
            print(f"\n{part}")
            score_messages(held, book)


def write_or_compare(data: bytes, to: Path, *, check: bool) -> None:
    """Write what was learned; or say whether the file holds it, with the exit code, too."""
    if check:
        same = data == to.read_bytes()
        print("the same" if same else "another file: learn anew")
        sys.exit(not same)
    to.write_bytes(data)


def main() -> None:
    """Learn, and write or compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--held", action="store_true")
    given = parser.parse_args()
    warnings.filterwarnings("ignore")
    if given.held:
        score_held_out()
        return
    data = learn(messages())
    write_or_compare(data, TO / FILE, check=given.check)
    learned = read_learned(TO)
    assert learned
    print(f"{len(learned.findings)} findings, {len(data):,} bytes, {BLOCKS} blocks, digest {learned.digest[:12]}")


if __name__ == "__main__":
    main()
