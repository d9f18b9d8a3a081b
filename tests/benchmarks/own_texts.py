"""Whether the library's own messages, joined, are ever held against a reply.

python tests/benchmarks/own_texts.py [number of people]     # 10,000, some minutes
"""

from __future__ import annotations

import sys
from collections import Counter

import backtriage as bt
from people import Person, population


def joined(person: Person) -> tuple[str, bt.Assessment]:
    """All that a chatbot says to a person, and the assessment that says it."""
    assessment = bt.assess(denies=person.denies, engine="reference", **person.answers)
    return "\n\n".join(message.text for message in assessment.messages()), assessment


def main() -> None:
    """Check the messages of so many people, and print what is held against them."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    found: Counter[tuple[str, str]] = Counter()
    for person in population(size, seed=14):
        text, assessment = joined(person)
        for problem in bt.check_reply(text, assessment).problems:
            found[problem.kind.value, text[slice(*problem.span)] if problem.span else ""] += 1
    print(f"{size:,} people, {sum(found.values())} problems")
    for (kind, words), number in found.most_common():
        print(f"  {number:>6} {kind}: {words!r}")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
