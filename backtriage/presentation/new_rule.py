"""The beginning of a new rule: what its file, its expected results and the reader of free text want to be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ..errors import RulebookError, did_you_mean
from ..rulebook.book import RuleBook
from ..rulebook.reading.overlays import is_id

_EFFECTS: Final[Mapping[str, str]] = {
    "urgency": """\
urgency = "same_day"    # emergency, same_day, soon or routine
suspects = ""           # one of: {suspects}
""",
    "offer": """\
offer = []              # ids of offered exercises: `rules exercises`
""",
    "exclude": """\
exclude = []            # selectors: "id:...", "tag:...", "outside:...", "all"
because = ""            # why, for the person
""",
    "limit": """\
limit = {{ select = [], at_most = {{ sets = 1 }} }}
""",
    "caution": """\
caution = ""            # what the person is told
""",
    "advise": """\
advise = ""             # what the person is told
asks_to_do = false      # true: it waits while something stops gentle exercise
""",
    "stop": """\
stop = "move"           # move, session or everything
say = ""                # what the person is told
""",
    "routine": """\
routine = []            # ids of offered exercises, in the order of a session
""",
}
"""Effect to what stands for it in a rule."""
KINDS: Final = tuple(_EFFECTS)

_STUB: Final = """\
# rules/: the file of its topic{order}. Nothing loads while a "" or [] is left.

[[rule]]
id = "{id}"
title = ""              # what it is about, in a few words that a person can read
when = ""               # a condition: `rules findings` lists what can be asked
{effect}sources = [{{ id = "" }}]  # who says so: `rules sources`; level = "..." where the source gives one itself
evidence = "sourced"    # sourced, second_hand or unverified
judgement = false       # true: the level, cut-off or start dose is ours
fires = [{{}}]            # a case for each part of an `or`
spares = [{{}}]           # a near miss for each part of an `and`

# tests/expected/: a row of its own; or, for a rulebook or an overlay of yours, {id}.cases.toml:

[[case]]
name = "{id}: somebody whom it changes"
given = {{}}
level = "{level}"

[[case]]
name = "{id}: somebody whom it just does not change"
given = {{}}
level = "self_care"

# rules/language/: what people call a finding that is new, and how they deny it:

[[finding]]
id = ""
present = [""]
absent = [""]
"""


def new_rule(book: RuleBook, kind: str, id_: str) -> Iterator[str]:
    """A stub of a rule in TOML, a case that it changes and one that it spares, and the words of a finding.

    Raises:
        RulebookError: If there is no such kind, or the id is none or taken.

    >>> import backtriage as bt
    >>> list(new_rule(bt.default_rulebook(), "urgency", "new-sign"))[2:4]
    ['[[rule]]', 'id = "new-sign"']
    """
    if kind not in _EFFECTS:
        hint = did_you_mean(kind, KINDS) or f"give one of {', '.join(KINDS)}"
        raise RulebookError.of("rules new", f"`{kind}` is no kind of rule", hint)
    if not is_id(id_):
        raise RulebookError.of("rules new", f"`{id_}` is no id", "ids are a-z, 0-9, _ and -, a letter first")
    if any(rule.id == id_ for rule in book.rules):
        raise RulebookError.of("rules new", f"there is a rule `{id_}`", f"see `rules show {id_}`; give another id")
    urgent = kind == "urgency"
    effect = _EFFECTS[kind].format(suspects=", ".join(book.messages.suspects))
    order = ", the worst first" if urgent else ""
    stub = _STUB.format(id=id_, effect=effect, order=order, level="same_day" if urgent else "self_care")
    yield from stub.splitlines()
