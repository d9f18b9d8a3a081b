"""The MCP server: the same answers as the library, by both generations of the protocol, whatever the client sends."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from importlib.util import find_spec

import backtriage as bt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from small import small
from strategies import BOOK, VOCABULARY, profiles

if find_spec("mcp") is None:
    pytest.skip("the SDK is not installed: pip install -e '.[mcp]'", allow_module_level=True)

import anyio
import mcp_types as types
from backtriage.adapters.mcp import create_server, forms
from backtriage.adapters.mcp.server import MAX_FORMS, NAME
from backtriage.adapters.mcp.tools import Toolbox
from backtriage.triage.open_questions import can_be
from mcp import Client, MCPError, StdioServerParameters

SERVER = create_server(region="GB")
TOOLBOX = Toolbox(rulebook=BOOK, region="GB")
ERAS = ("legacy", "auto")
VERSIONS = {"legacy": "2025-11-25", "auto": "2026-07-28"}
NUMB = {"age": 50, "saddle_numbness_new": True}
NOBODY = list(VOCABULARY.checklists)
ORDINARY = {"age": 41, "pain_score": 2, "pain_duration_days": 20, "lower_back_pain": True, "denies": NOBODY}
FITS = {name: Draft202012Validator(tool.gives) for name, tool in TOOLBOX.tools.items()}


def talk(does, era: str = "auto", server=SERVER, **callbacks: object):
    """What a conversation of the SDK's own client with the server comes to."""

    async def conversation():
        async with Client(server, mode=era, read_timeout_seconds=60, **callbacks) as client:
            try:
                return await does(client)
            except MCPError as error:
                return error

    said = anyio.run(conversation)
    if isinstance(said, MCPError):
        raise said
    return said


def called(tool: str, arguments: dict[str, object], era: str = "auto", **callbacks: object) -> types.CallToolResult:
    return talk(lambda client: client.call_tool(tool, arguments), era, **callbacks)


def result(tool: str, arguments: dict[str, object], era: str = "auto", **callbacks: object) -> dict[str, object]:
    """The structured result, which is what the schema says and what the text says."""
    answer = called(tool, arguments, era, **callbacks)
    assert not answer.is_error, answer.content
    FITS[tool].validate(answer.structured_content)
    assert json.loads(answer.content[-1].text) == answer.structured_content
    return answer.structured_content


def wrong(tool: str, arguments: dict[str, object], era: str = "auto", **callbacks: object) -> list[dict[str, str]]:
    """The problems of a call that was refused."""
    answer = called(tool, arguments, era, **callbacks)
    assert answer.is_error
    assert answer.structured_content is None
    (content,) = answer.content
    return json.loads(content.text)["problems"]


class Person:
    """Somebody at the client: what they do with each form, and all that they were shown."""

    def __init__(self, *replies: object) -> None:
        self.replies = list(replies)
        self.seen: list[types.ElicitRequestFormParams] = []

    async def __call__(self, _, form: types.ElicitRequestParams) -> types.ElicitResult:
        self.seen.append(form)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, str):
            return types.ElicitResult(action=reply)
        return types.ElicitResult(action="accept", content=reply(form) if callable(reply) else reply)

    @property
    def fields(self) -> list[dict[str, dict[str, object]]]:
        return [form.requested_schema["properties"] for form in self.seen]


UNREADABLE = types.ElicitResult.model_construct(action="accept", content={"age": {"value": 41}})


def as_it_is(form: types.ElicitRequestFormParams) -> dict[str, object]:
    """Ordinary low back pain, nothing else, and exercises are wanted."""
    ticked = {"where": ["lower_back_pain"]}
    said = {"age": 41, "pain_score": 3, "pain_duration_days": 20}
    content: dict[str, object] = {}
    for name, field in form.requested_schema["properties"].items():
        if field["type"] == "array":
            content[name] = ticked.get(name, [forms.NONE])
        elif field["type"] == "string":
            options = [option["const"] for option in field["oneOf"]]
            content[name] = "yes" if name == "plan" else "no" if "no" in options else options[0]
        else:
            content[name] = said.get(name, field["minimum"])
    return content


# -- what is published -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("era", ERAS)
def test_every_tool_is_read_only_idempotent_and_closed_and_has_true_schemas(era):
    listed = talk(lambda client: client.list_tools(), era).tools
    assert [tool.name for tool in listed] == ["assess", "next_questions", "explain", "interview"]
    for tool in listed:
        assert tool.annotations.read_only_hint
        assert tool.annotations.idempotent_hint
        assert tool.annotations.open_world_hint is False
        assert tool.annotations.destructive_hint is False
        Draft202012Validator.check_schema(tool.input_schema)
        Draft202012Validator.check_schema(tool.output_schema)
        assert tool.output_schema == TOOLBOX.tools[tool.name].gives
    assert listed[0].input_schema == bt.tool_schema()["parameters"]


@pytest.mark.parametrize("era", ERAS)
def test_the_client_and_the_server_speak_the_protocol_of_their_generation(era):
    async def version(client):
        return client.protocol_version, client.server_info.name

    assert talk(version, era) == (VERSIONS[era], NAME)


def test_the_schemas_describe_every_key_of_every_result():
    """Nothing comes out that is not described."""
    for arguments in ({}, NUMB, ORDINARY):
        for tool in ("assess", "next_questions"):
            given_ = arguments if tool == "assess" else {"answers": arguments}
            assert set(result(tool, given_)) == set(TOOLBOX.tools[tool].gives["properties"])
    explained = result("explain", {"id": "bridge"})
    assert set(explained) == set(TOOLBOX.tools["explain"].gives["properties"])


# -- assess ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("answers", [{}, NUMB, ORDINARY, {"age": 41.0, "not_sure": ["fever_or_shivers"]}])
def test_assess_is_call_tool(era, answers):
    assert result("assess", answers, era) == bt.call_tool(answers, region="GB")


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("tool", ["assess", "next_questions", "explain"])
def test_what_is_locked_comes_first_marked_in_the_text_and_in_the_data(era, tool):
    arguments = NUMB if tool == "assess" else {"answers": NUMB, **({"id": "bridge"} if tool == "explain" else {})}
    answer = called(tool, arguments, era)
    locked = [one["text"] for one in answer.structured_content["say"] if one["word_for_word"]]
    assert "999" in locked[0]
    texts = [block.text for block in answer.content]
    assert texts[1:-1] == [f"<word_for_word>\n{text}\n</word_for_word>" for text in locked]
    assert "exactly as it is" in texts[0]
    assert answer.content[1].annotations.audience == ["user", "assistant"]


# -- next_questions ----------------------------------------------------------------------------------------------------


@given(profiles())
@settings(max_examples=60)
def test_the_provisional_urgency_is_never_calmer_than_what_could_be(profile):
    asked = TOOLBOX.call("next_questions", {"answers": profile.to_dict()})
    a = bt.assess(profile)
    FITS["next_questions"].validate(asked)
    assert asked["provisional_urgency"] == a.could_be.value
    assert asked["urgency"] == (a.urgency.value if a.urgency else None)
    assert asked["complete"] == (a.settled or a.final)
    assert asked["questions_left"] == len(a.questions)
    if asked["complete"]:
        assert not any(question["could_reach"] for question in asked["questions"])


def test_a_model_that_asks_on_comes_to_the_same_result_as_the_library():
    answers: dict[str, object] = {}
    for _ in range(40):
        asked = result("next_questions", {"answers": answers})
        if asked["complete"]:
            break
        question = asked["questions"][0]
        if question["kind"] == "checklist":
            answers["denies"] = [*answers.get("denies", []), question["id"]]
        else:
            usual = question.get("minimum", next(iter(question.get("options", ())), False))
            answers[question["id"]] = ORDINARY.get(question["id"], usual)
    assert asked["complete"]
    assert result("assess", answers)["urgency"] == asked["urgency"] == bt.assess(answers).urgency.value


# -- explain -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answers", [{}, NUMB, ORDINARY])
def test_every_exercise_and_every_rule_can_be_explained_with_its_sources(answers):
    a = bt.assess(answers)
    fired, open_ = {rule.id for rule in a.because}, {rule.id for rule in a.open}
    things = {**BOOK.exercises, **{rule.id: rule for rule in BOOK.rules}}
    for id_, thing in list(things.items())[:: 7 if answers else 1]:
        said = TOOLBOX.call("explain", {"id": id_, "answers": answers})
        FITS["explain"].validate(said)
        assert [one["id"] for one in said["sources"]] == [ref.id for ref in thing.sources]
        if said["kind"] == "exercise":
            assert (said["status"], said["text"]) == (a.status(id_), a.explain(id_))
        else:
            assert said["status"] == ("applies" if id_ in fired else "open" if id_ in open_ else "does_not_apply")
            assert thing.text in said["text"]


@pytest.mark.parametrize("arguments", [{}, {"id": None}, {"id": 7}, {"id": "brigde"}, {"id": "x" * 100_000}])
def test_what_cannot_be_explained_is_named(arguments):
    (problem,) = wrong("explain", arguments)
    assert problem["where"] == "id"
    assert problem["hint"] == ("did you mean `bridge`?" if arguments.get("id") == "brigde" else problem["hint"])


# -- what can be read --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("era", ERAS)
def test_rules_exercises_and_the_rulebook_can_be_read_with_their_sources(era):
    async def read(client):
        async def page(uri):
            (content,) = (await client.read_resource(uri)).contents
            assert content.mime_type == "application/json"
            return json.loads(content.text)

        fixed = [one.uri for one in (await client.list_resources()).resources]
        templates = [one.uri_template for one in (await client.list_resource_templates()).resource_templates]
        assert fixed == ["backtriage://rulebook", "backtriage://rules", "backtriage://exercises"]
        assert templates == ["backtriage://rules/{id}", "backtriage://exercises/{id}"]
        listed = {uri: await page(uri) for uri in fixed}
        entries = {
            kind: [await page(f"backtriage://{kind}/{one['id']}") for one in listed[f"backtriage://{kind}"]]
            for kind in ("rules", "exercises")
        }
        return listed["backtriage://rulebook"], entries

    rulebook, entries = talk(read, era)
    assert rulebook["digest"] == BOOK.digest
    assert [one["id"] for one in entries["rules"]] == [rule.id for rule in BOOK.rules]
    assert [one["id"] for one in entries["exercises"]] == list(BOOK.exercises)
    for entry, thing in zip(entries["rules"], BOOK.rules, strict=True):
        assert entry["when"] == thing.text
        assert [one["id"] for one in entry["sources"]] == [ref.id for ref in thing.sources]
    bridge = next(one for one in entries["exercises"] if one["id"] == "bridge")
    assert bridge["dose"]["hold_seconds"] == {"start": 3, "ceiling": 6}


@pytest.mark.parametrize(
    "uri", ["backtriage://rules/nothing", "file:///etc/passwd", "backtriage://", "rules", "x" * 9_000]
)
def test_nothing_else_can_be_read(uri):
    with pytest.raises(MCPError, match="nothing is at"):
        talk(lambda client: client.read_resource(uri))


# -- the interview, by forms -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("era", ERAS)
def test_ordinary_back_pain_is_settled_with_its_exercises_in_a_few_forms(era):
    person = Person(as_it_is)
    said = result("interview", {}, era, elicitation_callback=person)
    assert said["interview"] == {"ended": "complete", "forms": len(person.seen), "problems": []}
    assert len(person.seen) == 4  # two for the urgency, whether exercises are wanted, and one for them
    assert said["urgency"] == "self_care"
    assert said["allowed"]
    assert result("assess", said["answers"]) == {key: said[key] for key in said if key != "interview"}


@pytest.mark.parametrize("era", ERAS)
def test_it_stops_at_an_emergency_at_once_with_its_locked_message(era):
    person = Person({"emergency_nerves": ["saddle_numbness_new"]})
    said = result("interview", {}, era, elicitation_callback=person)
    assert len(person.seen) == 1
    assert said["urgency"] == "emergency"
    assert said["say"][0]["word_for_word"]
    assert "999" in said["say"][0]["text"]
    assert not said["allowed"]


@pytest.mark.parametrize("era", ERAS)
def test_who_has_said_an_emergency_already_is_asked_nothing(era):
    person = Person("cancel")
    said = result("interview", {"answers": NUMB}, era, elicitation_callback=person)
    assert (said["urgency"], person.seen) == ("emergency", [])


@pytest.mark.parametrize("era", ERAS)
def test_a_declined_form_is_unknown_and_never_a_no(era):
    person = Person("decline")
    said = result("interview", {}, era, elicitation_callback=person)
    assert said["interview"]["ended"] == "complete"
    assert False not in said["answers"].values()
    assert said["urgency"] is None
    assert said["could_be"] == "emergency"
    assert said["action"] == {"kind": "not_ruled_out", "level": "same_day"}
    assert not said["allowed"]


@pytest.mark.parametrize("era", ERAS)
def test_who_stops_is_told_what_to_do_by_what_could_not_be_ruled_out(era):
    person = Person({"where": ["lower_back_pain"], forms.STOP: "yes"})
    said = result("interview", {}, era, elicitation_callback=person)
    assert len(person.seen) == 1
    assert said["interview"]["ended"] == "complete"
    assert said["answers"]["lower_back_pain"] is True
    assert said["action"] == {"kind": "not_ruled_out", "level": "same_day"}


def test_a_line_stands_on_a_form_with_what_it_means():
    person = Person("cancel")
    called("interview", {"answers": {"lower_back_pain": True, "denies": ["where"]}}, elicitation_callback=person)
    titles = [one["title"] for one in person.fields[0]["very_ill_now"]["items"]["anyOf"]]
    assert "New tummy pain that came with the back pain (Not long-known cramps.)" in titles


@pytest.mark.parametrize("action", ["decline", "cancel"])
def test_what_stands_on_a_form_that_was_not_sent_is_not_read(action):
    async def withdraws(_, __):
        return types.ElicitResult(action=action, content={"age": 41, "emergency_nerves": [forms.NONE]})

    said = result("interview", {}, elicitation_callback=withdraws)
    assert "age" not in said["answers"]
    assert False not in said["answers"].values()


@pytest.mark.parametrize("era", ERAS)
def test_a_cancelled_form_ends_it_and_is_unknown(era):
    person = Person({"age": 41, "emergency_nerves": [forms.NONE]}, "cancel")
    said = result("interview", {}, era, elicitation_callback=person)
    assert said["interview"] == {"ended": "cancelled", "forms": 2, "problems": []}
    assert len(person.seen) == 2
    assert said["urgency"] is None
    assert said["answers"]["new_bladder_change"] is False
    assert said["ask"]
    later = result("next_questions", {"answers": said["answers"]})
    assert not later["complete"]
    assert later["questions"] == said["ask"]


@pytest.mark.parametrize("era", ERAS)
def test_a_form_is_flat_requires_nothing_and_fills_in_nothing(era):
    person = Person(as_it_is)
    result("interview", {}, era, elicitation_callback=person)
    for form in person.seen:
        assert "required" not in form.requested_schema
        assert "never as no" in form.message
    for field in [field for fields in person.fields for field in fields.values()]:
        assert "default" not in field
        assert field["type"] in ("string", "number", "integer", "array")
        options = field.get("oneOf", field.get("items", {}).get("anyOf", []))
        assert all(isinstance(option["const"], str) and option["title"] for option in options)
        assert (forms.NOT_SURE in [option["const"] for option in options]) == (field["type"] in ("string", "array"))
    assert all(len(fields) <= forms.MAX_FIELDS for fields in person.fields)


@pytest.mark.parametrize("era", ERAS)
def test_what_has_been_said_is_not_asked_again(era):
    person = Person(as_it_is)
    result("interview", {"answers": {"age": 41, "denies": ["emergency_nerves"]}}, era, elicitation_callback=person)
    asked = {name for fields in person.fields for name in fields}
    assert asked.isdisjoint({"age", "emergency_nerves"})


@pytest.mark.parametrize("era", ERAS)
def test_what_must_be_done_today_stands_above_the_next_form(era):
    person = Person({"where": ["lower_back_pain"]}, "cancel")
    result("interview", {"answers": {"leg_weakness_new": True}}, era, elicitation_callback=person)
    say = bt.call_tool({"leg_weakness_new": True}, region="GB")["say"]
    first = next(one["text"] for one in say if one["word_for_word"])
    assert person.seen[0].message.startswith(first)


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("age", [200, 41.5, True, "41", ["41"]])
def test_an_answer_that_cannot_be_used_is_asked_again_and_the_others_count(era, age):
    person = Person({"age": age, "where": ["lower_back_pain"]}, "cancel")
    said = result("interview", {}, era, elicitation_callback=person)
    assert "age" in person.fields[1]
    assert "where" not in person.fields[1]
    assert person.seen[1].message.startswith("Please look at this again: How old are you? `")
    assert said["answers"]["lower_back_pain"] is True
    assert "age" not in said["answers"]


@pytest.mark.parametrize("era", ERAS)
def test_a_person_who_never_answers_usefully_sees_fewer_than_ten_forms(era):
    person = Person({"age": 200})
    said = result("interview", {}, era, elicitation_callback=person)
    assert len(person.seen) <= MAX_FORMS < 10
    assert said["interview"]["ended"] == "too_many_forms"
    assert said["urgency"] is None
    assert [question["id"] for question in said["ask"]] == ["age"]


@pytest.mark.parametrize("era", ERAS)
def test_an_answer_to_what_was_not_asked_is_not_taken_and_not_lost(era):
    person = Person({"age": 41, "saddle_numbness_new": True, "x" * 1_000_000: "no"})
    said = result("interview", {}, era, elicitation_callback=person)
    assert said["interview"]["ended"] == "not_understood"
    assert said["interview"]["problems"] == [
        "form: `saddle_numbness_new` was not asked",
        f"form: `{'x' * 40}` was not asked",
    ]
    assert said["answers"]["age"] == 41
    assert False not in said["answers"].values()
    assert "saddle_numbness_new" in said["answers"]["not_sure"]
    assert (said["urgency"], said["could_be"]) == (None, "emergency")


# -- what a form means -------------------------------------------------------------------------------------------------


@st.composite
def replies(draw, asked):
    """Any content for a form, right and wrong."""
    content = {}
    for question in asked:
        options = list(question.items or question.options or ("yes", "no"))
        marks = [forms.NONE, forms.NOT_SURE]
        number = st.integers(int(question.minimum or 0), int(min(question.maximum or 1, 500)))
        fitting = {
            "checklist": st.one_of(st.just([forms.NONE]), st.lists(st.sampled_from([*options, *marks]), max_size=3)),
            "number": number,
        }.get(question.kind, st.sampled_from([*options, forms.NOT_SURE]))
        junk = st.sampled_from([None, [], "", "no", True, False, -1, 10**9, float("nan"), ["x"], [forms.NONE, "x"]])
        value = draw(st.one_of(fitting, fitting, fitting, junk, st.none()))
        if value is not None or draw(st.booleans()):
            content[question.id] = value
    return content


@given(st.data())
@settings(max_examples=30)
def test_only_a_clear_no_is_a_no_and_whatever_is_ticked_counts(data):
    iv = bt.Interview()
    for _ in range(30):
        asked = forms.fields(iv)
        if not asked:
            break
        shown, known = [id_ for question in asked for id_ in question.findings], iv.profile.known
        gates = [gate for id_ in shown for gate in VOCABULARY.gates_of(id_)]
        closable = [gate for gate in gates if can_be(gate, False, known, iv.profile.not_sure)]
        assert all(gate.waits_for(known).isdisjoint(shown) for gate in closable)
        assert asked == forms.fields(bt.Interview.from_dict(iv.to_dict()))
        before = iv.profile
        content = data.draw(replies(asked))
        problems = forms.answer(iv, asked, content)
        for question in asked:
            value = content.get(question.id)
            clear = question.kind != "checklist" or (
                isinstance(value, list) and value and (set(value) == {forms.NONE} or set(value) <= set(question.items))
            )
            for id_ in question.findings:
                if iv.profile.given.get(id_) is False and id_ not in before.given:
                    assert clear
                    assert value not in (None, "yes", forms.NOT_SURE)
                if isinstance(value, list) and id_ in value:
                    assert iv.profile[id_] is bt.Answer.PRESENT
            assert not set(question.findings) - set(iv.profile.known) - iv.profile.not_sure or problems or value == []
    assert iv.done


def test_what_is_ticked_outweighs_the_none_of_what_it_implies():
    """Also where both stand on one form."""
    seen = 0
    iv = bt.Interview()
    while asked := forms.fields(iv):
        lists = {id_: question.id for question in asked if question.kind == "checklist" for id_ in question.items}
        for id_, list_ in lists.items():
            implied = [one for one in VOCABULARY.findings[id_].implies if one in lists]
            ahead = bt.Interview.from_dict(iv.to_dict())
            denied = {question.id: [forms.NONE] for question in asked if question.id in lists.values()}
            assert not forms.answer(ahead, asked, {**denied, list_: [id_]})
            assert all(ahead.profile[one] is bt.Answer.PRESENT for one in (id_, *implied))
            seen += len(implied)
        forms.answer(iv, asked, {})
    assert seen


@given(st.data())
@settings(max_examples=25)
def test_every_interview_by_forms_ends_in_fewer_than_ten_unless_it_has_to_ask_again(data):
    running = TOOLBOX.interview({"answers": data.draw(profiles()).to_dict()})
    again = False
    while not running.ended(MAX_FORMS):
        running.take("accept", data.draw(replies(running.asked)))
        again = again or bool(running.problems)
    said = TOOLBOX.result(running)
    FITS["interview"].validate(said)
    assert said["interview"]["ended"] == "complete" or again
    a = running.interview.assessment
    assert (said["could_be"], said["urgency"]) == (a.could_be.value, a.urgency.value if a.urgency else None)


# -- a client without forms --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("era", ERAS)
def test_without_forms_the_model_is_told_to_ask_with_next_questions(era):
    answer = called("interview", {"answers": {"age": 41}}, era)
    assert answer.is_error
    assert answer.structured_content is None
    assert "next_questions" in answer.content[0].text
    assert "nothing is ruled out" in answer.content[0].text


def test_a_client_that_claims_forms_and_refuses_them_gets_the_same_advice():
    async def refuses(_, __):
        return types.ErrorData(code=types.INVALID_REQUEST, message="no forms here")

    answer = called("interview", {}, "legacy", elicitation_callback=refuses)
    assert answer.is_error
    assert "next_questions" in answer.content[0].text


@pytest.mark.parametrize("broken", [types.ErrorData(code=types.INVALID_REQUEST, message="gone"), UNREADABLE])
def test_a_client_that_fails_half_way_has_not_forgotten_what_was_said(broken):
    forms_shown = []

    async def fails(_, form):
        forms_shown.append(form)
        weak = types.ElicitResult(action="accept", content={"very_ill_now": ["new_abdominal_pain"]})
        return weak if len(forms_shown) == 1 else broken

    said = result("interview", {}, "legacy", elicitation_callback=fails)
    assert len(forms_shown) == 2
    assert said["interview"]["ended"] == "cancelled"
    assert said["answers"]["new_abdominal_pain"] is True


# -- what comes back from the client -----------------------------------------------------------------------------------


def first_form(started, **answer: object):
    """The first form, and what the server says to a forged or stale second call."""

    async def does(client):
        call = client.session.call_tool
        form = await call("interview", started, allow_input_required=True)
        assert isinstance(form, types.InputRequiredResult)
        sent = {key: value(form) if callable(value) else value for key, value in answer.items()}
        name = sent.pop("tool", "interview")
        return form, await call(name, sent.pop("arguments", started), allow_input_required=True, **sent)

    async def never(_, __):
        raise AssertionError

    return talk(does, elicitation_callback=never)


NEW = bt.Interview().to_dict()
ACCEPTED = {"form": types.ElicitResult(action="accept", content={"emergency_nerves": [forms.NONE]})}


@pytest.mark.parametrize(
    "state",
    ["", "{}", "v1.", "v1.AAAA", '{"interview": {}, "forms": 0}', "x" * 1_000_000, "\ud800"],
    ids=range(7),
)
def test_a_forged_state_is_refused(state):
    with pytest.raises(MCPError, match="Invalid or expired requestState"):
        first_form({}, request_state=state, input_responses=ACCEPTED)


@pytest.mark.parametrize(
    "change",
    [
        lambda state: state[:-2] + ("AA" if state[-2:] != "AA" else "BB"),
        lambda state: state[: len(state) // 2],
        lambda state: state + "AAAA",
    ],
)
def test_a_state_that_was_tampered_with_is_refused(change):
    with pytest.raises(MCPError, match="Invalid or expired requestState"):
        first_form({}, request_state=lambda form: change(form.request_state), input_responses=ACCEPTED)


def test_a_state_belongs_to_the_call_that_it_came_from():
    with pytest.raises(MCPError, match="Invalid or expired requestState"):
        first_form(
            {}, request_state=lambda form: form.request_state, arguments={"answers": NUMB}, input_responses=ACCEPTED
        )


def test_a_state_shows_nobody_what_was_answered():
    form, _ = first_form({"answers": {"fever_or_shivers": True}})
    assert "fever" not in form.request_state


@pytest.mark.parametrize("responses", [ACCEPTED, {"other": ACCEPTED["form"]}])
def test_an_answer_without_its_state_is_refused(responses):
    _, answer = first_form({}, input_responses=responses)
    assert answer.is_error
    assert "no answer to its form" in answer.content[0].text


def test_a_state_without_an_answer_shows_the_same_form_again():
    form, again = first_form({}, request_state=lambda form: form.request_state)
    assert again.input_requests == form.input_requests


@pytest.mark.parametrize(
    "state",
    ["", "[]", "null", "[" * 5_000, "{}", '{"interview": {}, "forms": 1}', '{"interview": [], "forms": true}',
     json.dumps({"interview": NEW, "forms": "1"}),
     json.dumps({"interview": {**NEW, "steps": [{"answers": {"age": "41"}}], "turn": 1}, "forms": 1})],
    ids=range(9),
)  # fmt: skip
def test_even_a_sealed_state_is_checked(state):
    with pytest.raises(bt.ProfileError):
        TOOLBOX.resumed(state, TOOLBOX.interview({}))


# -- hostile input -----------------------------------------------------------------------------------------------------


def deep(levels: int) -> dict[str, object]:
    nested: dict[str, object] = {}
    for _ in range(levels):
        nested = {"age": nested}
    return nested


HOSTILE = [
    {"age": "x" * 10_000_000}, {"x" * 10_000_000: True}, {f"finding_{n}": True for n in range(20_000)},
    deep(50), {"age": True}, {"age": "41"}, {"denies": "emergency_nerves"},
    {"feverr_or_shivers": True}, {"answers": {"age": 41}}, {"region": "GB"}, {"rulebook": "x"}, {"age": [1] * 100_000},
    {"present": ["age"]}, {"": None}, {"not_sure": {"age": 1}},
]  # fmt: skip


@pytest.mark.parametrize("arguments", HOSTILE, ids=range(len(HOSTILE)))
def test_bad_arguments_give_problems_and_no_result(arguments):
    for tool, wrapped in (
        ("assess", arguments),
        ("next_questions", {"answers": arguments}),
        ("explain", {"id": "bridge", "answers": arguments}),
        ("interview", {"answers": arguments}),
    ):
        problems = wrong(tool, wrapped)
        assert 1 <= len(problems) <= 21
        assert all(problem["where"] and problem["what"] for problem in problems)
        assert len(json.dumps(problems)) < 8_000


@pytest.mark.parametrize(
    "arguments", [{"age": 41}, {"answers": 7}, {"answers": []}, {"answers": "{}"}, {"x" * 9_000_000: 1}]
)
@pytest.mark.parametrize("tool", ["next_questions", "explain", "interview"])
def test_wrong_arguments_around_the_answers_are_named(tool, arguments):
    problems = wrong(tool, arguments if tool != "explain" else {"id": "bridge", **arguments})
    assert problems
    assert len(json.dumps(problems)) < 1_000


def test_an_unknown_tool_is_an_error_that_names_the_known_ones():
    with pytest.raises(MCPError, match="known: assess, next_questions, explain, interview"):
        called("assess_back_pain", NUMB)


# -- what the person wrote ---------------------------------------------------------------------------------------------


WROTE = {"message": "cant go for a wee since tuesday", "answers": {"age": 41}}


def test_what_somebody_wrote_is_asked_about_before_everything_else_and_counts_only_once_answered():
    asked = result("next_questions", WROTE)
    assert (asked["questions"][0]["id"], asked["questions"][0]["could_reach"]) == ("new_bladder_change", "emergency")
    assert asked["answers"] == {"age": 41}
    answered = {"age": 41, "new_bladder_change": False}
    again = result("next_questions", {**WROTE, "answers": answered})
    assert "new_bladder_change" not in [question["id"] for question in again["questions"]]
    assert result("next_questions", {**WROTE, "answers": {"new_bladder_change": True}})["urgency"] == "emergency"


def test_what_was_denied_with_its_list_is_asked_of_who_writes_of_it():
    said = {
        "age": 41,
        "pain_score": 3,
        "pain_duration_days": 20,
        "denies": sorted(bt.default_rulebook().vocabulary.checklists),
    }
    asked = result("next_questions", {"message": "I am numb between my legs", "answers": said})
    assert not asked["complete"]
    assert asked["provisional_urgency"] == "emergency"
    assert asked["questions"][0]["id"] == "saddle_numbness_new"


def test_a_message_that_speaks_of_suicide_is_answered_at_once_word_for_word():
    asked = result("next_questions", {"message": "I do not want to be alive any more with this back"})
    assert asked["say"][0]["word_for_word"]
    assert "116 123" in asked["say"][0]["text"]
    assert asked["questions"][0]["id"] == "suicidal_thoughts"
    assert not asked["complete"]


@pytest.mark.parametrize("era", ERAS)
def test_the_first_form_asks_first_what_the_message_may_speak_of_and_says_at_once_what_is_locked(era):
    person = Person({})
    result("interview", {"message": "cant wee, and I want to end my life"}, era, elicitation_callback=person)
    first, second = person.seen[:2]
    assert list(first.requested_schema["properties"])[:2] == ["new_bladder_change", "suicidal_thoughts"]
    assert "116 123" in first.message
    assert "116 123" not in second.message


@pytest.mark.parametrize("message", [7, "x" * 10_001, ["cant wee"]])
def test_a_message_that_cannot_be_read_is_a_problem(message):
    assert [problem["where"] for problem in wrong("next_questions", {"message": message})] == ["message"]


@pytest.mark.parametrize("era", ERAS)
def test_after_all_that_the_result_is_the_same(era):
    async def does(client):
        before = await client.call_tool("assess", NUMB)
        for arguments in HOSTILE[3:]:
            await client.call_tool("assess", arguments)
        return before, await client.call_tool("assess", NUMB)

    before, after = talk(does, era)
    assert before.structured_content == after.structured_content == bt.call_tool(NUMB, region="GB")


def test_a_fault_of_the_library_gives_no_result_and_quotes_nothing(monkeypatch):
    def disagree(*_: object, **__: object):
        raise bt.EngineDisagreement(only_reference=["ces-saddle"], only_durable=[])

    monkeypatch.setattr(bt, "call_tool", disagree)
    for tool, arguments in (("assess", NUMB), ("next_questions", {"answers": NUMB}), ("interview", {})):
        answer = called(tool, arguments)
        assert answer.is_error
        assert answer.structured_content is None
        assert "ces-saddle" not in answer.content[0].text
        assert "nothing is ruled out" in answer.content[0].text


@pytest.mark.parametrize("era", ERAS)
def test_no_answer_is_ever_logged(era, caplog):
    caplog.set_level(logging.DEBUG)
    person = Person({"age": 77, "emergency_nerves": ["saddle_numbness_new"]})
    for tool, arguments in (("assess", NUMB), ("assess", {"age": "seventy"}), ("interview", {})):
        called(tool, arguments, era, elicitation_callback=person)
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("mcp.client")]
    assert not [line for line in ours if "saddle" in line or "seventy" in line or "77" in line]


class _Unchecked(Person):
    """A client that sends what its own SDK would not let it."""

    async def __call__(self, _, form: types.ElicitRequestParams) -> types.ElicitResult:
        self.seen.append(form)
        return types.ElicitResult.model_construct(action="accept", content=self.replies[0])


@pytest.mark.parametrize("content", [{"age": {"value": 41}}, {"where": [["neck_pain"]]}, {"age": deep(50)}, [41]])
def test_a_form_filled_with_what_is_no_answer_gives_no_result(content):
    answer = called("interview", {}, "legacy", elicitation_callback=_Unchecked(content))
    assert answer.is_error
    assert "nothing is ruled out" in answer.content[0].text


def test_a_form_with_a_million_ticks_is_read_as_one_with_two():
    iv = bt.Interview()
    ticks = ["neck_pain", "arm_pain"] * 300_000
    assert forms.answer(iv, forms.fields(iv), {"where": [*ticks, *["age"] * 300_000]})
    assert iv.profile.to_dict()["neck_pain"] is True
    assert "lower_back_pain" not in iv.profile.given


# -- whose rules, whose numbers ----------------------------------------------------------------------------------------


def test_the_server_is_made_for_a_rulebook_and_a_region(tmp_path):
    server = create_server(rulebook=small(tmp_path))
    said = talk(lambda client: client.call_tool("assess", {"numb": True}), server=server).structured_content
    assert said["rulebook"]["id"] == "small"
    with pytest.raises(bt.ProfileError, match="region: unknown region"):
        create_server(region="Atlantis")


# -- the real thing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("era", ERAS)
def test_over_standard_input_and_output(era):
    person = Person(as_it_is)

    async def does(client):
        tools = await client.list_tools()
        huge = await client.call_tool("assess", {"age": "x" * 10_000_000})
        numb = await client.call_tool("assess", NUMB)
        rule = await client.read_resource("backtriage://rules/ces-bladder")
        return tools, huge, numb, rule, await client.call_tool("interview", {})

    command = StdioServerParameters(command=sys.executable, args=["-m", "backtriage", "mcp", "--region", "GB"])
    tools, huge, numb, rule, asked = talk(does, era, server=command, elicitation_callback=person)
    assert len(tools.tools) == 4
    assert huge.is_error
    assert numb.structured_content == bt.call_tool(NUMB, region="GB")
    assert json.loads(rule.contents[0].text)["id"] == "ces-bladder"
    assert asked.structured_content["urgency"] == "self_care"


@pytest.mark.parametrize(("version", "elicitation"), [("2025-06-18", {}), ("2025-11-25", {"url": {}})])
def test_garbage_on_the_line_changes_no_result(version, elicitation):
    """What is no message gets no result, quotes nothing on standard error, and stops nobody; nor does an old client, or
    one that shows pages in place of forms."""
    able = {"elicitation": elicitation}
    client = {"protocolVersion": version, "capabilities": able, "clientInfo": {"name": "raw", "version": "1"}}

    def message(id_: int, method: str, **params: object) -> bytes:
        return json.dumps({"jsonrpc": "2.0", "id": id_, "method": method, "params": params}).encode()

    opening = [b"garbage", b"[" * 200_000, b"\xff\xfe\x00", b"[]", message(1, "initialize", **client)]
    rest = [
        b'{"saddle_numbness_new": ', b'{"a":' * 50_000 + b"1" + b"}" * 50_000, message(2, "nothing"),
        message(3, "tools/call", name=7), message(4, "tools/call", name="assess", arguments=[1]),
        message(5, "tools/call", name="interview", requestState="forged"),
        message(6, "tools/call", name="assess", arguments=NUMB), message(7, "tools/call", name="interview"),
    ]  # fmt: skip
    command = [sys.executable, "-m", "backtriage", "mcp", "--region", "GB"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as server:  # noqa: S603 - our own command
        server.stdin.write(b"\n".join([*opening, b""]))
        server.stdin.flush()
        answers = {1: json.loads(server.stdout.readline())}
        server.stdin.write(b"\n".join([b'{"jsonrpc":"2.0","method":"notifications/initialized"}', *rest, b""]))
        server.stdin.flush()
        while len(answers) < 7:
            answer = json.loads(server.stdout.readline())
            assert "method" not in answer
            answers[answer["id"]] = answer
        server.stdin.close()
        assert server.wait(30) == 0
        assert server.stderr.read() == b""
    assert "result" in answers[1]
    assert all("error" in answers[id_] for id_ in (2, 3, 4, 5))
    assert answers[6]["result"]["structuredContent"] == bt.call_tool(NUMB, region="GB")
    assert answers[7]["result"]["isError"]
    assert "next_questions" in answers[7]["result"]["content"][0]["text"]
