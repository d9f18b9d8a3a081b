"""Overlays and caution: what makes anything below less cautious is refused with the person who shows it."""

from __future__ import annotations

import subprocess
import sys

import backtriage as bt
import pytest
from backtriage.errors import Refuted
from backtriage.loading import laid

from clinic import BASE, GUARANTEES, HEAD, NARROW, OFFER, PERMISSION, RING, STRETCH, below, overlay, place_of, refused
from strategies import BOOK


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return below(tmp_path_factory.mktemp("tiny"))


def allowed(answers, book):
    """The ids of what is allowed; a rulebook is asked only what it knows."""
    known = {name: value for name, value in answers.items() if name in {*book.vocabulary.findings, "denies"}}
    known["denies"] = [id_ for id_ in known.get("denies", ()) if id_ in book.vocabulary.checklists]
    return {one.exercise.id for one in bt.assess(known, rulebook=book).allowed}


def test_an_offer_that_allows_more_below_is_refused_with_the_person_who_shows_it(tiny, tmp_path):
    folder = overlay(tmp_path, OFFER)
    (problem,) = refused(folder, tiny)
    unproved = laid(str(folder), tiny)
    assert isinstance(problem, Refuted)
    assert problem.where == place_of("shown-to-bend", OFFER)
    assert problem.what.startswith("less cautious about exercise `bend`: ")
    assert problem.what.endswith(f" -> allowed, for {bt.Profile(problem.witness, rulebook=unproved)!r}")
    assert problem.hint == "narrow the offer, or say `relaxes` beside it, with a source"
    assert "bend" in allowed(problem.witness, unproved) - allowed(problem.witness, tiny)


def test_the_library_s_own_rules_cannot_be_loosened_unseen(tmp_path):
    offer = OFFER.replace("bend", "bird_dog").replace('"shown"\noffer', '"adult and shown"\noffer')
    folder = overlay(tmp_path, offer.replace("worn = true", "age = 30"), head=HEAD.replace('"signs"', '"arm_signs"'))
    problem = refused(folder, BOOK)[0]  # it breaks guarantees, too
    assert "less cautious about exercise `bird_dog`" in problem.what
    assert "bird_dog" in allowed(problem.witness, laid(str(folder), BOOK)) - allowed(problem.witness, BOOK)


def test_an_offer_to_those_who_have_it_already_is_no_change(tiny, tmp_path):
    assert bt.load_rulebook(overlay(tmp_path, NARROW), extends=tiny).relaxes == ()


def test_an_offer_of_what_is_excluded_changes_nothing(tiny, tmp_path):
    excluded = OFFER.replace('"shown"\noffer', "\"shown and side == 'left'\"\noffer").replace(
        "worn = true", 'side = "left"'
    )
    book = bt.load_rulebook(overlay(tmp_path, excluded), extends=tiny)
    answers = {"shown": True, "side": "left", "worn": True, "hours": 0, "age": 30, "denies": ["signs", "told"]}
    assert "bend" not in allowed(answers, book)
    assert "bend" in allowed({**answers, "side": "right"}, book)


def test_what_the_solver_gives_up_on_is_refused(tiny, tmp_path, monkeypatch):
    from backtriage.proofs.solving import Prover, Undecided  # noqa: PLC0415 - it needs the solver

    def give_up(*_: object):
        raise Undecided("timeout")

    monkeypatch.setattr(Prover, "find", give_up)
    problems = refused(overlay(tmp_path, RING), tiny)
    assert {"not decided about at_least: timeout", "not decided: Nothing in a fever"} <= {one.what for one in problems}


def test_what_is_relaxed_with_a_source_loads_and_is_on_record(tiny, tmp_path):
    book = bt.load_rulebook(overlay(tmp_path, OFFER + PERMISSION), extends=tiny)
    (one,) = book.relaxes
    assert (one.exercise, one.rule, one.source.id, one.source.note) == ("bend", "shown-to-bend", "protocol", "page 3")
    assert {change.about for change in bt.diff(tiny, book).less_cautious} == {"exercise bend"}


def test_a_permission_speaks_for_its_own_rule_alone(tiny, tmp_path):
    other = OFFER.replace("shown-to-bend", "told-to-bend").replace('"shown"\noffer', '"minutes > 5"\noffer')
    other = other.replace("shown = true", "minutes = 6").replace("shown = false", "minutes = 5")
    (problem,) = refused(overlay(tmp_path, OFFER + PERMISSION, other), tiny)
    assert problem.where == place_of("told-to-bend", OFFER + PERMISSION, other)
    assert problem.what.startswith("less cautious about exercise `bend`")


def test_a_permission_speaks_for_its_own_exercise_alone(tiny, tmp_path):
    both = OFFER.replace('["bend"]', '["bend", "walk"]') + PERMISSION
    (problem,) = refused(overlay(tmp_path, both), tiny)
    assert problem.where == place_of("shown-to-bend", both)
    assert problem.what.startswith("less cautious about exercise `walk`")


def test_a_permission_that_nothing_needs_is_refused(tiny, tmp_path):
    (problem,) = refused(overlay(tmp_path, NARROW + PERMISSION), tiny)
    where = place_of("shown-to-bend", NARROW)
    assert str(problem) == f"{where}: relaxes `bend`, which is as cautious as before; leave it out"


def test_a_new_answer_that_implies_an_old_one_must_allow_nothing(tiny, tmp_path):
    implying = HEAD.replace('text = "Shown how?"', 'text = "Shown how?"\nimplies = ["worn"]')
    problems = refused(overlay(tmp_path, head=implying), tiny)
    assert {problem.what.split(": ")[0] for problem in problems} == {
        "less cautious about exercise `bend`",
        "less cautious about exercise `walk`",
    }
    for problem in problems:
        assert (problem.where, problem.hint) == (str(tmp_path / "clinic"), "see what `shown` implies")
        assert problem.witness["shown"] is True


def test_a_new_answer_cannot_stand_for_a_clearance(tmp_path):
    cleared = BASE.replace("worn and not rash", "released and not rash").replace(
        "given = { worn = true, rash = false }\nfires = [{}]\nspares = [{ worn = false }",
        "given = { released = true, rash = false }\nfires = [{}]\nspares = [{ released = false }",
    )
    (tmp_path / "below").mkdir()
    implying = HEAD.replace('text = "Shown how?"', 'text = "Shown how?"\nimplies = ["released"]')
    problems = refused(overlay(tmp_path, head=implying), below(tmp_path / "below", cleared))
    assert [problem.what.split(": ")[0] for problem in problems] == [
        "less cautious about exercise `walk`",
        "less cautious about exercise `bend`",
    ]


def test_a_new_answer_may_raise_a_red_flag(tiny, tmp_path):
    implying = HEAD.replace('text = "Shown how?"', 'text = "Shown how?"\nimplies = ["fever"]')
    book = bt.load_rulebook(overlay(tmp_path, head=implying), extends=tiny)
    assert bt.assess(shown=True, rulebook=book).at_least is bt.Urgency.SAME_DAY


def test_a_new_exercise_that_breaks_a_guarantee_below_is_refused(tmp_path):
    (tmp_path / "below").mkdir()
    loose = below(tmp_path / "below", BASE.replace('"tag:flexion", "outside:core"', '"id:bend"'))
    (problem,) = refused(overlay(tmp_path, STRETCH), loose)
    assert (problem.where, problem.what) == ("g-sides", "refuted: The left is spared")
    assert problem.hint.startswith("stretch is allowed: ")
    assert problem.witness["side"] == "left"


def test_a_guarantee_of_its_own_must_hold_and_replaces_none(tiny, tmp_path):
    folder = overlay(tmp_path)
    ours = GUARANTEES.replace("g-", "g-our-").replace('side == "left"', 'side == "right"')
    (folder / "guarantees.toml").write_text(ours)
    assert [problem.where for problem in refused(folder, tiny)] == ["g-our-sides"]
    (folder / "guarantees.toml").write_text(GUARANTEES)
    assert [str(problem) for problem in refused(folder, tiny)] == [
        "clinic/guarantees.toml:1: guarantee `g-hot`: a second one with this id; first at guarantees.toml:1",
        "clinic/guarantees.toml:8: guarantee `g-sides`: a second one with this id; first at guarantees.toml:8",
    ]


def test_verified_proves_everything_of_an_overlay(tiny, tmp_path):
    folder = overlay(tmp_path, RING, RING.replace('"ring"', '"ring-again"'))
    assert bt.load_rulebook(folder, extends=tiny).rule("ring-again")
    problems = refused(folder, tiny, verified=True)
    assert "not-the-same" in {problem.where for problem in problems}
    assert all(isinstance(problem, Refuted) for problem in problems)


def test_verified_refuses_a_rulebook_whose_guarantee_fails_with_the_person_who_shows_it(tmp_path):
    book = below(tmp_path, BASE.replace('"tag:flexion", "outside:core"', '"id:walk"'))
    with pytest.raises(bt.RulebookError) as caught:
        bt.load_rulebook(tmp_path, verified=True)
    (problem,) = [problem for problem in caught.value.problems if problem.where == "g-sides"]
    assert problem.what == "refuted: The left is spared"
    assert "bend" in allowed(problem.witness, book)


def test_an_overlay_that_cannot_be_proved_does_not_load(tiny, tmp_path, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("backtriage.proofs.")]:
        if name.rpartition(".")[2] not in ("results", "commands"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "z3", None)
    with pytest.raises(bt.MissingExtra, match=r"pip install 'backtriage\[verify\]'"):
        bt.load_rulebook(overlay(tmp_path), extends=tiny)


def test_a_rulebook_alone_is_read_without_the_solver():
    code = "import sys, backtriage as bt; bt.load_rulebook(bt.default_rulebook().path); sys.exit('z3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - our own
