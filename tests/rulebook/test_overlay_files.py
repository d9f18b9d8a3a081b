"""Overlay files: whatever replaces something below, passes for it, or cannot be read is refused with file and line."""

from __future__ import annotations

import re

import backtriage as bt
import pytest
from backtriage.rulebook.reading.files import MAX_FILE_BYTES

from clinic import HEAD, OFFER, PERMISSION, RING, STRETCH, below, overlay, refused


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return below(tmp_path_factory.mktemp("tiny"))


REGION = 'name = "x"\nemergency = "x"\nurgent = "x"\ncrisis = "x"\npoison = "x"\n'
BRACES = "{emergency}, {urgent}, {crisis} and {poison} are filled in, nothing else"
NEVER = "an overlay adds, it never replaces"
REFUSED = {
    "a rule again": (
        RING.replace('"ring"', '"fever-today"'),
        ["@fever-today: duplicate rule id `fever-today`; first used at #; " + NEVER],
    ),
    "an exercise again": (
        STRETCH.replace('"stretch"', '"bend"', 1),
        ["@bend: duplicate exercise id `bend`; first used at #; " + NEVER],
    ),
    "a gate changed": (
        '[[number]]\nid = "hours"\ntext = "x"\nunit = "hours"\nminimum = 0\nmaximum = 48\n',
        ["@hours: duplicate number id `hours`; first used at #; " + NEVER],
    ),
    "a definition changed": (
        '[[definition]]\nid = "hot"\nwhen = "fever and rash"\n',
        ["@hot: duplicate definition id `hot`; first used at #; " + NEVER],
    ),
    "a checklist with more on it": (
        '[[checklist]]\nid = "signs"\nquestion = "?"\n\n[[checklist.finding]]\nid = "more"\ntext = "x"\n',
        ["@signs: duplicate checklist id `signs`; first used at #; " + NEVER],
    ),
    "a finding as a definition": (
        '[[definition]]\nid = "fever"\nwhen = "shown"\n',
        ["@fever: duplicate definition id `fever`; first used at #; " + NEVER],
    ),
    "a set widened": (
        '[[set]]\nid = "core"\nexercises = ["walk", "bend"]\n',
        ["@core: duplicate set id `core`; first used at #; " + NEVER],
    ),
    "a source again": (
        '[[source]]\nid = "guide"\ntitle = "x"\n',
        ["@guide: duplicate source id `guide`; first used at #; " + NEVER],
    ),
    "ids that look like others": (
        '[[definition]]\nid = "fe_ver"\nwhen = "shown"\n\n[[definition]]\nid = "s1de"\nwhen = "shown"\n\n'
        + RING.replace('"ring"', '"no-bendlng"'),
        [
            "@fe_ver: definition id `fe_ver` looks like `fever`, at #; give it its own",
            "@s1de: definition id `s1de` looks like `side`, at #; give it its own",
            "@no-bendlng: rule id `no-bendlng` looks like `no-bending`, at #; give it its own",
        ],
    ),
    "a region again, and ones that look like it": (
        "".join(f"[region.{code}]\n{REGION}\n" for code in ("none", "NONE", '"a b"')),
        [
            "@[region.none]: a second [region.none] table; " + NEVER,
            "@[region.none]: region `'NONE'` looks like `none`; give it a code of its own: letters, digits, _ and -",
            "@[region.none]: region `'a b'`; give it a code of its own: letters, digits, _ and -",
        ],
    ),
    "texts replaced": (
        '[messages]\nsuspects.infection = { say = "x" }\nlocked.crisis = "x"\nsafety_net.\'Emergency now\' = ["x"]\n',
        [
            "@[messages]: messages.suspects.infection is there already; " + NEVER,
            "@[messages]: messages.locked.crisis is there already; " + NEVER,
            "@[messages]: messages.safety_net.Emergency now is there already; " + NEVER,
        ],
    ),
    "a level's message": (
        "[messages.levels.soon]\nsay = 'x'\nvalid_hours = 9\n",
        ["@[messages.levels.soon]: messages: unknown key `'levels'`"],
    ),
    "a brace in a text": (
        '[messages]\nlocked.ours = "See {doctor}."\n',
        [f"@[messages]: messages.locked.ours: a brace that stands for nothing; {BRACES}"],
    ),
    "a head of a rulebook, and a guarantee in its wrong place": (
        "[rulebook]\nid = 'x'\n\n[[guarantee]]\nid = 'x'\n",
        [
            "clinic/overlay.toml:1: unknown key `'rulebook'`; the head of an overlay is [overlay]",
            "clinic/overlay.toml:1: unknown key `'guarantee'`; guarantees stand in guarantees.toml",
        ],
    ),
    "definitions in a circle": (
        '[[definition]]\nid = "one"\nwhen = "two"\n\n[[definition]]\nid = "two"\nwhen = "one"\n',
        [
            "@one: definition `one` is circular; it needs `two`",
            "@two: definition `two` is circular; it needs `one`",
        ],
    ),
    "what it relaxes": (
        (OFFER + PERMISSION).replace('{ id = "bend", source', '{ id = "bnd", source')
        + (OFFER + PERMISSION).replace("shown-to-bend", "again").replace('offer = ["bend"]', 'offer = ["walk"]')
        + (OFFER + PERMISSION).replace("shown-to-bend", "nobody").replace('"protocol"', '"protocoll"')
        + (OFFER + PERMISSION).replace("shown-to-bend", "they-say").replace('"protocol"', '"S001"')
        + RING
        + 'relaxes = [{ id = "walk", source = "protocol" }]\n',
        [
            "@shown-to-bend: rule `shown-to-bend`: relaxes `bnd`, which is no exercise of tiny; did you mean `bend`?",
            "@again: rule `again`: relaxes `bend` without offering it; it stands beside the offer it is for",
            "@nobody: rule `nobody`: relaxes `bend`: unknown source `protocoll`; did you mean `protocol`?",
            "@they-say: rule `they-say`: relaxes `bend`: unknown source `S001`",
            "@ring: rule `ring`: relaxes `walk` without offering it; it stands beside the offer it is for",
        ],
    ),
    "a permission without its source": (
        OFFER + 'relaxes = [{ id = "bend" }]\n',
        ["@shown-to-bend: rule `shown-to-bend`.relaxes[1].source: missing"],
    ),
    "an exercise that says nothing of what it does": (
        STRETCH.replace('tags = ["hold"]\n', ""),
        ["@stretch: exercise `stretch`: no tags; say how it moves and loads: the exclusions of tiny go by tags"],
    ),
    "tags of its own": (
        STRETCH.replace('"hold"', '"harmless"'),
        ["@stretch: exercise `stretch`: tags: unknown `harmless`; known: flexion, hold, impact"],
    ),
    "an offer of what is refused": (
        OFFER.replace('"bend"', '"sit_up"'),
        ["@shown-to-bend: rule `shown-to-bend`: `sit_up` is blocked; only an offered exercise can be offered"],
    ),
    "an offer without evidence, and one opened by a red flag": (
        OFFER.replace('"shown"\noffer', '"always"\noffer').partition("fires")[0]
        + OFFER.replace("shown-to-bend", "told-so")
        .replace("shown =", "told_to_ring =")
        .replace('"shown"\noffer', '"told_to_ring"\noffer'),
        [
            "@shown-to-bend: rule `shown-to-bend`: an offer that needs no evidence; name what it is for",
            "@told-so: rule `told-so`: red flag `told_to_ring` opens an offer; a red flag must never allow more",
        ],
    ),
    "a date that is none": (
        RING + 'review_by = "2027-05-01"\n',
        ["@ring: rule `ring`.review_by: `'2027-05-01'` is not a date; write it as 2027-05-01, without quotes"],
    ),
}


@pytest.mark.parametrize(("tables", "expected"), REFUSED.values(), ids=REFUSED)
def test_what_replaces_or_passes_for_something_below_is_refused_with_file_and_line(tables, expected, tiny, tmp_path):
    lines = (HEAD + "\n" + tables).splitlines()

    def where(line):
        if not line.startswith("@"):
            return line
        id_, _, rest = line[1:].partition(": ")
        header = id_ if id_.startswith("[") else f'id = "{id_}"'
        number = lines.index(header) + id_.startswith("[")
        return f"clinic/overlay.toml:{number}: {rest}"

    found = [str(problem) for problem in refused(overlay(tmp_path, tables), tiny)]
    assert [re.sub(r" rules\.toml:\d+", " #", line) for line in found] == [where(line) for line in expected]


HEADS = {
    "no head": ("", "no [overlay] table; one file holds it, as overlay.toml does"),
    "an id with a joint": (HEAD.replace('"clinic"', '"clinic+x"'), "overlay id `'clinic+x'`; ids are"),
    "the id below": (
        HEAD.replace('"clinic"', '"t1ny"'),
        "overlay id `'t1ny'` is or looks like that of what it extends",
    ),
    "a version with a joint": (HEAD.replace('"7"', '"7+8"'), "version `'7+8'`; not blank, and without +"),
    "no version": (HEAD.replace('"7"', '" "'), "version `' '`; not blank"),
    "no place": (
        HEAD.replace('["signs", ', "["),
        "asking_order: nothing stands before `shown`; name the question that",
    ),
    "an unknown place": (HEAD.replace('["signs", ', '["sings", '), "asking_order: nothing stands before `sings`"),
    "a question that is never asked": (HEAD.replace(', "minutes"]', "]"), "asking_order: `minutes` stands 0 times"),
    "a question asked twice": (
        HEAD.replace(', "minutes"]', ', "minutes", "told"]'),
        "asking_order: `told` stands 2 times",
    ),
    "findings in a circle": (
        HEAD.replace('text = "Shown how?"', 'text = "?"\nasked_if = "minutes > 5"') + 'asked_if = "shown"\n',
        "findings that are asked only if they are known; minutes <- shown <- minutes",
    ),
    "too large": (
        HEAD + "#" * MAX_FILE_BYTES,
        f"clinic/overlay.toml:1: a file of {len(HEAD) + MAX_FILE_BYTES} bytes",
    ),
    "not TOML": (HEAD + "[", "not TOML"),
}


@pytest.mark.parametrize(("head", "what"), HEADS.values(), ids=HEADS)
def test_a_head_that_cannot_be_laid_upon_the_one_below_is_refused(head, what, tiny, tmp_path):
    assert what in str(refused(overlay(tmp_path, head=head), tiny)[0])


def test_an_overlay_is_no_rulebook_and_says_so(tmp_path):
    with pytest.raises(bt.RulebookError, match="this is an overlay: load it with `extends`"):
        bt.load_rulebook(overlay(tmp_path))
