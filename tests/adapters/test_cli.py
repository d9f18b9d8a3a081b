"""The command line: what it prints, and exit codes that never call an unsettled answer harmless."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import backtriage as bt
import pytest
from backtriage.adapters.command_line import main
from backtriage.findings import answers
from backtriage.presentation import catalogue

EXAMPLES = Path(__file__).parents[2] / "examples" / "profiles"
CODES = {"low_back": 0, "neck": 0, "pinched_nerve": 10, "osteoporosis": 10, "cauda_equina": 40, "empty": 50}


@pytest.mark.parametrize("name", sorted(path.stem for path in EXAMPLES.glob("*.toml")))
def test_every_example_profile_prints_its_page_and_exits_with_its_level(name, capsys):
    assert main(["assess", str(EXAMPLES / f"{name}.toml")]) == CODES[name]
    assert capsys.readouterr().out.strip()


def test_the_same_answers_as_json_give_the_same_result_as_json(tmp_path, capsys, monkeypatch):
    profile = tmp_path / "profile.json"
    profile.write_text('{"age": 50, "new_bladder_change": true}')
    assert main(["assess", str(profile), "--json", "--engine", "reference"]) == 40
    printed = json.loads(capsys.readouterr().out)
    assert printed == bt.assess(age=50, new_bladder_change=True, engine="reference").to_dict()
    monkeypatch.setattr(sys, "stdin", type("In", (), {"buffer": io.BytesIO(profile.read_bytes())}))
    assert main(["assess", "-", "--json", "--engine", "reference"]) == 40
    assert json.loads(capsys.readouterr().out) == printed


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "a.toml",
            'age = "x"\nfevr_or_shivers = true',
            (
                "age: `'x'` is not a number; give years, 0 to 120\n"
                "fevr_or_shivers: unknown finding; did you mean `fever_or_shivers`?"
            ),
        ),
        ("a.json", '{"age": 1, "age": 2}', "age: given twice; give it once"),
        ("a.json", "[1]", "profile: not a JSON object"),
        ("a.toml", "age = ", "neither JSON nor TOML"),
        ("a.toml", "[1", "neither JSON nor TOML"),
        ("a.toml", "[profile]\nage = 41", "a table of answers; a profile has none: give each answer by itself"),
        ("a.toml", "[[profile]]\nage = 41", "profile: a table of answers; a profile has none"),
        ("a.json", '{"profile": {"age": 41}}', "profile: a table of answers; a profile has none"),
        ("a.toml", "age = nan", "age: `nan` is not a number that can be used"),
        ("a.toml", "#" * 1_000_001, "too large for a profile"),
    ],
)
def test_a_profile_that_cannot_be_used_exits_with_2_and_says_everything_that_is_wrong(
    name, text, message, tmp_path, capsys
):
    path = tmp_path / name
    path.write_text(text)
    assert main(["assess", str(path)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err


def test_a_missing_file_and_an_unknown_region_exit_with_2(capsys):
    assert main(["assess", "no-such-file"]) == 2
    assert main(["assess", str(EXAMPLES / "empty.toml"), "--region", "XX"]) == 2
    assert "unknown region `'XX'`; known: GB" in capsys.readouterr().err


def test_a_region_prints_its_numbers(capsys):
    main(["assess", str(EXAMPLES / "cauda_equina.toml"), "--region", "GB"])
    assert "999 or 112" in capsys.readouterr().out


@pytest.mark.parametrize("view", ["list", "exercises", "findings", "sources", "types"])
def test_every_view_of_the_rules_prints_something(view, capsys):
    assert main(["rules", view]) == 0
    assert len(capsys.readouterr().out.splitlines()) > 20


@pytest.mark.parametrize(
    "id_",
    ["ces-bladder", "x-thin-bones", "l-sore-24", "bridge", "sit_up", "age", "eases_direction", "health_a", "nice-ng59"],
)
def test_show_prints_everything_about_one_entry(id_, capsys):
    assert main(["rules", "show", id_]) == 0
    assert capsys.readouterr().out


def test_show_of_something_unknown_names_what_was_meant(capsys):
    assert main(["rules", "show", "brige"]) == 2
    assert "did you mean `bridge`?" in capsys.readouterr().err


def test_every_rule_can_be_shown_with_its_condition_and_all_its_sources(capsys):
    for rule in bt.default_rulebook().rules:
        assert main(["rules", "show", rule.id]) == 0
        shown = " ".join(capsys.readouterr().out.split())
        assert " ".join(rule.text.split()) in shown
        assert all(f"source: {ref.id}" in shown for ref in rule.sources)


def test_the_types_of_the_answers_are_current():
    written = Path(answers.__file__).read_text()
    assert written == "\n".join(catalogue.types(bt.default_rulebook())) + "\n"
