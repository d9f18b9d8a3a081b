"""Review dates: what is past its date is a warning on a given day, and never by the clock."""

from __future__ import annotations

import json
from datetime import date, datetime

import backtriage as bt
import pytest
from backtriage.adapters.command_line import main
from backtriage.rulebook.reading import laid

from clinic import RING, RIVERSIDE, STRETCH, below, overlay
from strategies import BOOK


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return below(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def riverside():
    return laid(str(RIVERSIDE), BOOK)


def test_a_review_date_that_has_passed_is_a_warning_on_a_given_day_only(riverside):
    def warned(on):
        return [(one.kind, one.id) for one in bt.verify(riverside, only=["g-riverside-ring-us"], on=on).warnings]

    late = [("source", "riverside-letter"), ("source", "riverside-leaflet"), ("region", "RIVERSIDE")]
    assert warned(None) == []
    assert warned(date(2027, 5, 1)) == []
    assert warned(date(2027, 5, 2)) == late
    result = bt.verify(riverside, only=["g-riverside-ring-us"], on=date(2030, 1, 1))
    assert result.proved
    assert str(result).endswith("1 proved, 0 refuted, 0 not decided; 3 overdue for review on 2030-01-01")
    assert "warning      source riverside-letter: to be reviewed by 2027-05-01" in str(result)
    assert result.to_dict()["warnings"][2] == {"kind": "region", "id": "RIVERSIDE", "review_by": "2027-05-01"}


def test_rules_and_exercises_are_reviewed_too_the_longest_overdue_first(tiny, tmp_path):
    stretch = STRETCH.replace("dose =", "review_by = 2026-02-03\ndose =")
    folder = overlay(tmp_path, RING + "review_by = 2026-02-04\n", stretch)
    result = bt.verify(bt.load_rulebook(folder, extends=tiny), only=["g-hot"], on=date(2026, 11, 21))
    assert [str(one) for one in result.warnings] == [
        "exercise stretch: to be reviewed by 2026-02-03",
        "rule ring: to be reviewed by 2026-02-04",
    ]


def test_a_day_is_a_date(tiny, capsys):
    with pytest.raises(TypeError, match=r"on: .* is not a date"):
        bt.verify(tiny, only=[], on=datetime(2026, 11, 21, 12))  # noqa: DTZ001 - what must be refused
    with pytest.raises(SystemExit):
        main(["verify", tiny.path, "--on", "tomorrow"])
    assert "`'tomorrow'` is not a date; write it as 2026-11-21" in capsys.readouterr().err


def test_verify_warns_on_the_command_line_and_exits_as_without(tiny, tmp_path, capsys):
    folder = str(overlay(tmp_path, RING + "review_by = 2026-02-04\n"))
    plain = main(["verify", tiny.path, "--overlay", folder, "--json"])
    assert json.loads(capsys.readouterr().out)["warnings"] == []
    assert main(["verify", tiny.path, "--overlay", folder, "--json", "--on", "2026-11-21"]) == plain
    found = json.loads(capsys.readouterr().out)
    assert (found["on"], len(found["warnings"])) == ("2026-11-21", 1)
