"""Reading rule files: every problem with its file and line, whatever is in them, and what loads cannot fail."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import backtriage as bt
import pytest
from backtriage.figures.files import read_figures
from backtriage.findings.conditions import ALWAYS
from backtriage.rulebook.guarantees import read_guarantees
from backtriage.rulebook.ledger import read_ledger
from backtriage.rulebook.reading import default_rules
from backtriage.rulebook.reading.files import MAX_FILE_BYTES, MAX_FILES, MAX_PROBLEMS, rule_files
from backtriage.testing.cases import read_cases
from backtriage.triage.engines.reference import ReferenceEngine
from hypothesis import given, settings
from hypothesis import strategies as st

from strategies import BOOK
from tiny import TINY


def written(folder: Path, text: str = TINY, name: str = "rules.toml") -> Path:
    """A rulebook of one file."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def edited(*edits: str) -> str:
    """The tiny rulebook with each first text replaced, once, by the second."""
    text = TINY
    for old, new in zip(edits[::2], edits[1::2], strict=True):
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in it"
        text = text.replace(old, new)
    return text


def refused(folder: Path) -> list[str]:
    """The lines of what is wrong."""
    with pytest.raises(bt.RulebookError) as caught:
        bt.load_rulebook(folder)
    lines = str(caught.value).splitlines()
    assert lines == [str(problem) for problem in caught.value.problems]
    return lines


def placed(line: str, text: str) -> str:
    """A line with its places filled in.

    ``@id`` is where the table with this id stands, ``@[messages]`` where this header does, ``@[[rule]]3`` the third.
    """

    def place(found: re.Match[str]) -> str:
        many, number, one, id_ = found.groups()
        lines = text.splitlines()
        if id_:
            line = lines.index(f'id = "{id_}"')  # the line below its header, and lines count from 1
        elif one:
            line = lines.index(f"[{one}]") + 1
        else:
            line = [at for at, found in enumerate(lines, 1) if found == f"[[{many}]]"][int(number) - 1]
        return f"rules.toml:{line}"

    return re.sub(r"@(?:\[\[(\w+)\]\](\d+)|\[(\w+)\]|([\w-]+))", place, line)


def test_the_tiny_rulebook_loads(tmp_path):
    book = bt.load_rulebook(written(tmp_path))
    assert [rule.id for rule in book.rules] == [
        *("fever-today", "old-soon", "offers", "no-sit-ups", "no-bending"),
        *("short", "careful", "drink", "dizzy", "order"),
    ]
    assert list(book.exercises) == ["walk", "bend", "sit_up", "plank"]
    assert book.regions[""].emergency == "1"


# -- what is refused, one thing at a time ------------------------------------------------------------------------------

EFFECTS = "urgency, offer, exclude, limit, caution, advise, stop, routine"
UNDER_NOT = "write the weaker rule without it: the worst level wins"
NEVER_MORE = "a red flag must never allow more"
BOTH = "give both: one a disjunct, one a conjunct"
WORDS = "ids are a-z, 0-9, _ and -, a letter first"
OTHER = "it would be read as something else in a condition or profile"
PLACES = "{emergency}, {urgent}, {crisis} and {poison} are filled in, nothing else"
TEN = "".join(f'[[checklist.finding]]\nid = "f{number}"\ntext = ""\n' for number in range(8))

REFUSED = {
    # keys and types
    "an unknown key at the top": (
        ["[rulebook]", "ruel = 1\n[rulebook]"],
        ["rules.toml:1: unknown key `'ruel'`; did you mean `rule`?"],
    ),
    "an unknown key in a rule": (
        ['title = "Fever"', 'titel = "x"\ntitle = "Fever"'],
        ["@fever-today: rule `fever-today`: unknown key `'titel'`; did you mean `title`?"],
    ),
    "an unknown key in a table in a rule": (
        ["at_most = { repetitions = 5 }", "at_mots = { repetitions = 5 }"],
        ["@short: rule `short`.limit: unknown key `'at_mots'`; did you mean `at_most`?"],
    ),
    "an unknown key in a list in a rule": (
        ['{ id = "S001", note = "a statement" }', '{ id = "S001", noted = "a statement" }'],
        ["@bend: exercise `bend`.sources[2]: unknown key `'noted'`; did you mean `note`?"],
    ),
    "an unknown key in messages": (
        ['say = "Soon."', 'say = "Soon."\nsayy = ""'],
        ["@[messages]: messages.levels[soon]: unknown key `'sayy'`; did you mean `say`?"],
    ),
    "a missing key": (['title = "Fever"\n', ""], ["@fever-today: rule `fever-today`.title: missing"]),
    "a missing key in a list": (
        ['{ id = "near", name = "Near", how = "A little." }', '{ id = "near", name = "Near" }'],
        ["@bend: exercise `bend`.variant[1].how: missing"],
    ),
    "two wrong items of one list": (
        [
            'sources = [{ id = "guide", level = "soon" }, { id = "S001", note = "a statement" }]',
            "sources = [{ id = 1 }, 2]",
        ],
        [
            "@bend: exercise `bend`.sources[1].id: `1` is not text",
            "@bend: exercise `bend`.sources[2]: `2` is not a table",
        ],
    ),
    "a number for a text": (
        ['title = "Fever"', "title = 5"],
        ["@fever-today: rule `fever-today`.title: `5` is not text"],
    ),
    "a text for a truth value": (
        ["asks_to_do = true", 'asks_to_do = "yes"'],
        ["@drink: rule `drink`.asks_to_do: `'yes'` is not true or false"],
    ),
    "a number for a truth value": (
        ["red_flag = true", "red_flag = 1"],
        ["@signs: checklist `signs`.red_flag: `1` is not true or false"],
    ),
    "a truth value for a number": (
        ["step = 0.5", "step = true"],
        ["@hours: number `hours`.step: `True` is not a number"],
    ),
    "a fraction for a whole number": (
        ["minutes = [5, 30]", "minutes = [5.5, 30]"],
        ["@walk: exercise `walk`.dose.minutes[1]: `5.5` is not a whole number"],
    ),
    "a truth value for a whole number": (
        ["minutes = [5, 30]", "minutes = [true, 30]"],
        ["@walk: exercise `walk`.dose.minutes[1]: `True` is not a whole number"],
    ),
    "a number that is too great": (
        ["minutes = [5, 30]", "minutes = [5, 0xffffffffffff]"],
        ["@walk: exercise `walk`.dose.minutes[2]: `281474976710655` is too great a number"],
    ),
    "not a number": (["maximum = 48", "maximum = nan"], ["@hours: number `hours`.maximum: `nan` is not a number"]),
    "infinity": (["maximum = 48", "maximum = inf"], ["@hours: number `hours`.maximum: `inf` is not a number"]),
    "a text for a list": (
        ['offer = ["walk", "bend"]', 'offer = "walk"'],
        ["@offers: rule `offers`.offer: `'walk'` is not a list"],
    ),
    "a list for a text": (
        ['when = "hot"', 'when = ["hot"]'],
        ["@fever-today: rule `fever-today`.when: `['hot']` is not text"],
    ),
    "a value that is none of the options": (
        ['urgency = "same_day"', 'urgency = "same-day"'],
        ["@fever-today: rule `fever-today`.urgency: `'same-day'` is not one of the options; did you mean `same_day`?"],
    ),
    "a kind of evidence there is not": (
        [
            'locked = "crisis"\nsources = [{ id = "guide", level = "emergency" }]\nevidence = "sourced"',
            'evidence = "rumour"',
        ],
        [
            (
                "@fever-today: rule `fever-today`.evidence: `'rumour'` is not one of the options; "
                "one of sourced, second_hand, unverified"
            )
        ],
    ),
    "a text for a table": (
        ["fires = [{ released = false }]", 'fires = ["released"]'],
        ["@order: rule `order`.fires[1]: `'released'` is not a table"],
    ),
    "a list for a table": (
        ["at_most = { repetitions = 5 }", "at_most = [5]"],
        ["@short: rule `short`.limit.at_most: `[5]` is not a table"],
    ),
    "two wrong figures of one limit": (
        ["at_most = { repetitions = 5 }", 'at_most = { repetitions = "5", sets = 0.5 }'],
        [
            "@short: rule `short`.limit.at_most[repetitions]: `'5'` is not a whole number",
            "@short: rule `short`.limit.at_most[sets]: `0.5` is not a whole number",
        ],
    ),
    "a name over two lines": (
        ['offer = ["walk", "bend"]', 'offer = ["walk", "bend", "ben\\nd"]'],
        ["@offers: rule `offers`: unknown exercise `ben\\nd`; did you mean `bend`?"],
    ),
    # names
    "a bad id": (['id = "careful"', 'id = "Careful one"'], [f"@[[rule]]7: rule id `'Careful one'`; {WORDS}"]),
    "an empty id": (['id = "careful"', 'id = ""'], [f"@[[rule]]7: rule id `''`; {WORDS}"]),
    "an id that begins with a digit": (['id = "careful"', 'id = "2nd"'], [f"@[[rule]]7: rule id `'2nd'`; {WORDS}"]),
    "a duplicate rule": (
        ['id = "drink"', 'id = "careful"'],
        ["@[[rule]]8: duplicate rule id `careful`; first used at @[[rule]]7"],
    ),
    "a duplicate source": (
        ["[[source]]", '[[source]]\nid = "guide"\ntitle = "Another"\n[[source]]'],
        ["@[[source]]2: duplicate source id `guide`; first used at @[[source]]1"],
    ),
    "a finding of two kinds": (
        ['id = "worn"\ntext', 'id = "side"\ntext', 'history_only = ["worn"]', "history_only = []"],
        ["@[[choice]]1: duplicate choice id `side`; first used at @[[yes_no]]1"],
    ),
    "a finding in two checklists": (
        [
            "[[choice]]",
            '[[checklist]]\nid = "more"\nquestion = ""\n[[checklist.finding]]\nid = "fever"\ntext = ""\n[[choice]]',
        ],
        ["@[[checklist]]2: duplicate finding id `fever`; first used at @[[checklist]]1"],
    ),
    "a definition with the name of a finding": (
        ['id = "hot"', 'id = "fever"'],
        ["@[[definition]]2: duplicate definition id `fever`; first used at @[[checklist]]1"],
    ),
    "a checklist with the name of a finding": (
        ['id = "signs"\n', 'id = "age"\n'],
        ["@[[number]]1: duplicate number id `age`; first used at @[[checklist]]1"],
    ),
    "a finding with a word of the language for a name": (
        ['id = "worn"\ntext', 'id = "not"\ntext'],
        [f"@[[yes_no]]1: yes_no id `not`; {OTHER}"],
    ),
    "a finding that would be a group of a profile": (
        ['id = "rash"', 'id = "denies"'],
        [f"@signs: finding id `denies`; {OTHER}"],
    ),
    "a finding that no condition can name": (
        ['id = "rash"', 'id = "red-rash"'],
        [f"@signs: finding id `red-rash`; {OTHER}"],
    ),
    # findings
    "a checklist of ten": (
        ['[[choice]]\nid = "side"', f'{TEN}[[choice]]\nid = "side"'],
        ["@signs: `signs` has 10 findings; a checklist has 1 to 9"],
    ),
    "a checklist of nothing": (
        ["[[choice]]", '[[checklist]]\nid = "none"\nquestion = ""\nfinding = []\n[[choice]]'],
        ["@none: `none` has 0 findings; a checklist has 1 to 9"],
    ),
    "a range the wrong way round": (
        ["maximum = 48", "maximum = -1"],
        ["@hours: number `hours`: from 0 to -1; the minimum is above the maximum"],
    ),
    "a step of nothing": (
        ["step = 0.5", "step = 0"],
        ["@hours: number `hours`: a step of 0; 1, or 0.5, 0.25 or 0.125, or a multiple of one of them"],
    ),
    "a step that cannot be told from its neighbours": (
        ["step = 0.5", "step = 0.1"],
        ["@hours: number `hours`: a step of 0.1; 1, or 0.5, 0.25 or 0.125, or a multiple of one of them"],
    ),
    "a choice of nothing": (
        ['options = { left = "Left", right = "Right" }', "options = {}"],
        ["@side: choice `side`: no options; a choice has at least one"],
    ),
    "an implication of something unknown": (
        ['implies = ["fever"]', 'implies = ["feverr"]'],
        ["@signs: `high_fever` implies `feverr`, which is no yes or no; did you mean `fever`?"],
    ),
    "an implication of a number": (
        ['implies = ["fever"]', 'implies = ["age"]'],
        ["@signs: `high_fever` implies `age`, which is no yes or no; did you mean `age`?"],
    ),
    "a question left out of the asking order": (
        ['"side", "worn"', '"worn"'],
        ["@[rulebook]: asking_order: `side` stands 0 times; list it once"],
    ),
    "a question asked twice": (
        ['"side", "worn"', '"side", "worn", "side"'],
        ["@[rulebook]: asking_order: `side` stands 2 times; list it once"],
    ),
    "an unknown question in the asking order": (
        ['"side", "worn"', '"side", "sides", "worn"'],
        ["@[rulebook]: asking_order: unknown `sides`; did you mean `side`?"],
    ),
    "a finding of a checklist in the asking order": (
        ['"side", "worn"', '"side", "fever", "worn"'],
        ["@[rulebook]: asking_order: unknown `fever`"],
    ),
    # conditions
    "an unknown finding in a condition": (
        ['when = "hot"', 'when = "hott"'],
        ["@fever-today: rule `fever-today`.when, column 1: unknown finding `hott`; did you mean `hot`?"],
    ),
    "a bad condition": (
        ['when = "hot"', 'when = "hot and age + 1 > 3"'],
        [
            (
                "@fever-today: rule `fever-today`.when, column 9: "
                "a comparison that is not between a finding and a constant; as in `age >= 65`"
            )
        ],
    ),
    "a text compared with a number": (
        ['when = "old and worn"', "when = 'worn and age > \"60\"'"],
        ['@old-soon: rule `old-soon`.when, column 16: `"60"` is not a number; `age` is in years'],
    ),
    "a threshold out of range": (
        ['when = "old and worn"', 'when = "age > 130"'],
        ["@old-soon: rule `old-soon`.when, column 7: `130` is out of range; `age` is 0 to 120"],
    ),
    "a condition over several lines": (
        ['when = "hot"', "when = '''fever\nor rash'''"],
        [
            (
                "@fever-today: rule `fever-today`.when, column 6: the character `'\\n'`; "
                "a condition is one line of ASCII, no # or \\"
            )
        ],
    ),
    "a bad definition": (
        ['when = "fever or rash"', 'when = "fever or rosh"'],
        ["@hot: definition `hot`.when, column 10: unknown finding `rosh`; did you mean `rash`?"],
    ),
    "a bad gate": (
        ['asked_if = "age >= 18"', 'asked_if = "agee >= 18"'],
        ["@hours: number `hours`.asked_if, column 1: unknown finding `agee`; did you mean `age`?"],
    ),
    "a circular definition": (
        ['when = "age >= 65"', 'when = "worn and hot"', 'when = "fever or rash"', 'when = "old or fever"'],
        ["@old: definition `old` is circular; it needs `hot`", "@hot: definition `hot` is circular; it needs `old`"],
    ),
    "a definition of itself": (
        ['when = "fever or rash"', 'when = "fever or hot"'],
        ["@hot: definition `hot` is circular; it needs `hot`"],
    ),
    "a circular gate": (
        [
            'id = "worn"\ntext = "Worn joints?"',
            'id = "worn"\ntext = ""\nasked_if = "hours > 3"',
            '"age >= 18"',
            '"worn"',
        ],
        ["@hours: findings that are asked only if they are known; hours <- worn <- hours"],
    ),
    "a checklist that opens itself": (
        ["red_flag = true", 'red_flag = true\nasked_if = "high_fever"'],
        ["@signs: findings that are asked only if they are known; high_fever <- high_fever"],
    ),
    # polarity
    "a red flag under not in urgency": (
        ['when = "old and worn"', 'when = "old and worn and not fever"'],
        [
            f"@old-soon: rule `old-soon`: red flag `fever` under `not` in urgency; {UNDER_NOT}",
            "@old-soon: rule `old-soon`: case 1 of fires leaves it open",
        ],
    ),
    "a red flag under not in an exclusion": (
        ["when = 'side in (\"left\",) or hours > 1.5'", "when = 'side in (\"left\",) or hours > 1.5 or not fever'"],
        [
            f"@no-bending: rule `no-bending`: red flag `fever` under `not` in exclude; {UNDER_NOT}",
            "@no-bending: rule `no-bending`: case 1 of spares leaves it open",
        ],
    ),
    "a red flag under not in a limit": (
        ['when = "count(worn, fever) >= 1"', 'when = "count(worn, not fever) >= 1"'],
        [
            f"@short: rule `short`: red flag `fever` under `not` in limit; {UNDER_NOT}",
            "@short: rule `short`: case 2 of fires leaves it open",
            "@short: rule `short`: case 1 of spares fires",
        ],
    ),
    "a red flag under not in a caution": (
        ['when = "worn"\ncaution', 'when = "worn and not rash"\ncaution'],
        [
            f"@careful: rule `careful`: red flag `rash` under `not` in caution; {UNDER_NOT}",
            "@careful: rule `careful`: case 1 of fires leaves it open",
        ],
    ),
    "a red flag under not in a stop": (
        ['when = "always"\nstop', 'when = "not rash"\nfires = [{ rash = false }]\nspares = [{ rash = true }]\nstop'],
        [f"@dizzy: rule `dizzy`: red flag `rash` under `not` in stop; {UNDER_NOT}"],
    ),
    "a red flag under not through a definition": (
        ['when = "old and worn"', 'when = "worn and not hot"'],
        [
            f"@old-soon: rule `old-soon`: red flag `fever` under `not` in urgency; {UNDER_NOT}",
            f"@old-soon: rule `old-soon`: red flag `rash` under `not` in urgency; {UNDER_NOT}",
            "@old-soon: rule `old-soon`: case 1 of fires leaves it open",
            "@old-soon: rule `old-soon`: case 1 of spares leaves it open",
        ],
    ),
    "a red flag that opens an offer": (
        ['when = "worn or not rash"', 'when = "worn or rash"'],
        [
            f"@offers: rule `offers`: red flag `rash` opens an offer; {NEVER_MORE}",
            "@offers: rule `offers`: case 2 of fires leaves it open",
            "@offers: rule `offers`: case 1 of spares fires",
        ],
    ),
    "a red flag that opens a routine": (
        ['when = "not released"', 'when = "not released or fever"'],
        [
            f"@order: rule `order`: red flag `fever` opens an routine; {NEVER_MORE}",
            "@order: rule `order`: case 1 of spares leaves it open",
        ],
    ),
    "a finding in both polarities in one urgency rule": (
        ['when = "old and worn"', 'when = "worn and old or age < 16 and not worn"'],
        ["@old-soon: rule `old-soon`: `worn` both ways in one urgency rule; split the rule"],
    ),
    "an offer to everybody": (
        ['when = "worn or not rash"', 'when = "worn or always"'],
        [
            "@offers: rule `offers`: an offer that needs no evidence; name what it is for",
            "@offers: rule `offers`: case 1 of spares fires",
        ],
    ),
    # sources and links
    "a note for nobody": (
        ['urgency = "same_day"\n', 'urgency = "same_day"\nsee_note = "at any hour"\n'],
        ["@fever-today: rule `fever-today`: `see_note` without `see`; say whom to see"],
    ),
    "no source": (
        ['locked = "crisis"\nsources = [{ id = "guide", level = "emergency" }]\n', 'locked = "crisis"\n'],
        ['@fever-today: rule `fever-today`: no source; cite one, or say evidence = "unverified"'],
    ),
    "an unknown source": (
        ['sources = [{ id = "guide", level = "emergency" }]', 'sources = [{ id = "gide" }]'],
        ["@fever-today: rule `fever-today`: unknown source `gide`; did you mean `guide`?"],
    ),
    "an exercise with an unknown source": (
        ['{ id = "S001", note = "a statement" }', '{ id = "S1" }'],
        ["@bend: exercise `bend`: unknown source `S1`"],
    ),
    "a wider rule that there is not": (
        ['within = "fever-today"', 'within = "fever-todday"'],
        ["@old-soon: rule `old-soon`: within unknown rule `fever-todday`; did you mean `fever-today`?"],
    ),
    "an unknown suspect": (
        ['suspects = "infection"\nlocked', 'suspects = "infektion"\nlocked'],
        ["@fever-today: rule `fever-today`: suspects unknown `infektion`; did you mean `infection`?"],
    ),
    "a suspect like none that there is": (
        ['suspects = "infection"\nlocked', 'suspects = "heart"\nlocked'],
        ["@fever-today: rule `fever-today`: suspects unknown `heart`; known: infection"],
    ),
    "an unknown locked message": (
        ['locked = "crisis"', 'locked = "crises"'],
        ["@fever-today: rule `fever-today`: unknown locked message `crises`; did you mean `crisis`?"],
    ),
    # cases
    "no case that fires": (
        ["fires = [{ released = false }]\n", ""],
        [f"@order: rule `order`: no case that fires, or none that is spared; {BOTH}"],
    ),
    "no case that is spared": (
        ["spares = [{ released = true }]\n", ""],
        [f"@order: rule `order`: no case that fires, or none that is spared; {BOTH}"],
    ),
    "a case that should fire and is spared": (
        ["fires = [{ released = false }]", "fires = [{ released = false }, { released = true }]"],
        ["@order: rule `order`: case 2 of fires is spared"],
    ),
    "a case that should be spared and fires": (
        ["spares = [{ age = 64 }, {", "spares = [{ age = 66 }, {"],
        ["@old-soon: rule `old-soon`: case 1 of spares fires"],
    ),
    "a case that decides nothing": (
        ["fires = [{ released = false }]", "fires = [{ worn = true }]"],
        ["@order: rule `order`: case 1 of fires leaves it open"],
    ),
    "a case with an invalid answer": (
        ["fires = [{ released = false }]", 'fires = [{ released = "no" }]'],
        ["@order: rule `order`: case 1 of fires: released: `'no'` is not a yes or no; give True, False or None"],
    ),
    "a case with an unknown finding": (
        ["fires = [{ released = false }]", "fires = [{ released = false, feverr = true }]"],
        ["@order: rule `order`: case 1 of fires: feverr: unknown finding; did you mean `fever`?"],
    ),
    "a case that contradicts itself": (
        ["fires = [{ released = false }]", "fires = [{ released = false, high_fever = true, fever = false }]"],
        [
            (
                "@order: rule `order`: case 1 of fires: high_fever: present, but `fever`, which it implies, "
                "is answered absent; change one of them"
            )
        ],
    ),
    "an invalid case of a rule that always holds": (
        ['when = "always"\nadvise', 'when = "always"\nfires = [{ feverr = true }]\nadvise'],
        ["@drink: rule `drink`: case 1 of fires: feverr: unknown finding; did you mean `fever`?"],
    ),
    "a case that a rule which always holds should spare": (
        ['when = "always"\nadvise', 'when = "always"\nspares = [{ fever = true }]\nadvise'],
        ["@drink: rule `drink`: case 1 of spares fires"],
    ),
    # effects
    "two effects": (
        ['caution = "Gently."\nselect = ["all"]', 'caution = "Gently."\nadvise = "Gently."\nselect = ["all"]'],
        [f"@careful: rule `careful` has 2 effects; one of {EFFECTS}"],
    ),
    "no effect": (
        ['caution = "Gently."\nselect = ["all"]\n', ""],
        [f"@careful: rule `careful` has 0 effects; one of {EFFECTS}"],
    ),
    "a key of another effect": (
        ["asks_to_do = true", 'asks_to_do = true\nexercise = "none"'],
        ["@drink: rule `drink`: `exercise` does not go with `advise`"],
    ),
    "an empty key of another effect": (
        ['when = "always"\nadvise', 'when = "always"\nselect = []\nadvise'],
        ["@drink: rule `drink`: `select` does not go with `advise`"],
    ),
    "self-care as a rule": (
        ['urgency = "soon"\nexercise = "gentle"\n', 'urgency = "self_care"\n'],
        ["@old-soon: rule `old-soon`: urgency = self_care; no rule is needed: it is the level when nothing fires"],
    ),
    "exercise on the day of an urgent visit": (
        ['locked = "crisis"', 'locked = "crisis"\nexercise = "gentle"\nexercise_because = "x"'],
        ["@fever-today: rule `fever-today`: exercise = gentle at same_day; exercise is none from same_day up"],
    ),
    "more exercise than the level allows, without a reason": (
        ['exercise_because = "Worn joints like to move."\n', ""],
        ["@old-soon: rule `old-soon`: `exercise_because` is missing; the default at soon is none"],
    ),
    "an offer of an unknown exercise": (
        ['offer = ["walk", "bend"]', 'offer = ["walk", "bend", "bends"]'],
        ["@offers: rule `offers`: unknown exercise `bends`; did you mean `bend`?"],
    ),
    "an offer of a refused exercise": (
        ['offer = ["walk", "bend"]', 'offer = ["walk", "bend", "sit_up"]'],
        ["@offers: rule `offers`: `sit_up` is blocked; only an offered exercise can be offered"],
    ),
    "a routine with an unknown exercise": (
        ['routine = ["walk", "bend"]', 'routine = ["wolk", "bend"]'],
        ["@order: rule `order`: unknown exercise `wolk`; did you mean `walk`?"],
    ),
    "a routine of nothing": (
        ['routine = ["walk", "bend"]', "routine = []"],
        ["@order: rule `order`: `routine` names no exercise"],
    ),
    "an exclusion without a reason": (
        ['because = "It hurts there."\n', ""],
        ["@no-bending: rule `no-bending`: `because` is missing; an exclusion says why"],
    ),
    "an exclusion of nothing": (
        ['exclude = ["tag:flexion", "outside:core"]', "exclude = []"],
        ["@no-bending: rule `no-bending`: `exclude` selects nothing; name at least one selector"],
    ),
    "a tag that nothing has": (
        ['exclude = ["tag:flexion", "outside:core"]', 'exclude = ["tag:flection"]'],
        ["@no-bending: rule `no-bending`: selector `tag:flection` selects nothing; did you mean `flexion`?"],
    ),
    "an id that there is not": (
        ['exclude = ["tag:flexion", "outside:core"]', 'exclude = ["id:sit-up"]'],
        ["@no-bending: rule `no-bending`: selector `id:sit-up` selects nothing; did you mean `sit_up`?"],
    ),
    "a set that there is not": (
        ['exclude = ["tag:flexion", "outside:core"]', 'exclude = ["outside:cores"]'],
        ["@no-bending: rule `no-bending`: selector `outside:cores` selects nothing; did you mean `core`?"],
    ),
    "a selector that is none": (
        ['exclude = ["tag:flexion", "outside:core"]', 'exclude = ["flexion"]'],
        ["@no-bending: rule `no-bending`: selector `flexion` selects nothing; use all, id:..., tag:..., outside:SET"],
    ),
    "a caution for nothing": (
        ['select = ["all"]\nevidence', 'select = ["tag:none"]\nevidence'],
        [
            (
                "@careful: rule `careful`: selector `tag:none` selects nothing; "
                "known: flexion, hold, impact, standing, supine"
            )
        ],
    ),
    "a stop that says nothing": (
        ['say = "Sit down."\n', ""],
        ["@dizzy: rule `dizzy`: `say` is missing; a stop says what to do"],
    ),
    "a limit of an unknown figure": (
        ["at_most = { repetitions = 5 }", "at_most = { repetition = 5 }"],
        ["@short: rule `short`: limit.at_most: unknown figure `repetition`; did you mean `repetitions`?"],
    ),
    "a limit to nothing": (
        ["at_most = { repetitions = 5 }", "at_most = { repetitions = 0 }"],
        ["@short: rule `short`: limit.at_most.repetitions is 0; at least 1"],
    ),
    "a rest of less than nothing": (
        ["at_most = { repetitions = 5 }", "rest_at_least = -5"],
        ["@short: rule `short`: limit.rest_at_least is -5; at least 1"],
    ),
    "a session of less than nothing": (
        ["at_most = { repetitions = 5 }", "session_minutes = -5"],
        ["@short: rule `short`: limit.session_minutes is -5; at least 1"],
    ),
    "a limit to an unknown option": (
        ['sides = ["left"]', 'sides = ["leftt"]'],
        ["@short: rule `short`: limit.only.sides: `leftt` is no option there; did you mean `left`?"],
    ),
    "a limit of an unknown choice": (
        ['sides = ["left"]', 'side = ["left"]'],
        ["@short: rule `short`: limit.only: unknown choice `side`; did you mean `sides`?"],
    ),
    "a limit that limits nothing": (
        ['at_most = { repetitions = 5 }, only = { sides = ["left"], variants = ["near"] }', "at_most = {}"],
        [
            (
                "@short: rule `short`: `limit` limits nothing; "
                "give one of at_most, start_at_most, halve, rest_at_least, only, session_minutes, session_moves"
            )
        ],
    ),
    "a limit of no exercise": (
        [
            'select = ["id:bend"], at_most = { repetitions = 5 }, only = { sides = ["left"], variants = ["near"] }',
            "halve = ['sets']",
        ],
        ["@short: rule `short`: limit.select is missing; name the exercises it limits"],
    ),
    # exercises
    "an offered exercise that no rule offers": (
        ['offer = ["walk", "bend"]', 'offer = ["walk"]'],
        ["@bend: exercise `bend`: no rule offers it; write an offer, or make it named_only"],
    ),
    "an offered exercise that a rule always excludes": (
        ['exclude = ["id:sit_up"]', 'exclude = ["id:sit_up", "id:bend"]'],
        ["@bend: exercise `bend`: an exclusion always stops it; make it blocked"],
    ),
    "a blocked exercise that no rule always excludes": (
        ['exclude = ["id:sit_up"]', 'exclude = ["id:plank"]'],
        ['@sit_up: exercise `sit_up`: blocked, but no rule always excludes it; exclude it with when = "always"'],
    ),
    "an offered exercise without its steps": (
        ['steps = ["Walk."]\n', ""],
        ["@walk: exercise `walk`: `steps` is missing; an offered exercise needs it"],
    ),
    "a refused exercise without a reason": (
        ['why = "No dose is known."\n', ""],
        ["@plank: exercise `plank`: an exercise that is not offered needs `why`, and no dose"],
    ),
    "a dose upside down": (
        ["repetitions = [5, 10]", "repetitions = [10, 5]"],
        [
            (
                "@bend: exercise `bend`: dose.repetitions is [10, 5]; "
                "give [start, ceiling], the start at least 1 and not above the ceiling"
            ),
            "@bend: exercise `bend`: dose; give repetitions or minutes, one of them",
        ],
    ),
    "a dose of one figure": (
        ["hold_seconds = [5, 30]", "hold_seconds = [5]"],
        [
            (
                "@bend: exercise `bend`: dose.hold_seconds is [5]; "
                "give [start, ceiling], the start at least 0 and not above the ceiling"
            )
        ],
    ),
    "a dose of nothing": (
        ["minutes = [5, 30]", "minutes = [5, 30], days_per_week = [0, 3]"],
        [
            (
                "@walk: exercise `walk`: dose.days_per_week is [0, 3]; "
                "give [start, ceiling], the start at least 1 and not above the ceiling"
            )
        ],
    ),
    "a dose of repetitions and minutes": (
        ["minutes = [5, 30]", "minutes = [5, 30], repetitions = [1, 2]"],
        ["@walk: exercise `walk`: dose; give repetitions or minutes, one of them"],
    ),
    "an unknown position": (
        ['position = "supine"', 'position = "supin"'],
        ["@bend: exercise `bend`: position: unknown `supin`; did you mean `supine`?"],
    ),
    "an unknown tag": (
        ['tags = ["impact"]', 'tags = ["impakt"]'],
        ["@plank: exercise `plank`: tags: unknown `impakt`; did you mean `impact`?"],
    ),
    "a tag like none that there is": (
        ['tags = ["impact"]', 'tags = ["twisty"]'],
        ["@plank: exercise `plank`: tags: unknown `twisty`; known: flexion, hold, impact"],
    ),
    "an unknown exercise instead": (
        ['instead = ["bend"]', 'instead = ["bends"]'],
        ["@sit_up: exercise `sit_up`: instead: unknown exercise `bends`; did you mean `bend`?"],
    ),
    "an unknown exercise in a set": (
        ['exercises = ["walk"]', 'exercises = ["walk", "wlak"]'],
        ["@core: set `core`: unknown exercise `wlak`; did you mean `walk`?"],
    ),
    # the head, the messages, the regions
    "no rulebook table": (
        ["[rulebook]", "[source_]"],
        ["rules.toml:1: unknown key `'source_'`; did you mean `source`?"],
    ),
    "no region for those who give none": (
        ["[region.none]", "[region.GB]"],
        ["@[rulebook]: no region `none`; it is used where no region is given"],
    ),
    "a level without a message": (
        ['[messages.levels.soon]\nsay = "Soon."\nvalid_hours = 24\n', ""],
        ["@[messages]: messages.levels.soon is missing; every level has its message"],
    ),
    "no safety net": (
        ['"Emergency now" = ["numbness"]\n', ""],
        [
            (
                "@[messages]: messages.safety_net is empty; "
                "its first entry is shown where an emergency could not be ruled out"
            )
        ],
    ),
    "a heading of the safety net with nothing under it": (
        ['"Emergency now" = ["numbness"]\n', '"Emergency now" = ["numbness"]\n"Same day" = []\n'],
        ["@[messages]: messages.safety_net.Same day has no signs; name what to watch for, or leave the heading out"],
    ),
    "an unknown history question": (
        ['history_only = ["worn"]', 'history_only = ["wron"]'],
        ["@[messages]: messages.history_only: unknown `wron`; did you mean `worn`?"],
    ),
    "a place in a message that nothing fills": (
        ['say = "Ring {emergency}."', 'say = "Ring {emergencies}."'],
        [f"@[messages]: messages.levels.emergency.say: a brace that stands for nothing; {PLACES}"],
    ),
    "a brace in a message": (
        ['crisis = "Ring {crisis}."', 'crisis = "Ring {crisis}.}"'],
        [f"@[messages]: messages.locked.crisis: a brace that stands for nothing; {PLACES}"],
    ),
    "whom to see, where nobody is named first": (
        ['say = "Today."', 'say = "Today: {see}."'],
        [f"@[messages]: messages.levels.same_day.say: a brace that stands for nothing; {PLACES}"],
    ),
    "a sign of nothing, for nothing that is known": (
        ['now" = ["numbness"]\n', 'now" = ["numbness"]\n[messages.signs]\n"numbnes" = ["fver"]\n'],
        [
            "@[messages]: messages.signs: `numbnes` is no sign of the safety net; did you mean `numbness`?",
            "@[messages]: messages.signs.numbnes: unknown `fver`; did you mean `fever`?",
        ],
    ),
    "an unknown message in an emergency": (
        ['crisis = "Ring {crisis}."', 'crisis = "Ring {crisis}."\n[messages.in_emergency]\ncrisis = "crises"'],
        ["@[messages]: messages.in_emergency: unknown locked message `crises`; did you mean `crisis`?"],
    ),
    "nothing to say to those who only ring": (
        ['urgency = "same_day"', 'urgency = "emergency"\nring_only = true'],
        ["@[messages]: messages.levels.emergency.ring_only is missing; `fever-today` needs it"],
    ),
    "a calmer rule that only rings": (
        ['urgency = "same_day"', 'urgency = "same_day"\nring_only = true'],
        ["@fever-today: rule `fever-today`: `ring_only` at same_day; only an emergency waits for an ambulance"],
    ),
    "an emergency's suspicion with a calmer action": (
        ['say = "An infection."', 'say = "An infection."\nring_only = true'],
        [
            (
                "@fever-today: rule `fever-today`: `because` is missing; "
                "`infection` speaks of an emergency: say why same_day is soon enough, and what would not be"
            ),
            (
                "@old-soon: rule `old-soon`: `because` is missing; "
                "`infection` speaks of an emergency: say why soon is soon enough, and what would not be"
            ),
        ],
    ),
    "a place in a reason that nothing fills": (
        ['locked = "crisis"', 'locked = "crisis"\nbecause = "See {doctor}."'],
        [f"@fever-today: rule `fever-today`: because: a brace that stands for nothing; {PLACES}"],
    ),
}


@pytest.mark.parametrize(("edits", "lines"), REFUSED.values(), ids=REFUSED)
def test_what_is_wrong_is_named_with_file_and_line(edits, lines, tmp_path):
    text = edited(*edits)
    assert refused(written(tmp_path, text)) == [placed(line, text) for line in lines]


def test_all_problems_of_all_files_are_reported_at_once(tmp_path):
    first = edited('title = "Fever"', "title = 5", "red_flag = true", "red_flag = 1")
    written(tmp_path, first, "a.toml")
    written(tmp_path, "[[rule]]\ntitle = 'x'\n\n[[rule]]\nid = 'y'\nwen = 'z'\n", "b.toml")
    written(tmp_path, "[[rule]\n", "c.toml")
    (tmp_path / "sub").mkdir()
    written(tmp_path / "sub", "colour = 1\nshape = 2\n", "d.toml")
    lines = refused(tmp_path)
    assert [line for line in lines if line.startswith("a.toml")] == [
        placed(line, first).replace("rules.toml", "a.toml")
        for line in (
            "@signs: checklist `signs`.red_flag: `1` is not true or false",
            "@fever-today: rule `fever-today`.title: `5` is not text",
        )
    ]
    assert [line for line in lines if line.startswith("b.toml")] == [
        "b.toml:1: rule.id: missing",
        "b.toml:1: rule.when: missing",
        "b.toml:1: rule.evidence: missing",
        "b.toml:4: rule `y`.title: missing",
        "b.toml:4: rule `y`.when: missing",
        "b.toml:4: rule `y`.evidence: missing",
        "b.toml:4: rule `y`: unknown key `'wen'`; did you mean `when`?",
    ]
    assert [line.split(":")[0] for line in lines if line[0] in "cs"] == ["c.toml", "sub/d.toml", "sub/d.toml"]


def test_all_wrong_rules_and_exercises_are_reported_at_once(tmp_path):
    edits = ["an unknown finding in a condition", "two effects", "a dose upside down", "an unknown history question"]
    edits += ["a case that decides nothing", "an unknown exercise instead", "a tag that nothing has"]
    text = edited(*[text for name in edits[:3] + edits[4:] for text in REFUSED[name][0]])
    expected = [placed(line, text) for name in edits[:3] + edits[4:] for line in REFUSED[name][1]]
    assert sorted(refused(written(tmp_path, text))) == sorted(expected)


def test_a_condition_that_cannot_be_read_is_one_problem_and_not_several(tmp_path):
    text = edited(
        *[text for rule in ("worn or not rash", "hot") for text in (f'when = "{rule}"', f'when = "{rule} &"')]
    )
    assert [line.split(".")[0] for line in refused(written(tmp_path, text))] == ["rules", "rules"]


def test_two_heads_in_two_files_are_refused_with_both_places(tmp_path):
    written(tmp_path)
    written(tmp_path, "# the other\n" + TINY[: TINY.index("[messages]")], "second.toml")
    assert refused(tmp_path) == ["second.toml:2: a second [rulebook] table; first given at rules.toml:1"]


def test_two_regions_of_one_code_are_refused(tmp_path):
    written(tmp_path)
    written(tmp_path, TINY[TINY.index("[region.none]") : TINY.index("[[source]]")], "second.toml")
    assert refused(tmp_path) == ["second.toml:1: a second [region.none] table; give it once"]


@pytest.mark.parametrize("kind", ["rulebook", "messages"])
def test_a_rulebook_without_its_head_or_its_messages_is_refused(kind, tmp_path):
    start = TINY.index(f"[{kind}]")
    end = TINY.index("[messages]" if kind == "rulebook" else "[region.none]")
    written(tmp_path, TINY[:start] + TINY[end:])
    assert refused(tmp_path) == [f"{tmp_path}: no [{kind}] table; one file holds it, as {kind}.toml does"]


# -- files -------------------------------------------------------------------------------------------------------------

NOT_RULES = {
    "not TOML": (b"[[rule]]\nid = 'a'\nwhen = = 'x'\n", "not TOML: Invalid value (at line 3, column 8)", 3),
    "no end of a string": (b'\n\nid = "a\n', "not TOML:", 3),
    "no end of the file": (b"\n\nid = [1,", "not TOML:", 3),
    "a key twice": (b"[rulebook]\nid = 'a'\nid = 'b'\n", "not TOML:", 3),
    "a table twice": (b"[messages]\n[rulebook]\n[messages]\n", "not TOML:", 3),
    "not UTF-8": (b"# caf\xe9\n", "not UTF-8", 1),
    "UTF-16": ("[rulebook]".encode("utf-16"), "not UTF-8", 1),
    "a null byte": (b"# \0\n", "not TOML:", 1),
    "10 MB": (b"#" * 10_000_000, f"a file of 10000000 bytes; at most {MAX_FILE_BYTES}", 1),
    "lists in lists": (b"x = " + b"[" * 100_000, "nested too deeply", 1),
    "lists in lists that end": (b"x = " + b"[" * 100_000 + b"]" * 100_000, "nested too deeply", 1),
    "tables in tables": (b"x = " + b"{a=" * 90_000, "nested too deeply", 1),
    "a key of 100,000 parts": (b"\na" + b".a" * 100_000 + b" = 1\n", "a key or number of more than", 2),
    "a header of 100,000 parts": (b"\n[a" + b".a" * 100_000 + b"]\n", "a key or number of more than", 2),
    "a quoted key of 10,000 parts": (b'\n"a"' + b' . "a"' * 10_000 + b" = 1\n", "a key or number of more than", 2),
    "a number of 100,000 digits": (b"\nx = " + b"9" * 100_000, "a key or number of more than", 2),
    "a hexadecimal number of 100,000 digits": (b"\nx = 0x" + b"f" * 100_000, "a key or number of more than", 2),
}


@pytest.mark.parametrize(("content", "what", "line"), NOT_RULES.values(), ids=NOT_RULES)
def test_a_file_that_cannot_be_read_is_named_with_the_line_of_its_first_error(content, what, line, tmp_path):
    written(tmp_path)
    (tmp_path / "other.toml").write_bytes(content)
    [problem] = refused(tmp_path)
    assert problem.startswith(f"other.toml:{line}: {what}")
    assert len(problem) < 200


def test_a_byte_order_mark_is_no_part_of_a_rule_file(tmp_path):
    plain = bt.load_rulebook(written(tmp_path / "plain"))
    folder = written(tmp_path / "marked")
    file = folder / "rules.toml"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    marked = bt.load_rulebook(folder)
    assert marked.digest == plain.digest
    assert [rule.where for rule in marked.rules] == [rule.where for rule in plain.rules]


def test_a_byte_order_mark_is_no_part_of_any_file_of_a_rulebook_nor_of_expected_results(tmp_path):
    shutil.copytree(default_rules(), tmp_path / "rules")
    for file in (tmp_path / "rules").rglob("*.toml"):
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    book = bt.load_rulebook(tmp_path / "rules")
    assert book.digest == BOOK.digest
    assert read_guarantees(book) == read_guarantees(BOOK)
    assert read_ledger(book).statements == read_ledger(BOOK).statements
    assert read_figures(book) == read_figures(BOOK)
    text = "I have numbness between my legs"
    found = [[one.finding.id for one in bt.read_message(text, rulebook=of).suggestions] for of in (book, BOOK)]
    assert found[0] == found[1] != []
    cases = tmp_path / "bom.cases.toml"
    cases.write_text('[[case]]\nname = "bom"\ngiven = { age = 45 }\nlevel = "unsettled"\n', encoding="utf-8-sig")
    assert [case.name for case in read_cases(cases)] == ["bom"]


@pytest.mark.parametrize("name", [".rules.toml", "._rules.toml", ".checkpoints/rules.toml", "more/.rules.toml"])
def test_a_hidden_file_is_refused_and_told_what_to_do(name, tmp_path):
    written(tmp_path)
    hidden = tmp_path / name
    hidden.parent.mkdir(exist_ok=True)
    hidden.write_bytes(b"\x00\x05\x16\x07")
    hint = "rules stand where everybody sees them: remove it, or rename it"
    assert refused(tmp_path) == [f"{name}: a hidden file; {hint}"]


def test_a_rulebook_in_a_hidden_folder_loads(tmp_path):
    assert bt.load_rulebook(written(tmp_path / ".clinic")).id == "tiny"


ORDERS = ["\x1b[2J", "\x07", "\r", "\x7f", "\x9b", "\u202e", "\u2067", "\u2028", "\x00"]


def holds(order: str) -> str:
    return f"holds the control character `{ascii(order[0])[1:-1]}`; leave it out"


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('title = "A rulebook with one of everything"', 'title = "{}"', "rulebook `tiny`.title"),
        ('say = "Some day."', 'say = "{}"', "messages.levels[routine].say"),
        ('"Emergency now" = ["numbness"]', '"{}" = ["numbness"]', "messages.safety_net"),
        ('title = "A guide"', 'title = "{}"', "source `guide`.title"),
    ],
)
def test_a_terminal_is_given_no_orders_by_a_rule_file(old, new, where, order, tmp_path):
    assert TINY.count(old) == 1
    toml = "".join(f"\\U{ord(char):08x}" for char in order)
    written(tmp_path, TINY.replace(old, new.replace("{}", f"Fever{toml}!")))
    [problem] = refused(tmp_path)
    assert problem.partition(": ")[2].startswith(where)
    assert problem.endswith(holds(order))
    assert problem.isprintable()


def test_every_text_of_every_table_is_looked_at(tmp_path):
    """Each string of the tiny rulebook in turn, be it a word, an id, a key or a condition."""
    texts = sorted(set(re.findall(r'(?<![\w"])"([^"\n]+)"(?!")', TINY)))
    assert len(texts) > 50
    for text in texts:
        written(tmp_path, TINY.replace(f'"{text}"', f'"{text}\\u001b"'))
        assert any("\\x1b" in problem for problem in refused(tmp_path)), text


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such names")
@pytest.mark.parametrize("order", ["\x1b[2J", "\n", "\u202e", "\udcff"])
def test_a_file_or_an_overlay_whose_name_is_an_order_is_refused(order, tmp_path):
    written(tmp_path / "below", name=f"a{order}.toml")
    [problem] = refused(tmp_path / "below")
    what = f"a file name with the control character `{ascii(order[0])[1:-1]}`; rename it"
    assert problem == f"{ascii(f'a{order}.toml')[1:-1]}:1: {what}"
    below = bt.load_rulebook(written(tmp_path / "tiny"))
    overlay = written(tmp_path / f"clinic{order}", '[overlay]\nid = "clinic"\n')
    with pytest.raises(bt.RulebookError) as caught:
        bt.load_rulebook(overlay, extends=below)
    assert str(caught.value) == f"{ascii(f'clinic{order}/rules.toml')[1:-1]}:1: {what}"


def test_a_library_in_a_zip_file_says_so(tmp_path):
    package = shutil.make_archive(str(tmp_path / "library"), "zip", Path(bt.__file__).parents[1], "backtriage")
    command = "import sys; sys.path.insert(0, sys.argv[1]); import backtriage as bt; bt.assess(age=41)"
    found = subprocess.run([sys.executable, "-I", "-c", command, package], capture_output=True, text=True, check=False)  # noqa: S603 - our own text
    assert found.returncode == 1
    said = f"{package}/backtriage: the rules of the library are no files there"
    assert f"{said}; it cannot be used from a zip file: install or unpack it" in found.stderr


def test_words_may_have_lines_tabs_and_any_letters(tmp_path):
    said = "Jour\u202fJ : lève-toi\u00a0!\n\tपीठ דאַנק \u200fא 👩\u200d⚕️"
    written(tmp_path, TINY.replace('say = "Some day."', f'say = """{said}"""'))
    assert bt.load_rulebook(tmp_path).messages.levels[bt.Urgency.ROUTINE].say == said


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_a_folder_and_a_pipe_with_the_name_of_a_rule_file_are_refused(tmp_path):
    written(tmp_path)
    (tmp_path / "folder.toml").mkdir()
    os.mkfifo(tmp_path / "pipe.toml")  # reading it would never come back
    (tmp_path / "device.toml").symlink_to("/dev/zero")  # nor would this
    hint = "not a file; what ends in .toml is read"
    assert refused(tmp_path) == [f"{name}.toml:1: {hint}" for name in ("device", "folder", "pipe")]


def test_links_that_lead_nowhere_or_in_a_circle_are_refused_and_folders_in_a_circle_read_once(tmp_path):
    written(tmp_path)
    (tmp_path / "circle").symlink_to(tmp_path)
    bt.load_rulebook(tmp_path)
    (tmp_path / "loop.toml").symlink_to(tmp_path / "loop.toml")
    (tmp_path / "nowhere.toml").symlink_to(tmp_path / "missing.toml")
    assert [line.split(": ")[:2] for line in refused(tmp_path)] == [
        ["loop.toml:1", "cannot be read"],
        ["nowhere.toml:1", "cannot be read"],
    ]


def test_a_file_that_may_not_be_read_is_refused(tmp_path):
    written(tmp_path)
    (tmp_path / "secret.toml").write_text("")
    (tmp_path / "secret.toml").chmod(0)
    if os.access(tmp_path / "secret.toml", os.R_OK):
        pytest.skip("this user may read everything")
    assert refused(tmp_path) == ["secret.toml:1: cannot be read: Permission denied"]


def test_a_folder_without_rule_files_or_none_at_all_is_refused(tmp_path):
    hint = "no rule files; a rulebook is a folder of .toml files"
    (tmp_path / "empty").mkdir()
    (tmp_path / "readme.txt").write_text("[rulebook]")
    file = written(tmp_path / "empty" / "..", name="rules.toml") / "rules.toml"
    for path in (tmp_path / "empty", tmp_path / "missing", file):
        assert refused(path) == [f"{path}: {hint}"]


def test_too_many_files_are_refused_by_their_number(tmp_path):
    for number in range(MAX_FILES + 1):
        (tmp_path / f"{number}.toml").touch()
    assert refused(tmp_path) == [f"{tmp_path}: {MAX_FILES + 1} rule files; at most {MAX_FILES}"]


@pytest.mark.parametrize("line", ["[[rule]]\n", "abc = 1\n", "[[rule]]\nid = 'a'\nwhen = 'feverr'\n"])
def test_a_file_with_thousands_of_problems_is_refused_after_the_first_few_hundred(line, tmp_path):
    lines = line.replace("abc", "abc{0}").replace("'a'", "'a{0}'")
    written(tmp_path, "".join(lines.replace("{0}", str(number)) for number in range(7_000)))
    assert len(refused(tmp_path)) == MAX_PROBLEMS


def test_definitions_that_double_are_refused_before_they_fill_the_memory(tmp_path):
    written(tmp_path)
    tables = ["[[definition]]\nid = 'd0'\nwhen = 'fever or rash'\n"]
    tables += [f"[[definition]]\nid = 'd{n}'\nwhen = 'd{n - 1} or d{n - 1}'\n" for n in range(1, 100)]
    written(tmp_path, "".join(tables), "more.toml")
    assert refused(tmp_path) == [
        "more.toml:25: definition `d8`.when, column 1: 512 findings, with those of its definitions; at most 500"
    ]


def test_a_chain_of_definitions_is_read_in_any_order(tmp_path):
    written(tmp_path, edited('when = "hot"', 'when = "d0"'))
    tables = [f"[[definition]]\nid = 'd{n}'\nwhen = 'd{n + 1}'\n" for n in range(3_000)]
    written(tmp_path, "".join(tables) + "[[definition]]\nid = 'd3000'\nwhen = 'hot'\n", "more.toml")
    assert bt.load_rulebook(tmp_path).rule("fever-today").findings == {"fever", "rash"}


TEXTS = [
    'because = """\n[[rule]]\n# [[rule]]\n\'\'\'\n"""',
    "because = '''\n[[rule]]\n\"\"\"\n[rule]\n'''",
    'because = """[[rule]]\\\n  [[rule]]\n\\"""[[rule]]\n"""',
    'because = """a quote at the end""""',
    "because = '''an apostrophe at the end''''",
    'because = \'three quotes in it: """\'',
    'because = "three quotes in it: \\"\\"\\", \'\'\'"',
    '# it\'s quoted: """\nbecause = \'x\'  # and """',
    "because = 'x'  # [[rule]]\n#[[rule]]\n",
    "because = 'x'\r\n\r",
]


@pytest.mark.parametrize("because", TEXTS)
def test_lines_stay_right_whatever_stands_in_texts_and_comments(because, tmp_path):
    text = f'[[rule]]\nid = "first"\n{because}\n\n  [[ rule ]] # \'\'\' the second\nid = "second"\nbecause = """x"""\n'
    (tmp_path / "rules.toml").write_bytes(text.encode())
    line = text.encode()[: text.encode().index(b"[[ rule ]]")].count(b"\n") + 1
    assert {problem.split(": ")[0] for problem in refused(tmp_path)} == {"rules.toml:1", f"rules.toml:{line}"}


# -- the digest --------------------------------------------------------------------------------------------------------


def digest(folder: Path, *texts: str, names: tuple[str, ...] = ("a.toml", "b.toml", "c.toml")) -> str:
    folder.mkdir()
    for text, name in zip(texts, names, strict=False):
        (folder / name).parent.mkdir(exist_ok=True)
        written(folder, text, name)
    return bt.load_rulebook(folder).digest


def test_the_digest_does_not_change_with_comments_white_space_and_the_names_of_files(tmp_path):
    whole = digest(tmp_path / "whole", TINY)
    assert re.fullmatch("[0-9a-f]{64}", whole)
    spaced = re.sub(r" = ", "   =\t", TINY).replace("\n", "  # a comment\n\n").replace("[[", "\n  [[")
    cut = TINY.index("[[exercise]]")
    assert whole == digest(tmp_path / "spaced", spaced)
    assert whole == digest(tmp_path / "named", TINY, names=("sub/rules_of_ours.toml",))
    assert whole == digest(tmp_path / "two", TINY[:cut], TINY[cut:])
    assert whole == digest(
        tmp_path / "three", TINY[:cut], "# nothing", TINY[cut:], names=("1.toml", "2/x.toml", "3.toml")
    )
    assert whole == digest(tmp_path / "keys", TINY.replace('id = "tiny"\nversion = "1"', 'version = "1"\nid = "tiny"'))


@pytest.mark.parametrize(
    "edits",
    [
        ('version = "1"', 'version = "2"'),
        ('title = "Fever"', 'title = "fever"'),
        ('text = "Rash"', 'text = "Rash "'),
        ("valid_hours = 24\n\n[messages.levels.same_day]", "valid_hours = 25\n\n[messages.levels.same_day]"),
        ('poison = "4"', 'poison = "5"'),
        ("asks_to_do = true", "asks_to_do = false"),
        ("asks_to_do = true\n", ""),
        ("minutes = [5, 30]", "minutes = [5, 29]"),
        ('exclude = ["tag:flexion", "outside:core"]', 'exclude = ["outside:core", "tag:flexion"]'),
        ('when = "hot"', 'when = "fever or rash"'),
        ("fires = [{ fever = true }, { rash = true }]", "fires = [{ fever = true }]"),
        ('note = "a statement"', 'note = "a  statement"'),
    ],
    ids=" -> ".join,
)
def test_the_digest_changes_with_any_content(edits, tmp_path):
    assert digest(tmp_path / "before", TINY) != digest(tmp_path / "after", edited(*edits))


# -- mangled files -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rules(tmp_path_factory) -> Path:
    """A copy of the default rulebook's files."""
    return Path(shutil.copytree(default_rules(), tmp_path_factory.mktemp("mangled") / "rules"))


FILES = [path.relative_to(default_rules()) for path in rule_files(default_rules())]
TOKEN = re.compile(rb'"[^"\n]*"|[\w.-]+|[\[\]{}=,#]')
TOKENS = sorted({token for file in FILES for token in TOKEN.findall((default_rules() / file).read_bytes())})
ODD = [b"0", b"-1", b"1.5", b"nan", b"inf", b"1e400", b"0x" + b"f" * 5_000, b"9" * 5_000, b"true", b'""', b"[]", b"{}"]
ODD += [b'"""', b"'''", b"{", b"]", b"\\", b"#", b"=", b"\0", b"\xff", b"1979-05-27", b"[[1]]", b'"always"', b'"{x}"']


def with_another_byte(content: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(content))
    return content[:place] + bytes([dice.randrange(256)]) + content[place + 1 :]


def with_a_piece_cut(content: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(content))
    return content[:place] + content[place + dice.choice((1, 2, 10, 100, len(content))) :]


def with_a_piece_doubled(content: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(content))
    end = place + dice.choice((1, 2, 10, 100, 1_000))
    return content[:end] + content[place:]


def with_lines_moved(content: bytes, dice: random.Random) -> bytes:
    lines = content.split(b"\n")
    start, to = dice.randrange(len(lines)), dice.randrange(len(lines))
    piece = lines[start : start + dice.choice((1, 1, 2, 10))]
    if dice.random() < 0.7:
        del lines[start : start + len(piece)]
    if dice.random() < 0.7:
        lines[to:to] = piece
    return b"\n".join(lines)


def with_another_token(content: bytes, dice: random.Random) -> bytes:
    found = dice.choice([*TOKEN.finditer(content)])
    token = dice.choice(dice.choice((TOKENS, ODD)))
    return content[: found.start()] + token + content[found.end() :]


MANGLES = st.lists(
    st.sampled_from(
        [
            with_another_byte,
            with_a_piece_cut,
            with_a_piece_doubled,
            with_lines_moved,
            with_another_token,
            with_another_token,
        ]
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=40, deadline=None)  # each example loads the whole rulebook
@given(st.sampled_from(FILES), MANGLES, st.randoms(use_true_random=False))
def test_mangled_rule_files_load_or_are_refused_and_what_loads_does_not_fail(rules, file, mangles, dice):
    good = (default_rules() / file).read_bytes()
    content = good
    for mangle in mangles:
        content = mangle(content, dice) or good
    (rules / file).write_bytes(content)
    try:
        book = bt.load_rulebook(rules)
    except bt.RulebookError as error:
        assert len(str(error).splitlines()) == len(error.problems)  # noqa: PT017 - that it is refused is no surprise
        return
    finally:
        (rules / file).write_bytes(good)
    for denies in ([], [*book.vocabulary.checklists]):
        str(bt.assess(denies=denies, rulebook=book, engine="reference"))


# -- the default rulebook ----------------------------------------------------------------------------------------------


def test_the_default_rulebook_loads_and_knows_what_it_is():
    assert BOOK is bt.default_rulebook()
    assert bt.load_rulebook(default_rules()).identity == BOOK.identity
    assert BOOK.digest in repr(BOOK) or BOOK.digest[:12] in repr(BOOK)


CASES = [
    pytest.param(rule, case, wanted, id=f"{rule.id} {'fires' if wanted else 'spares'} {number}")
    for rule in BOOK.rules
    for wanted, cases in ((True, rule.fires), (False, rule.spares))
    for number, case in enumerate(cases, 1)
]


@pytest.fixture(scope="module")
def engine() -> ReferenceEngine:
    return ReferenceEngine(BOOK)


@pytest.mark.parametrize(("rule", "case", "fires"), CASES)
def test_a_rule_does_what_its_own_cases_say(rule, case, fires, engine):
    known = bt.Profile(case).known
    assert rule.when.holds(known) is fires
    verdicts = engine.evaluate(known)
    assert (rule in verdicts.fired) is fires
    assert rule not in verdicts.open


def test_every_rule_that_does_not_always_hold_has_both_kinds_of_cases():
    assert [rule.id for rule in BOOK.rules if rule.when != ALWAYS and not (rule.fires and rule.spares)] == []
