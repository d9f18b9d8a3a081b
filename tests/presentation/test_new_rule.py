"""The beginning of a new rule: nothing but what has to be written is left to write."""

from __future__ import annotations

import re
import tomllib
from typing import get_args

import backtriage as bt
import pytest
from backtriage.adapters.command_line import main
from backtriage.presentation.new_rule import KINDS
from backtriage.rulebook.rules import Effect

from tiny import TINY

WRITTEN = {
    'title = ""': 'title = "A new sign"',
    'when = ""': 'when = "fever"',
    'suspects = ""': 'suspects = "infection"',
    'because = ""': 'because = "Not with a fever."',
    'id = "" }': 'id = "guide" }',
    "fires = [{}]": "fires = [{ fever = true }]",
    "spares = [{}]": "spares = [{ fever = false }]",
    "offer = []": 'offer = ["bend"]',
    "routine = []": 'routine = ["bend"]',
    "exclude = []": 'exclude = ["id:bend"]',
    "select = []": 'select = ["id:bend"]',
    'caution = ""': 'caution = "Take care."',
    'advise = ""': 'advise = "Walk."',
    'say = ""': 'say = "Stop."',
}
"""What somebody writes into the blanks."""


@pytest.fixture
def stub(capsys):
    def stub(kind, id_="new-sign"):
        assert main(["rules", "new", kind, id_]) == 0
        return capsys.readouterr().out

    return stub


def test_there_is_a_stub_for_every_effect():
    assert set(KINDS) == {effect.kind for effect in get_args(Effect)}


@pytest.mark.parametrize("kind", KINDS)
def test_a_stub_does_not_load_before_it_is_written_and_loads_then(kind, stub, tmp_path):
    rule, _, _ = stub(kind).partition("\n# tests/expected/")
    (tmp_path / "tiny.toml").write_text(TINY)
    (tmp_path / "new.toml").write_text(rule)
    with pytest.raises(bt.RulebookError) as refused:
        bt.load_rulebook(tmp_path)
    assert all(problem.where.startswith("new.toml") for problem in refused.value.problems)
    for blank, words in WRITTEN.items():
        rule = rule.replace(blank, words)
    if kind in {"offer", "routine"}:
        rule = rule.replace("fever = ", "worn = ").replace('"fever"', '"worn"')
    (tmp_path / "new.toml").write_text(rule)
    assert bt.load_rulebook(tmp_path).rule("new-sign").effect.kind == kind


@pytest.mark.parametrize("kind", KINDS)
def test_the_cases_and_words_of_a_stub_have_the_keys_of_their_files(kind, stub):
    _, _, rest = stub(kind).partition("\n# tests/expected/")
    tables = tomllib.loads("#" + rest)
    assert [sorted(case) for case in tables["case"]] == [["given", "level", "name"]] * 2
    assert sorted(tables["finding"][0]) == ["absent", "id", "present"]


@pytest.mark.parametrize(
    ("kind", "id_", "message"),
    [
        ("urgncy", "new-sign", "`urgncy` is no kind of rule; did you mean `urgency`?"),
        ("?", "new-sign", "`?` is no kind of rule; give one of urgency, offer"),
        ("urgency", "ces-bladder", "there is a rule `ces-bladder`; see `rules show ces-bladder`"),
        ("urgency", "New Sign", "`New Sign` is no id; ids are a-z"),
    ],
)
def test_what_cannot_be_begun_exits_with_2_and_says_why(kind, id_, message, capsys):
    assert main(["rules", "new", kind, id_]) == 2
    assert re.search(re.escape(message), capsys.readouterr().err)
