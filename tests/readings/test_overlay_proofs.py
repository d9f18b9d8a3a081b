"""Overlays and caution: what makes anything below less cautious is refused with the person who shows it."""

from __future__ import annotations

import subprocess
import sys

import attrs
import backtriage as bt
import pytest
from backtriage.errors import Refuted
from backtriage.readings.proofs import assessed, overlaid, solving
from backtriage.rulebook.reading import laid
from backtriage.testing.strategies import red_flag_profiles
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.readings.test_proofs import agreeing_words, exactly

from clinic import BASE, GUARANTEES, HEAD, NARROW, OFFER, PERMISSION, RING, STRETCH, below, overlay, place_of, refused
from strategies import BOOK, profiles


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
    from backtriage.readings.proofs.solving import Prover, Undecided  # noqa: PLC0415 - it needs the solver

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
    for name in [name for name in sys.modules if name.startswith("backtriage.readings.proofs.")]:
        if name.rpartition(".")[2] not in ("results", "commands"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "z3", None)
    with pytest.raises(bt.MissingExtra, match=r"pip install -e '\.\[verify\]'"):
        bt.load_rulebook(overlay(tmp_path), extends=tiny)


def test_a_rulebook_alone_is_read_without_the_solver():
    code = "import sys, backtriage as bt; bt.load_rulebook(bt.default_rulebook().path); sys.exit('z3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - our own


# -- words: added, never replaced or hidden ----------------------------------------------------------------------------

RECEPTION = "the reception of our clinic"
DEFAULT = HEAD.replace('"signs"', '"arm_signs"')
"""The head of an overlay upon the library's own rules."""


def urgent(id_="ours", when="new_bladder_change", level="emergency", **keys: str):
    """An urgency rule of the clinic's."""
    words = "".join(f'{key} = "{value}"\n' for key, value in ({"suspects": "ces"} | keys).items())
    case = f"{when} = true"
    return (
        f'[[rule]]\nid = "{id_}"\ntitle = "Ours"\nwhen = "{when}"\nurgency = "{level}"\n{words}'
        'evidence = "unverified"\n'
        f"fires = [{{ {case} }}]\nspares = [{{ {case.replace('true', 'false')} }}]\n"
    )


OURS = '[messages.locked]\nours = "Come to us on Monday."\n'
HIDING = {
    "whom to see": (urgent(within="ces-bladder", see=RECEPTION), "`within` hides the words of rule `ces-bladder`"),
    "why": (urgent(within="ces-bladder", because="All is well."), "`within` hides the words of rule `ces-bladder`"),
    "a message shown word for word": (
        OURS + urgent(when="suicidal_thoughts", suspects="crisis", locked="ours"),
        "its locked message hides that of rule `suicidal-thoughts`",
    ),
}


@pytest.mark.parametrize("what", HIDING)
def test_an_overlay_that_hides_words_is_refused_with_both_rules_names(what, tmp_path):
    rule, hides = HIDING[what]
    (problem,) = refused(overlay(tmp_path, rule, head=DEFAULT), BOOK)
    assert problem.where.startswith("clinic/overlay.toml:")
    assert problem.where.endswith(": rule `ours`")
    assert problem.what == f"{hides} of backtriage"


def replaced(book, **keys: object):
    """The rule `ours` with other keys; its effect's are given as `effect`."""
    rule = book.rule("ours")
    effect = attrs.evolve(rule.effect, **keys.pop("effect", {}))
    changed = attrs.evolve(rule, effect=effect, **keys)
    return attrs.evolve(book, rules=tuple(changed if one is rule else one for one in book.rules))


def lost(book):
    """What is proved to be hidden."""
    return list(overlaid.hiding(book, BOOK))


def test_words_that_are_hidden_are_found_by_the_proof_with_the_person_who_shows_it(tmp_path):
    book = laid(str(overlay(tmp_path, urgent(see=RECEPTION), head=DEFAULT)), BOOK)
    assert lost(book) == []
    rule, whom = lost(replaced(book, within="ces-bladder"))
    assert rule.where.endswith(": rule `ours`")
    assert rule.what.startswith("words at emergency: no longer said: `ces-bladder`, for ")
    assert rule.witness == {"new_bladder_change": True}
    assert whom.what.startswith("whom to see at emergency: no longer said: the emergency number")


def test_a_locked_message_that_is_hidden_is_found_by_the_proof(tmp_path):
    rule = urgent(when="suicidal_thoughts", suspects="review", locked="ours")
    book = laid(str(overlay(tmp_path, OURS, rule, head=DEFAULT)), BOOK)
    assert lost(book) == []
    (problem,) = lost(replaced(book, effect={"suspects": "crisis"}))
    assert problem.what.startswith("locked message suicide: no longer said: messages.locked.suicide")
    assert problem.witness == {"suicidal_thoughts": True}


@pytest.fixture(scope="module")
def talking(tmp_path_factory):
    """An overlay that says as much as it can: at every level whom to see, and a message shown word for word."""
    rules = [
        urgent("ours-emergency", "told_to_ring", suspects="ces", see=RECEPTION),
        urgent("ours-today", "told_to_ring", "same_day", suspects="review", see=RECEPTION, locked="ours"),
        urgent("ours-soon", "shown", "soon", suspects="review", see=RECEPTION),
        urgent("ours-bladder", "new_bladder_change", suspects="ces", see=RECEPTION, locked="ours"),
        urgent("ours-weak", "leg_weakness_new", "same_day", suspects="review", see=RECEPTION, because="Tell us."),
        urgent("ours-eye", "sight_change_50", "same_day", suspects="review", see=RECEPTION, within="ours-weak"),
        urgent("ours-old", "leg_weakness", "soon", suspects="review", see=RECEPTION, locked="ours"),
    ]
    folder = overlay(tmp_path_factory.mktemp("talking"), OURS, *rules, head=DEFAULT)
    return laid(str(folder), BOOK)


def test_an_overlay_may_say_as_much_as_it_likes_beside_what_is_said_below(talking):
    assert lost(talking) == []


@given(st.one_of(profiles(), red_flag_profiles()))
@settings(max_examples=60)
def test_what_is_told_below_is_told_with_an_overlay_too(talking, person):
    before = bt.assess(person, engine="reference")
    after = bt.assess(person.to_dict(), engine="reference", rulebook=talking)
    assert set(before.action.locked) <= set(after.action.locked)
    if after.action.level is not before.action.level:
        return
    said = {message.address for message in before.messages() if message.locked and "levels" in message.address}
    assert {one for one in said if not one.endswith("see")} <= {message.address for message in after.messages()}
    if before.referral is not None:
        assert {rule.id for rule in before.referral.because} <= {rule.id for rule in after.referral.because}
        assert {whom.words for whom in before.referral.parts} <= {whom.words for whom in after.referral.parts}


@given(st.data())
@settings(max_examples=40)
def test_the_formulas_tell_what_an_overlay_tells(talking, data):
    person = data.draw(st.one_of(profiles(talking), red_flag_profiles(talking)))
    people = assessed.Assessed(talking)
    prover, fixed = solving.Prover(people), exactly(people, person.known)
    agree = [*agreeing_words(people, bt.assess(person, engine="reference"))]
    assert prover.find(*fixed) is not None
    assert prover.find(*fixed, solving.no(solving.both(*agree))) is None


def test_an_emergency_goes_where_it_went_and_to_the_clinic_beside(talking):
    found = bt.assess(new_bladder_change=True, rulebook=talking)
    below = bt.assess(new_bladder_change=True)
    assert found.referral.see == f"{below.referral.see}; {RECEPTION}"
    assert found.action.message.startswith(below.action.message)
    assert found.action.locked == ("Come to us on Monday.",)
    alone = bt.assess(told_to_ring=True, rulebook=talking)
    assert alone.referral.see == found.referral.see
    assert alone.action.message.startswith(BOOK.region(None).filled(BOOK.messages.levels[bt.Urgency.EMERGENCY].say))


ALIKE = {
    "a heading": '[messages.safety_net]\n"Same day." = ["nothing"]\n',
    "an exercise": STRETCH.replace('name = "Stretching"', 'name = "walking!"'),
    "a finding": '[[yes_no]]\nid = "hot"\ntext = "{fever}"\n',
    "a region": '[region.UKK]\nname = "Ours"\nalso = ["UK"]\nemergency = "1"\nurgent = "2"\ncrisis = "3"\n'
    'poison = "4"\n',
}


@pytest.mark.parametrize("what", ALIKE)
def test_nothing_new_reads_like_something_below(what, tmp_path):
    head = DEFAULT.replace('"minutes"]', '"minutes", "hot"]') if what == "a finding" else DEFAULT
    table = ALIKE[what].replace("{fever}", BOOK.vocabulary.findings["fever_or_shivers"].text.upper())
    (problem,) = refused(overlay(tmp_path, table, head=head), BOOK)
    told = ("looks like `Same day`", "is called as `walking`", "is asked as `fever_or_shivers`", "`UK` stands for GB")
    assert any(one in problem.what for one in told)


def test_an_overlay_may_forbid_all_that_a_guarantee_from_below_speaks_of(tmp_path):
    stern = (
        '[[rule]]\nid = "no-front"\ntitle = "Not on the front"\nwhen = "age >= 1"\nexclude = ["tag:prone"]\n'
        'because = "We show it first."\nevidence = "unverified"\nfires = [{ age = 1 }]\nspares = [{ age = 0 }]\n'
    )
    book = laid(str(overlay(tmp_path, stern, head=DEFAULT)), BOOK)
    assert bt.verify(book, only=["g-maybe-pregnant"]).refuted
    assert overlaid.refused(book, everything=False) == []


def test_a_loaded_move_of_an_overlay_is_refused_by_the_guarantee_about_weights(tmp_path):
    loaded = STRETCH.replace('tags = ["hold"]', 'tags = ["loaded"]').replace("Stretching", "Weights")
    condition, case = "adult and shown and cleared_weights", "{ age = 30, shown = true, cleared_weights = true }"
    for old, new in (('"shown"', f'"{condition}"'), ("{ shown = true }", case)):
        loaded = loaded.replace(old, new)
    problems = refused(overlay(tmp_path, loaded, head=DEFAULT), BOOK)
    assert "g-no-weight" in [problem.where for problem in problems]


def test_a_rule_that_adds_words_beside_one_below_is_not_called_shadowed(tiny, tmp_path):
    beside = RING.replace('"told_to_ring"', '"fever and told_to_ring"').replace(
        "told_to_ring = ", "fever = true, told_to_ring = "
    )
    book = laid(str(overlay(tmp_path, beside, STRETCH)), tiny)
    assert book.added == {"ring", "shown-to-stretch"}
    assert bt.verify(book, only=["not-shadowed"]).proved
    alone = attrs.evolve(book, extends=None)
    assert [one.about for one in bt.verify(alone, only=["not-shadowed"])["not-shadowed"].refutations] == ["ring"]


# -- words that people use ---------------------------------------------------------------------------------------------


def speaking(tmp_path, words):
    folder = overlay(tmp_path, head=DEFAULT)
    (folder / "language").mkdir()
    (folder / "language" / "ours.toml").write_text(words)
    return laid(str(folder), BOOK)


def test_what_people_say_for_new_findings_takes_nothing_from_what_they_say_for_others(tmp_path):
    book = speaking(tmp_path, '[[finding]]\nid = "shown"\npresent = ["showed me the corridor"]\n')
    told = bt.read_message("You showed me the corridor, and now I cant pee", rulebook=book)
    assert {one.finding.id for one in told.suggestions if one.present} == {"shown", "new_bladder_change"}


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ('[[finding]]\nid = "new_bladder_change"\npresent = ["x"]\nabsent = ["cant pee"]\n', "lies below"),
        ('[contractions]\ncant = "could"\n', "[contractions] of an overlay"),
        ('[[words]]\nid = "fillers"\nany = ["cant"]\n', "[words] of an overlay"),
    ],
)
def test_words_that_would_change_how_others_are_read_are_refused(words, what, tmp_path):
    with pytest.raises(bt.RulebookError, match="an overlay adds, it never replaces") as caught:
        bt.read_message("I cant pee", rulebook=speaking(tmp_path, words))
    assert "clinic/language/ours.toml:1" in str(caught.value)
    assert what in str(caught.value)
