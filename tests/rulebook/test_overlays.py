"""Overlays: what a clinic adds stands beside what is there, replaces nothing, and is asked, decided and said."""

from __future__ import annotations

import json
import pickle

import attrs
import backtriage as bt
import pytest
from backtriage.adapters.command_line import main
from backtriage.loading import stacked
from backtriage.readings.proofs.changes import within
from backtriage.rulebook.guarantees import read_guarantees
from backtriage.rulebook.reading import laid
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic import BASE, HEAD, OFFER, PERMISSION, RING, RIVERSIDE, STRETCH, below, overlay, refused
from strategies import BOOK, profiles


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return below(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def riverside():
    return bt.load_rulebook(RIVERSIDE, extends=BOOK)


def test_an_overlay_keeps_everything_below(riverside):
    def said(book):
        return {rule.id: (rule.when, rule.because, rule.sources, rule.where) for rule in book.rules}

    assert riverside.extends is BOOK
    assert said(BOOK).items() <= said(riverside).items()
    assert BOOK.vocabulary.findings.items() <= riverside.vocabulary.findings.items()
    assert BOOK.vocabulary.checklists.items() <= riverside.vocabulary.checklists.items()
    assert BOOK.exercises.keys() <= riverside.exercises.keys()
    assert BOOK.regions.items() <= riverside.regions.items()
    order = riverside.vocabulary.asking_order
    assert tuple(id_ for id_ in order if id_ in BOOK.vocabulary.asking_order) == BOOK.vocabulary.asking_order


def test_both_rulebooks_are_named_in_every_result(riverside):
    assert (riverside.id, riverside.version) == (f"{BOOK.id}+riverside", f"{BOOK.version}+2026.1")
    assert riverside.digest != BOOK.digest
    assert riverside.title == f"{BOOK.title}, with the Riverside clinic (an example)"
    assert bt.assess(age=40, rulebook=riverside).to_dict()["rulebook"] == attrs.asdict(riverside.identity)


def test_what_a_clinic_adds_is_asked_decided_and_said(riverside):
    order = riverside.vocabulary.asking_order
    assert order[order.index("pregnancy_signs") + 1] == "riverside_letter"
    told = bt.assess(age=40, riverside_ring_us=True, rulebook=riverside, region="RIVERSIDE")
    assert told.at_least is bt.Urgency.SAME_DAY
    assert "01632 960 123" in told.action.message
    denied = [id_ for id_ in riverside.vocabulary.checklists if id_ != "where"]
    shown = {
        "age": 40,
        "lower_back_pain": True,
        "pain_duration_days": 3,
        "pain_score": 2,
        "riverside_corridor_shown": True,
    }

    def allowed(denies=denied, **answers: object):
        return {one.exercise.id for one in bt.assess({**shown, **answers}, denies=denies, rulebook=riverside).allowed}

    assert {"riverside_corridor_walk", "walking"} <= allowed()
    assert "riverside_corridor_walk" not in allowed(riverside_corridor_shown=False)
    assert allowed(riverside_only_with_us=True) == set()
    assert allowed(denies=[id_ for id_ in denied if id_ != "riverside_letter"]) == set()  # what it says is not known


def test_the_exclusions_below_hold_for_a_new_exercise(tiny, tmp_path):
    book = bt.load_rulebook(overlay(tmp_path, STRETCH), extends=tiny)
    assert "stretch" in book.rule("no-bending").effect.exercises  # it is outside the core


def test_an_overlay_lies_upon_another(tiny, tmp_path):
    first = bt.load_rulebook(overlay(tmp_path, RING), extends=tiny)
    head = '[overlay]\nid = "ward"\nversion = "1"\ntitle = "a ward"\n'
    ring = RING.replace("told_to_ring", "shown").replace('id = "ring"', 'id = "show"')
    second = bt.load_rulebook(overlay(tmp_path, ring, head=head, name="ward"), extends=first)
    assert second.id == "tiny+clinic+ward"
    assert second.folders == (tiny.path, first.path, second.path)
    assert len({tiny.digest, first.digest, second.digest}) == 3
    assert second.rule("ring").text == "told_to_ring"


def test_the_guarantees_of_both_are_proved_and_read_in_order(riverside):
    ids = [one.id for one in read_guarantees(riverside)]
    assert ids == [*(one.id for one in read_guarantees(BOOK)), "g-riverside-only-with-us", "g-riverside-ring-us"]
    assert bt.verify(riverside, only=ids[-2:]).proved
    assert read_guarantees(riverside)[-1].where == "riverside/guarantees.toml:11"


def test_an_overlaid_rulebook_goes_through_a_process_pool(tiny, tmp_path):
    book = bt.load_rulebook(overlay(tmp_path, RING), extends=tiny)
    again = pickle.loads(pickle.dumps(bt.Profile(told_to_ring=True, rulebook=book)))  # noqa: S301 - our own
    assert again.rulebook.identity == book.identity
    assert again.rulebook.folders == book.folders


def test_a_rulebook_whose_files_have_changed_is_not_extended(tmp_path):
    (tmp_path / "below").mkdir()
    file = tmp_path / "below" / "rules.toml"
    file.write_text(BASE)
    book = bt.load_rulebook(tmp_path / "below")
    file.write_text(BASE.replace('title = "Fever"', 'title = "Feverish"'))
    (problem,) = refused(overlay(tmp_path), book)
    assert str(problem) == f"{book.path}: the rulebook has changed since it was loaded"


NEW_RULES = {
    "urgency": 'urgency = "same_day"\nsuspects = "ces"',
    "exclude": 'exclude = ["tag:flexion", "id:walking"]\nbecause = "x"',
    "limit": 'limit = { select = ["all"], at_most = { minutes = 4, hold_seconds = 1 }, only = { sides = ["left"] } }',
    "caution": 'caution = "x"',
}


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    """The default rulebook with rules of every cautious kind upon it; nothing is proved of it."""
    head = HEAD.replace('"signs"', '"arm_signs"')
    rules = [
        RING.replace("ring", kind, 1)
        .replace('"told_to_ring"', '"told_to_ring or shown and minutes > 5"')
        .replace('urgency = "soon"\nsuspects = "infection"', effect)
        .replace("spares = [{ ", "spares = [{ shown = false, ")
        for kind, effect in NEW_RULES.items()
    ]
    return laid(str(overlay(tmp_path_factory.mktemp("strict"), *rules, head=head)), BOOK)


@given(profiles(), st.sampled_from([True, False, None]), st.sampled_from([True, False, None]))
@settings(max_examples=150)
def test_without_a_new_offer_an_overlay_never_makes_anything_less_cautious(strict, profile, told, shown):
    before = bt.assess(profile, engine="reference")
    new = {name: value for name, value in (("told_to_ring", told), ("shown", shown)) if value is not None}
    after = bt.assess({**profile.to_dict(), **new}, engine="reference", rulebook=strict)
    assert after.at_least >= before.at_least
    assert after.could_be >= before.could_be
    doses = {one.exercise.id: one.dose for one in before.allowed}
    assert all(within(one.dose, doses[one.exercise.id]) for one in after.allowed)
    assert {one.id for one in before.because} <= {one.id for one in after.because}


# -- the command line --------------------------------------------------------------------------------------------------


def test_the_command_line_lays_overlays_on_the_rulebook_it_is_given(tiny, tmp_path, capsys):
    answers = tmp_path / "answers.toml"
    answers.write_text("told_to_ring = true\n")
    folder = str(overlay(tmp_path, RING))
    assert main(["assess", str(answers), "--rulebook", tiny.path, "--overlay", folder, "--json"]) == 50
    found = json.loads(capsys.readouterr().out)
    assert (found["at_least"], found["rulebook"]["id"]) == ("soon", "tiny+clinic")
    assert main(["rules", "--rulebook", tiny.path, "--overlay", folder, "show", "ring"]) == 0
    assert "(clinic/overlay.toml:" in capsys.readouterr().out
    assert stacked(tiny.path, [folder]).id == "tiny+clinic"


def test_what_is_relaxed_and_when_it_is_reviewed_is_printed_with_the_rule(tiny, tmp_path, capsys):
    folder = str(overlay(tmp_path, OFFER + PERMISSION + "review_by = 2027-05-01\n"))
    assert main(["rules", "--rulebook", tiny.path, "--overlay", folder, "show", "shown-to-bend"]) == 0
    printed = capsys.readouterr().out
    assert "relaxes: bend, protocol (page 3): The clinic's own protocol" in printed
    assert "review by: 2027-05-01" in printed


def test_verify_fails_for_an_overlay_that_is_less_cautious(tiny, tmp_path, capsys):
    folder = str(overlay(tmp_path, OFFER))
    assert main(["verify", tiny.path, "--overlay", folder]) == 1
    assert "less cautious about exercise `bend`" in capsys.readouterr().out
    assert main(["verify", tiny.path, "--overlay", folder, "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["proved"] is False
    assert found["refused"][0]["witness"]["shown"] is True
    assert main(["verify", tiny.path, "--overlay", str(tmp_path / "nowhere")]) == 2
    assert "no rule files" in capsys.readouterr().err


def test_whom_an_overlay_says_to_see_comes_after_whom_the_rules_below_do(tmp_path):
    ours = RING.replace('"soon"', '"same_day"\nsee = "the reception"')
    head = HEAD.replace('"signs"', '"arm_signs"')
    book = laid(str(overlay(tmp_path, ours, head=head)), BOOK)
    both = bt.assess(told_to_ring=True, painful_red_eye=True, rulebook=book)
    assert [str(whom) for whom in both.referral.parts] == ["an eye doctor", "the reception"]
