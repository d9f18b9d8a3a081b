"""What an attacker or a careless host tries: it is refused at once, and nothing that is shared can be changed."""

from __future__ import annotations

import copy
import pickle
import re
import tempfile
import tomllib
from pathlib import Path

import backtriage as bt
import pytest
from backtriage.rulebook.reading.files import too_long

from strategies import BOOK

HOSTILE = {
    "many dots": "x = 1" + ".   " * 19,
    "a dot and blanks": "x = 1." + " " * 50_000,
    "blank lines": "rule=[]" + "\n" * 290_000,
    "comment lines": "#\n" * 140_000,
    "quotes never closed": '\\"""\n' * 20_000,
    "long words": ("a" * 200 + " ") * 1_400,
    "open brackets": "[ " * 100_000,
    "headers that end in blanks": ("[a" + " " * 1_000 + "\n") * 280,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_and_not_hung(text, tmp_path):
    (tmp_path / "rules.toml").write_text(text)
    with pytest.raises(bt.RulebookError):
        bt.load_rulebook(tmp_path)


def test_reading_headers_never_goes_back():
    """Ten times the text must not take a hundred times the steps: these forms were exponential or quadratic once."""
    for size in (10_000, 100_000):
        assert not too_long("\n" * size + "x = 1")
        assert not too_long('\\"""\n' * (size // 5))


@pytest.mark.parametrize(
    "mapping",
    [
        lambda: bt.assess().safety_net,
        lambda: BOOK.exercises,
        lambda: BOOK.sets,
        lambda: BOOK.regions,
        lambda: BOOK.sources,
        lambda: BOOK.definitions,
        lambda: BOOK.messages.levels,
        lambda: BOOK.messages.locked,
        lambda: BOOK.vocabulary.findings,
        lambda: BOOK.vocabulary.checklists,
        lambda: BOOK.rule("ces-bladder").fires[0],
        lambda: bt.Profile(age=41).known,
        lambda: bt.Profile(age=41).given,
    ],
)
def test_what_is_shared_cannot_be_changed(mapping):
    with pytest.raises(TypeError):
        mapping()["x"] = "y"


def test_errors_survive_a_process_pool():
    for answers in ({"age": "x"}, {"feverr": True}):
        with pytest.raises(bt.ProfileError) as caught:
            bt.Profile(answers)
        assert pickle.loads(pickle.dumps(caught.value)).problems == caught.value.problems  # noqa: S301 - our own
    disagreement = bt.EngineDisagreement(only_reference=["a"], only_durable=[])
    assert pickle.loads(pickle.dumps(disagreement)).only_reference == ("a",)  # noqa: S301 - our own
    assert str(pickle.loads(pickle.dumps(bt.MissingExtra("x", "y")))) == str(bt.MissingExtra("x", "y"))  # noqa: S301


def test_a_missing_extra_is_named_as_it_can_be_installed_from_a_clone():
    root = Path(bt.__file__).parents[1]
    extras = tomllib.loads((root / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    raised = [
        re.findall(r'MissingExtra\(.*"([a-z]+)"\)', file.read_text()) for file in (root / "backtriage").rglob("*.py")
    ]
    named = {extra for found in raised for extra in found}
    assert named
    assert named <= extras.keys()
    for extra in named:
        assert str(bt.MissingExtra("x", extra)).endswith(f"in a clone of backtriage: pip install -e '.[{extra}]'")


def test_an_assessment_can_be_pickled_copied_and_hashed():
    assessment = bt.assess(age=41, lower_back_pain=True)
    again = pickle.loads(pickle.dumps(assessment))  # noqa: S301 - our own
    assert again == assessment
    assert copy.deepcopy(assessment) == assessment
    assert hash(again) == hash(assessment)
    assert again.to_json() == assessment.to_json()


def changed(old: str, new: str, file: str) -> Path:
    folder = Path(tempfile.mkdtemp()) / "rules"
    for path in Path(BOOK.path).rglob("*.toml"):
        target = folder / path.relative_to(BOOK.path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(path.read_text())
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))
    return folder


@pytest.mark.parametrize(
    ("old", "new", "file", "what"),
    [
        (
            'suspects = "ces"',
            'suspects = "ces"\nsee = "dr {x}"',
            "urgency/cauda_equina.toml",
            "a brace that stands for nothing",
        ),
        (
            'suspects = "ces"',
            'suspects = "ces"\nsee = "{emergency.__class__}"',
            "urgency/cauda_equina.toml",
            "a brace that stands for nothing",
        ),
        ('title = "New trouble with the bladder"', 'title = " "', "urgency/cauda_equina.toml", "a blank title"),
        ('id = "cancer_ever"', 'id = "sid"', "findings/safety_checklists.toml", "it would be read as something else"),
        (
            'asked_if = "adult and low_back_or_leg"',
            'asked_if = "adult and not pregnant"',
            "findings/startback.toml",
            "asked only without the red flag `pregnant`",
        ),
    ],
)
def test_what_would_fail_or_mislead_later_does_not_load(old, new, file, what):
    with pytest.raises(bt.RulebookError, match=re.escape(what)):
        bt.load_rulebook(changed(old, new, file))
