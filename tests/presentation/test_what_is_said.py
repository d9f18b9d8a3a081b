"""What a person is told: one order, whom first, nothing that contradicts it, on every page and in every channel."""

from __future__ import annotations

import random
from collections.abc import Iterator

import backtriage as bt
import pytest
from backtriage.adapters.fhir import guidance_response, service_request
from backtriage.adapters.http.cds_hooks import HOOK, cards
from backtriage.presentation.chat_messages import Part
from backtriage.rulebook.rules import Advise, Caution, Urgent
from tests.adapters.test_fhir import response

from strategies import BOOK, VOCABULARY

EVERYTHING = list(VOCABULARY.checklists)
GB = BOOK.regions["GB"]
GO = "nearest emergency department"
TRAVEL = ("go to", "emergency department", "drive")
PEOPLE = 2_000


def people() -> Iterator[bt.Profile]:
    """People of all kinds: each finding alone, then several together; most have answered everything."""
    dice = random.Random(7)
    findings = sorted(VOCABULARY.yes_no)
    alone = [[finding] for finding in findings]
    found = 0
    while found < PEOPLE:
        names = alone.pop() if alone else dice.sample(findings, dice.randint(0, 5))
        answers: dict[str, object] = dict.fromkeys(names, True)
        answers |= {
            "age": dice.randint(3, 95),
            "pain_score": dice.randint(0, 10),
            "pain_duration_days": dice.choice([0, 1, 3, 9, 20, 41, 60, 100, 400]),
            dice.choice(["lower_back_pain", "neck_pain", "mid_back_pain", "buttock_pain"]): True,
        }
        denied = EVERYTHING if dice.random() < 0.8 else dice.sample(EVERYTHING, 5)
        unsure = dice.sample(EVERYTHING, 2) if dice.random() < 0.1 else []
        try:
            yield bt.Profile(answers, denies=[one for one in denied if one not in unsure], not_sure=unsure)
        except bt.ProfileError:  # they contradict each other
            continue
        found += 1


ALL = [bt.assess(profile, region="GB", engine="reference") for profile in people()]
EMERGENCIES = [a for a in ALL if a.urgency is bt.Urgency.EMERGENCY]
RINGING = [a for a in EMERGENCIES if a.ring_only]


def flat(text: str) -> str:
    return " ".join(text.split())


def channels(a: bt.Assessment) -> Iterator[str]:
    """Everything that a person may be shown of it, as text."""
    yield flat(str(a))
    yield flat("\n".join(message.text for message in a.messages()))
    yield str(guidance_response(a)["note"])
    yield str(service_request(a))
    yield a.referral.see if a.referral else ""


def well(**answers: object) -> bt.Assessment:
    person = {"age": 41, "pain_score": 3, "pain_duration_days": 9, "lower_back_pain": True, **answers}
    return bt.assess(person, denies=EVERYTHING, region="GB")


# -- one order ---------------------------------------------------------------------------------------------------------


def test_the_people_are_of_all_kinds():
    levels = {a.urgency for a in ALL}
    assert levels == {None, *bt.Urgency}
    assert len(RINGING) > 100
    assert len(EMERGENCIES) > len(RINGING) + 100
    assert any(a.final for a in ALL)


def test_who_is_to_ring_and_wait_is_nowhere_told_to_go_anywhere():
    for a in RINGING:
        for text in channels(a):
            assert not any(word in text for word in TRAVEL), text


def test_ring_only_wins_over_every_other_emergency():
    for a in RINGING:
        assert "Ring 999 or 112 now." in f"{a.action.locked}{a.action.message}"
        assert str(a).startswith("EMERGENCY: RING NOW\n")
    both = well(new_bladder_change=True, faint_or_shock=True)
    assert both.action.message.startswith("Ring 999 or 112 now. Do not travel by yourself; lie or sit still")


@pytest.mark.parametrize(
    "finding",
    [
        *("faint_or_shock", "sudden_tearing_pain", "chest_pain_now", "breathless_or_blood", "stroke_signs"),
        *("meningitis_signs", "dysreflexia_signs", "neck_injury_danger", "neck_injury_tingling", "major_injury_recent"),
        *("overdose_unwell_or_meant", "suicidal_immediate_danger"),
    ],
)
def test_these_ring_and_wait(finding):
    assert well(neck_pain=True, neck_injury_any="neck" in finding, **{finding: True}).ring_only


def test_other_emergencies_say_where_to_go():
    for a in EMERGENCIES:
        assert a.ring_only or GO in a.action.message


def test_the_card_of_a_clinical_system_sends_nobody_away_who_is_to_wait():
    request = {"hook": HOOK, "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", "context": {"patientId": "1"}}
    for finding in ("faint_or_shock", "stroke_signs", "overdose_unwell_or_meant"):
        answers = response(well(neck_pain=True, **{finding: True}).profile)
        (card,) = cards({**request, "prefetch": {"answers": answers}}, BOOK)["cards"]
        assert card["detail"].startswith("Ring your local emergency number now.")
        assert not any(word in card["detail"] for word in TRAVEL)


@pytest.mark.parametrize(
    ("finding", "starts"),
    [
        ("overdose_unwell_or_meant", "Ring 999 or 112 now. Have the packets at hand. Take no more."),
        ("suicidal_immediate_danger", "Thank you for saying so."),
        ("suicidal_thoughts", "Thank you for saying so."),
        ("too_many_painkillers", "Ring NHS 111"),
    ],
)
def test_the_message_of_a_crisis_stands_in_place_of_the_levels_and_first(finding, starts):
    a = well(**{finding: True})
    assert a.action.locked[0].startswith(starts)
    assert BOOK.messages.levels[a.at_least].say.partition(".")[0] not in flat(str(a))
    assert a.messages()[0].text == a.action.locked[0]
    assert flat(str(a)).partition("= ")[2].startswith(a.action.locked[0])


def test_a_crisis_comes_first_whatever_else_there_is():
    for a in ALL:
        if a.action.locked:
            assert flat(str(a)).partition("= ")[2].startswith(a.action.locked[0])


def test_too_many_painkillers_in_another_emergency_ring_the_same_number():
    a = well(too_many_painkillers=True, new_bladder_change=True)
    assert a.action.locked == ("Ring 999 or 112 now. Have the packets at hand. Take no more.",)
    assert "111" not in str(a)


def test_a_crisis_beside_another_reason_still_says_what_to_do_about_that():
    a = well(suicidal_thoughts=True, painful_red_eye=True)
    assert a.action.message.startswith("You should be seen today. Ring first: an eye doctor.")


# -- the page of an emergency ------------------------------------------------------------------------------------------


def test_the_page_of_an_emergency_names_no_rule_and_no_days():
    for a in EMERGENCIES:
        page = str(a)
        assert "stands for" not in page
        for rule in a.because:
            assert f"[{rule.id}]" not in page
        for source in BOOK.sources:
            assert f" {source}" not in page


def test_the_page_of_an_emergency_with_one_reason_is_short():
    for a in EMERGENCIES:
        if len(a.because) == 1 and not a.action.locked:
            assert len(str(a).split()) <= 130, str(a)


# -- whom first --------------------------------------------------------------------------------------------------------


def test_the_urgent_line_is_named_in_full_once_a_page_at_most():
    for a in ALL:
        assert flat(str(a)).count(GB.urgent) <= 1, str(a)
        assert flat("\n".join(message.text for message in a.messages())).count(GB.urgent) <= 1


def test_whom_a_rule_names_is_said_before_the_urgent_line():
    for a in ALL:
        for rule in a.referral.because if a.referral else ():
            said = a.action.message
            if rule.effect.see and not rule.effect.locked and a.referral.level is not bt.Urgency.EMERGENCY:
                whom = rule.effect.see.partition(" (")[0]
                assert whom in said
                urgent = said.find(GB.urgent)
                assert urgent < 0 or a.action.kind is bt.ActionKind.ASK or said.index(whom) < urgent


def test_a_maternity_unit_comes_before_the_urgent_line():
    said = well(pregnancy_call_now_signs=True, could_be_pregnant=True).action.message
    assert said.index("your maternity unit") < said.index("NHS 111")


def test_a_possible_pregnancy_outside_the_womb_is_not_called_the_harmless_thing():
    said = str(well(could_be_pregnant=True, ectopic_signs=True))
    assert "outside the womb" in said
    assert "maternity staff know" not in flat(said)


# -- suspicion and action ----------------------------------------------------------------------------------------------


def test_what_is_said_to_be_an_emergency_is_not_said_with_a_calmer_action():
    for rule in BOOK.rules:
        if isinstance(rule.effect, Urgent) and rule.effect.level < bt.Urgency.EMERGENCY:
            suspect = BOOK.messages.suspects[rule.effect.suspects]
            assert not suspect.ring_only or suspect.say not in rule.effect.why, rule.id


def test_nobody_is_reassured_beside_a_flag_that_was_not_looked_at():
    for a in ALL:
        known = a.profile.known
        flags = [known.get(name) for name in ("cancer_ever", "osteoporosis", "fused_spine", "sudden_severe_pain")]
        if True in flags or a.profile["pain_score"] >= 7:
            assert "Most back pain gets better" not in flat(str(a))


def test_nobody_is_told_to_ask_first_under_a_plan_where_nothing_speaks_for_it():
    ids = [rule.id for rule in well().advice if isinstance(rule.effect, Advise)]
    assert "a-what-to-expect" in ids
    assert "a-check-first" not in ids
    assert "a-check-first" in [rule.id for rule in well(age=72).advice]


@pytest.mark.parametrize("findings", [["osteoporosis"], ["fused_spine"], ["cancer_in_bone", "cancer_ever"]])
def test_severe_pain_in_a_spine_that_breaks_easily_gets_no_walking_plan(findings):
    for days in (2, 30, 60, 400):
        a = well(pain_score=9, pain_duration_days=days, **dict.fromkeys(findings, True))
        assert not a.allowed
        assert a.referral is not None


# -- the safety net ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", sorted(BOOK.messages.signs))
def test_no_sign_to_watch_for_is_calmer_than_the_persons_own_rules(sign):
    for a in ALL:
        if a.urgency is bt.Urgency.EMERGENCY:
            continue
        first, *others = a.safety_net.values()
        calmer = any(sign in signs.split("; ") for signs in others)
        levels = set()
        for finding in BOOK.messages.signs[sign]:
            try:
                levels.add(bt.assess(a.profile.with_({finding: True}), engine="reference").at_least)
            except bt.ProfileError:  # it was denied by name
                continue
        if calmer:
            assert bt.Urgency.EMERGENCY not in levels, (a.profile, sign)
        else:
            assert sign in first


@pytest.mark.parametrize(
    ("who", "sign"),
    [
        ({"injects_drugs": True}, "fever or shivers"),
        ({"diabetes": True, "getting_worse": True}, "fever or shivers"),
        ({"cancer_ever": True}, "new weakness of one leg or arm"),
        ({"fused_spine": True}, "any new fall with thin bones or from 65"),
    ],
)
def test_what_is_an_emergency_for_some_stands_with_the_emergencys_signs_for_them(who, sign):
    assert sign not in next(iter(well().safety_net.values()))
    assert sign in next(iter(well(**who).safety_net.values())).split("; ")


def test_what_to_watch_for_stands_before_the_exercises_one_sign_a_line():
    for a in ALL:
        if a.urgency is bt.Urgency.EMERGENCY:
            continue
        page = str(a).splitlines()
        watch = page.index("WATCH FOR")
        assert all(
            page.index(later) > watch for later in ("YOUR SET FOR TODAY", "WHEN TO STOP", "WHY") if later in page
        )
        signs = [sign for signs in list(a.safety_net.values())[1:] for sign in signs.split("; ")]
        assert all(any(line.startswith(f"- {sign[:1].upper()}{sign[1:20]}") for line in page) for sign in signs)


# -- cautions that name an urgency -------------------------------------------------------------------------------------


def test_a_caution_that_speaks_of_an_emergency_or_the_same_day_says_that_it_names_an_urgency():
    for rule in BOOK.rules:
        if isinstance(rule.effect, Caution):
            urgent = any(word in rule.effect.text for word in ("emergency", "same day", "at once", "today"))
            assert rule.effect.names_urgency is urgent, rule.id


def test_cautions_that_name_an_urgency_are_told_wherever_there_is_time_for_them():
    told = 0
    for a in ALL:
        for entry in a.cautions:
            if entry.certain and entry.rule.effect.names_urgency and a.urgency is not bt.Urgency.EMERGENCY:
                told += 1
                watch = [message.text for message in a.messages() if message.part is Part.WATCH]
                assert flat(entry.text) in flat(str(a))
                assert entry.text in watch
                assert flat(str(a)).count(flat(entry.text)) == 1
    assert told > 100
