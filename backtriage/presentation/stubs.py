"""The types of a rulebook's answers, as Python source: what lets an editor complete the names of findings."""

from __future__ import annotations

from ..findings.finding import Choice, Number
from ..rulebook.book import RuleBook


def answers_source(book: RuleBook) -> str:
    """A module with one ``TypedDict`` holding every finding of a rulebook.

    >>> import backtriage as bt
    >>> "    new_bladder_change: bool | None" in answers_source(bt.default_rulebook()).splitlines()
    True
    """
    lines = [
        f'"""The answers of the rulebook {book.id}. Written by `python -m backtriage rules types`; do not edit."""',
        "",
    ]
    lines += ["from collections.abc import Iterable", "from typing import Literal, TypedDict", "", ""]
    lines += [
        "class Answers(TypedDict, total=False):",
        '    """Answers by finding name; ``None`` is "not sure"."""',
        "",
    ]
    for id_, finding in book.vocabulary.findings.items():
        if isinstance(finding, Choice):
            options = ", ".join(f'"{option}"' for option in finding.options)
            type_ = f"Literal[{options}]"
        elif isinstance(finding, Number):
            type_ = "int" if finding.integer else "float"
        else:
            type_ = "bool"
        lines.append(f"    {id_}: {type_} | None")
    groups = [
        "",
        "",
        "class AnswersAndGroups(Answers, total=False):",
        '    """Answers, and the groups that stand beside them."""',
        "",
    ]
    return "\n".join([*lines, *groups, "    denies: Iterable[str]", "    not_sure: Iterable[str]", ""])
