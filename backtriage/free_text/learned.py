"""The second reader: one sparse linear model a finding, beside the phrases; it adds, and overrides no denial."""

from __future__ import annotations

import gzip
import json
import struct
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from math import sqrt
from pathlib import Path
from typing import Any, Final, TypeAlias

import attrs

from .clues import Clue, denied_clues, group_clues, letter_clues, word_clues
from .context import Context
from .phrases import Sentence

FILE: Final = "learned.bin.gz"
"""The file of weights, beside the words of a rulebook; one without it keeps its phrases."""
STANCES: Final = "stances.bin.gz"
"""The same of what is said of an exercise in a reply."""
STEPS: Final = 12
"""A weight is a whole number of twelfths."""
FLOOR: Final = 12
"""A block of fewer clues weighs as if it had so many, and the rest said nothing."""
BLOCKS: Final = 3
"""Words, groups of words, letters: the clues of each weigh the same, however many there are."""
EXAMPLES: Final = 150
"""How many messages with a finding are looked through for the most alike."""
SHOWN: Final = 3
"""How many places a suggestion names at most."""

Read: TypeAlias = Sequence[tuple[Sentence, Context]]
"""The sentences of a message, each with its cues."""


@attrs.frozen
class Example:
    """A message that the second reader learned from.

    Attributes:
        id: Its id in the corpora.
        text: What it says.
        words: Its words.
    """

    id: str
    text: str
    words: frozenset[str] = attrs.field(init=False)

    @words.default
    def _words(self) -> frozenset[str]:
        return frozenset(self.text.lower().split())


@attrs.frozen(kw_only=True, eq=False)
class Learned:
    """The weights of a rulebook, as its file holds them.

    Attributes:
        digest: Of the clues and labels that they were learned from.
        findings: The findings that they are about.
        bias: For each what no clue says.
        add: From this score on a finding is suggested.
        keep: A phrase's emergency that scores no more is asked about instead of suggested.
        ask: From this score on an emergency is asked about.
        examples: For each finding messages with it that they were learned from.
        clues: The numbers of the clues that weigh anything, in order.
        starts: Where the weights of each begin, and the last end.
        about: For each weight the place of its finding.
        weights: The weights.
    """

    digest: str
    findings: tuple[str, ...]
    bias: tuple[float, ...]
    add: float
    keep: float
    ask: float
    examples: Mapping[str, Sequence[Example]]
    clues: array[int]
    starts: array[int]
    about: bytes
    weights: array[int]

    def weigh(self, read: Read) -> Weighed:
        """What the clues of a message say."""
        return self.weigh_clues(clues_of(read))

    def weigh_clues(self, blocks: list[list[tuple[int, Clue]]]) -> Weighed:
        """What some clues say, each with the number of the sentence that it stands in."""
        clues = {clue for block in blocks for _, (clue, _, _) in block}
        rows = {clue: row for clue in clues if (row := self._row(clue))}
        sums = [0.0] * len(self.findings)
        for block in blocks:
            seen = {clue for _, (clue, _, _) in block}
            found = [0] * len(sums)
            for clue in seen:
                if row := rows.get(clue):
                    for about, weight in zip(self.about[row], self.weights[row], strict=True):
                        found[about] += weight
            norm = share(len(seen)) / STEPS
            sums = [before + norm * new for before, new in zip(sums, found, strict=True)]
        scores = {id_: bias + score for id_, bias, score in zip(self.findings, self.bias, sums, strict=True)}
        return Weighed(learned=self, scores=scores if any(sums) else {}, blocks=blocks, rows=rows)

    def nearest(self, finding: str, text: str) -> Example | None:
        """The message with the finding that shares most of its words with a text; none if it shares none."""
        said = set(text.lower().split())
        shared = (
            (len(said & example.words) / len(said | example.words), example.id, example)
            for example in self.examples[finding]
        )
        share, _, example = max(shared, default=(0, "", None))
        return example if share else None

    def _row(self, clue: int) -> slice | None:
        at = bisect_left(self.clues, clue)
        if at == len(self.clues) or self.clues[at] != clue:
            return None
        return slice(self.starts[at], self.starts[at + 1])


@attrs.frozen(kw_only=True, eq=False)
class Weighed:
    """What the clues of one message say.

    Attributes:
        learned: The weights.
        scores: How much speaks for each finding; nothing where nothing was said.
        blocks: The clues.
        rows: Where the weights of each clue are, if it has any.
    """

    learned: Learned
    scores: Mapping[str, float]
    blocks: list[list[tuple[int, Clue]]]
    rows: Mapping[int, slice]

    def places(self, finding: str) -> list[tuple[int, int, int]]:
        """The places that speak most for it: number of the sentence, first word, and the word behind the last."""
        about = self.learned.findings.index(finding)
        weighed: dict[tuple[int, int, int], float] = {}
        for block in self.blocks:
            norm = share(len(block))
            for sentence, (clue, start, end) in block:
                row = self.rows.get(clue)
                if row and (at := self.learned.about.find(about, row.start, row.stop)) >= 0:
                    place = sentence, start, end
                    weighed[place] = weighed.get(place, 0.0) + self.learned.weights[at] * norm
        best = sorted(weighed, key=lambda place: (-weighed[place], place))[:SHOWN]
        return sorted(place for place in best if weighed[place] > 0)


def share(clues: int) -> float:
    """What one of some clues of a block weighs; a word alone says little."""
    return 1 / sqrt(max(clues, FLOOR))


def clues_of(read: Read) -> list[list[tuple[int, Clue]]]:
    """The clues of a message in their blocks, each with the number of its sentence."""
    blocks: list[list[tuple[int, Clue]]] = [[] for _ in range(BLOCKS)]
    for at, (sentence, context) in enumerate(read):
        words = list(sentence.words)
        blocks[0] += ((at, clue) for clue in word_clues(words))
        blocks[0] += ((at, clue) for clue in denied_clues(words, context))
        blocks[1] += ((at, clue) for clue in group_clues(sentence, context))
        blocks[2] += ((at, clue) for clue in letter_clues(words))
    return blocks


def written(head: Mapping[str, Any], rows: Mapping[int, Mapping[int, int]]) -> bytes:
    """The bytes of a file: a head as JSON, then for each clue, in order, what it weighs for which finding."""
    clues = sorted(rows)
    entries = [(about, rows[clue][about]) for clue in clues for about in sorted(rows[clue])]
    text = json.dumps(head, sort_keys=True).encode()
    parts = [
        struct.pack("<III", len(text), len(clues), len(entries)),
        text,
        struct.pack(f"<{len(clues)}I", *clues),
        bytes(len(rows[clue]) for clue in clues),
        bytes(about for about, _ in entries),
        struct.pack(f"<{len(entries)}b", *(weight for _, weight in entries)),
    ]
    return gzip.compress(b"".join(parts), mtime=0)


def read_learned(folder: Path, file: str = FILE) -> Learned | None:
    """The weights of a file in a folder, if it is there.

    Raises:
        ValueError: If the file is no such file.
    """
    try:
        data = gzip.decompress((folder / file).read_bytes())
        size, clues, entries = struct.unpack_from("<III", data)
        head = json.loads(data[12 : 12 + size])
        at = 12 + size
        counts = data[at + 4 * clues : at + 5 * clues]
        behind = at + 5 * clues
        weights = struct.unpack_from(f"<{entries}b", data, behind + entries)
        return Learned(
            digest=head["digest"],
            findings=tuple(head["findings"]),
            bias=tuple(head["bias"]),
            add=head["add"],
            keep=head["keep"],
            ask=head["ask"],
            examples=_examples(head),
            clues=array("L", struct.unpack_from(f"<{clues}I", data, at)),
            starts=array("L", _sums(counts)),
            about=data[behind : behind + entries],
            weights=array("b", weights),
        )
    except FileNotFoundError:
        return None
    except (OSError, EOFError, struct.error, KeyError, TypeError) as error:
        raise ValueError(str(error)) from error


def _examples(head: Mapping[str, Any]) -> dict[str, list[Example]]:
    examples: dict[str, list[Example]] = {id_: [] for id_ in head["findings"]}
    for id_, text, findings in head["examples"]:
        example = Example(id_, text)
        for finding in findings:
            if len(examples[finding]) < EXAMPLES:
                examples[finding].append(example)
    return examples


def _sums(counts: Iterable[int]) -> list[int]:
    sums = [0]
    for count in counts:
        sums.append(sums[-1] + count)
    return sums
