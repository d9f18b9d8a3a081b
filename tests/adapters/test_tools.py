"""The tool for function-calling models: what its schema lets through, what the door lets in, and what comes back."""

from __future__ import annotations

import json
import re
from functools import partial

import backtriage as bt
import pytest
from backtriage.adapters.model_tool import MAX_PROBLEMS, MAX_QUESTIONS
from backtriage.adapters.model_tool.arguments import MAX_TEXT
from backtriage.adapters.model_tool.schemas import LISTS, NOT_SAID
from backtriage.findings.finding import Choice, Number, YesNo
from backtriage.presentation.chat_messages import messages
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from small import small
from strategies import BOOK, VOCABULARY, profiles, valid

DIALECTS = ("standard", "strict")
SCHEMAS = {dialect: bt.tool_schema(dialect)["parameters"] for dialect in DIALECTS}
FITS = {dialect: Draft202012Validator(schema).is_valid for dialect, schema in SCHEMAS.items()}
OWN = [id_ for id_, finding in VOCABULARY.findings.items() if not isinstance(finding, YesNo)]
call = partial(bt.call_tool, engine="reference")

UNSAYABLE = (
    # A contradiction between two answers that are each well formed.
    r"(present|answered), but `\w+`, [a-z ]+, is (answered absent|denied with `\w+`)",
    r"answered `.+` and not sure",
    r"in `present` and in `absent`",
    r"null, though its list is denied",
    r"`.+` \w+, but `\w+` is `.+` \w+",
)
"""What the door refuses and JSON Schema cannot say."""
UNSAYABLE_IN_STRICT = (*UNSAYABLE, r"`.+` is out of range", r"`.+` is not a multiple of [\d.]+")
"""A strict schema may not name a range either: the words of each finding do."""

JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 200), st.integers(), st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", "yes", "no", "7", "both", "left", "age"]), st.just([]), st.just({}), st.just(["age"]),
)  # fmt: skip
SOME_YES_NO = st.lists(st.sampled_from(sorted(VOCABULARY.yes_no)), max_size=4)
UNSURE_YES_NO = st.lists(st.sampled_from(sorted(VOCABULARY.yes_no)), max_size=2)
UNSURE_QUESTIONS = st.lists(st.sampled_from([*OWN, *VOCABULARY.checklists]), max_size=2)
NOTHING = {id_: NOT_SAID if isinstance(VOCABULARY.findings[id_], Choice) else None for id_ in OWN}
SOME_CHECKLISTS = st.lists(st.sampled_from(sorted(VOCABULARY.checklists)), max_size=3)
UNSURE = st.builds(list.__add__, UNSURE_YES_NO, UNSURE_QUESTIONS)
NAMES = st.sampled_from([*VOCABULARY.findings, *VOCABULARY.checklists, *OWN])


@st.composite
def standard_arguments(draw) -> dict[str, object]:
    """JSON objects: answers by name, every other one with something wrong in it."""
    names = [*draw(SOME_YES_NO), *draw(st.lists(st.sampled_from(OWN), max_size=2))]
    arguments: dict[str, object] = {name: draw(_answer(name)) for name in names}
    for group, ids in (("denies", SOME_CHECKLISTS), ("not_sure", UNSURE)):
        if draw(st.booleans()):
            arguments[group] = draw(ids)
    return draw(_flawed(arguments))


@st.composite
def strict_arguments(draw) -> dict[str, object]:
    """The same in the strict dialect."""
    absent = st.one_of(SOME_YES_NO, SOME_CHECKLISTS.map(lambda ids: [one for id_ in ids for one in _lines(id_)]))
    lists = (SOME_YES_NO, absent, UNSURE_YES_NO, UNSURE_QUESTIONS)
    arguments = {name: draw(ids) for name, ids in zip(LISTS, lists, strict=True)} | NOTHING
    for name in draw(st.lists(st.sampled_from(OWN), max_size=3)):
        arguments[name] = draw(_answer(name))
    if draw(st.integers(0, 9)) == 9:  # what the schema wants is missing, but for what marks the dialect
        del arguments[draw(st.sampled_from([*LISTS[2:], *OWN]))]
    return draw(_flawed(arguments))


@st.composite
def _flawed(draw, arguments: dict[str, object]) -> dict[str, object]:
    if draw(st.booleans()):
        return arguments
    if arguments and draw(st.booleans()):
        name = draw(st.sampled_from(sorted(arguments)))
        listed = st.lists(st.one_of(NAMES, JUNK), max_size=3) if name in ("denies", *LISTS) else JUNK
        return arguments | {name: draw(st.one_of(JUNK, listed))}
    return arguments | draw(st.dictionaries(st.one_of(NAMES, st.text(max_size=9)), JUNK, min_size=1, max_size=1))


def _answer(name: str) -> st.SearchStrategy[object]:
    """An answer, also as JSON of other languages has it, or null."""
    answer = valid(VOCABULARY.findings[name])
    return st.one_of(answer, answer, answer.map(lambda value: float(value) if type(value) is int else value), st.none())


def _lines(checklist: str) -> tuple[str, ...]:
    return VOCABULARY.checklists[checklist].findings


def strict(profile: bt.Profile) -> dict[str, object]:
    """A profile as strict arguments; a denied list as its lines."""
    given = profile.given
    denied = [id_ for list_ in profile.denies for id_ in _lines(list_)]
    absent = [id_ for id_ in denied if id_ not in profile.not_sure and profile[id_] is bt.Answer.ABSENT]
    return {
        "present": [id_ for id_, value in given.items() if value is True],
        "absent": [
            *(id_ for id_, value in given.items() if value is False),
            *(id_ for id_ in absent if id_ not in given),
        ],
        "not_sure": sorted(profile.not_sure & VOCABULARY.yes_no),
        "not_sure_questions": sorted(profile.not_sure - VOCABULARY.yes_no),
        **{id_: given.get(id_, nothing) for id_, nothing in NOTHING.items()},
    }


def without_null(arguments: dict[str, object]) -> dict[str, object]:
    """Arguments without null, which says nothing in the standard dialect, though its schema does not offer it."""
    return {name: value for name, value in arguments.items() if value is not None or name not in VOCABULARY.findings}


# -- the schema and the door accept the same ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dialect", "drawn", "unsayable"),
    [("standard", standard_arguments(), UNSAYABLE), ("strict", strict_arguments(), UNSAYABLE_IN_STRICT)],
    ids=DIALECTS,
)
def test_the_schema_and_the_door_accept_the_same_arguments(dialect, drawn, unsayable):
    @settings(max_examples=300)
    @given(drawn)
    def both_ways(arguments):
        problems = call(arguments).get("problems", [])
        fits = FITS[dialect](without_null(arguments) if dialect == "standard" else arguments)
        if not fits:
            assert problems
        assert all(
            any(re.search(reason, problem["what"]) for reason in unsayable) for problem in (problems if fits else [])
        ), problems

    both_ways()


@given(profiles())
@settings(max_examples=100)
def test_every_profile_can_be_said_in_both_dialects_with_the_same_result(profile):
    said = {"standard": profile.to_dict(), "strict": strict(profile)}
    for dialect, arguments in said.items():
        assert FITS[dialect](json.loads(json.dumps(arguments)))
    results = [call(said["standard"]), call(said["strict"]), call(json.dumps(said["strict"]))]
    for result in results:
        del result["answers"]  # a denied list stands there as its lines
    assert results[0] == results[1] == results[2]


@given(profiles(), st.data())
@settings(max_examples=50)
def test_a_whole_number_may_be_written_with_a_fraction_of_zero(profile, data):
    numbers = [id_ for id_, value in profile.given.items() if type(value) is int]
    written = {id_: float(profile.given[id_]) for id_ in numbers if data.draw(st.booleans())}
    assert call({**profile.to_dict(), **written}) == call(profile.to_dict())


@pytest.mark.parametrize("age", [True, "41", 41.5, -1, 121, 1e300, 10**400, [41], {"value": 41}])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_nothing_else_is_read_as_a_number(age, dialect):
    arguments = {"age": age} if dialect == "standard" else strict(bt.Profile()) | {"age": age}
    assert [problem["where"] for problem in call(arguments)["problems"]] == ["age"]


# -- it fails closed ---------------------------------------------------------------------------------------------------

HOSTILE = [
    "", "null", "[]", "41", '"age"', "{", '{"age": 41,}', '{"age": 41, "age": 14}', '{"pain_score": NaN}',
    '{"exercise_pain_minutes": Infinity}', '{"pain_score": 1e999}', '{"fever_or_shivers": "yes"}', '{"feverr": true}',
    '{"denies": "emergency_nerves"}', '{"denies": {"emergency_nerves": true}}', '{"denies": null}', '{"denies": [[]]}',
    '{"not_sure": ["fever_or_shivers", 3]}', '{"present": []}', '{"absent": {}}', '{"present": [["a"]], "absent": []}',
    '{"region": "GB"}', '{"rulebook": null}', '{"engine": "reference"}', "[" * 50_000, '{"a":' * 10_000,
    "9" * 5_000, '{"age": ' + "9" * 5_000 + "}", " " * (MAX_TEXT + 1), b"\xff\xfe", b'{"age": 4' + b"\x00" + b"1}",
    None, 41, [], ["age"], bt.Profile(age=41), {"age": float("nan")}, {3: True}, {None: None}, {"age": object()},
    {f"finding_{number}": True for number in range(5_000)}, {"present": [1, None, {}], "absent": "all"},
]  # fmt: skip


@pytest.mark.parametrize("arguments", HOSTILE, ids=range(len(HOSTILE)))
def test_bad_arguments_give_a_short_list_of_problems_and_nothing_else(arguments):
    result = call(arguments)
    assert set(result) == {"problems"}
    assert 1 <= len(result["problems"]) <= MAX_PROBLEMS + 1
    assert all({"where", "what"} <= set(problem) <= {"where", "what", "hint"} for problem in result["problems"])
    assert len(json.dumps(result)) < 8_000


def test_a_key_given_twice_is_refused_and_named():
    assert call('{"new_bladder_change": true, "new_bladder_change": false}') == {
        "problems": [{"where": "new_bladder_change", "what": "given twice", "hint": "give it once"}]
    }


def test_a_model_can_mend_what_it_got_wrong():
    (problem,) = call({"feverr_or_shivers": True, "age": 41})["problems"]
    assert "fever_or_shivers" in problem["hint"]


def test_the_region_is_the_hosts_and_a_wrong_one_is_not_told_to_the_model():
    with pytest.raises(bt.ProfileError, match="region: unknown region"):
        call({}, region="Atlantis")


# -- what comes back ---------------------------------------------------------------------------------------------------


@given(profiles())
@settings(max_examples=150)
def test_a_result_says_what_the_assessment_says_and_is_small(profile):
    a = bt.assess(profile, engine="reference", region="GB")
    result = call(profile.to_dict(), region="GB")
    text = json.dumps(result, ensure_ascii=False, allow_nan=False)
    assert json.loads(text) == result
    assert len(text.encode()) < 16_000
    assert result["urgency"] == (a.urgency.value if a.urgency else None)
    assert result["could_be"] == a.could_be.value
    assert result["action"]["level"] == (a.action.level.value if a.action.level else None)
    assert [entry["id"] for entry in result["allowed"]] == [entry.exercise.id for entry in a.allowed]
    assert [entry["dose"] for entry in result["allowed"]] == [str(entry.dose) for entry in a.allowed]
    excluded = [id_ for group in result["excluded"] for id_ in group["exercises"] if group["because"]]
    assert sorted(excluded) == sorted(entry.exercise.id for entry in a.excluded)
    assert result["rulebook"]["digest"] == a.rulebook.digest
    assert bt.Profile(result["answers"]) == profile
    assert FITS["standard"](result["answers"])


@given(profiles())
@settings(max_examples=100)
def test_self_care_is_never_named_while_worse_is_possible(profile):
    result = call(profile.to_dict())
    if result["could_be"] != "self_care":
        assert "self_care" not in json.dumps({key: result[key] for key in ("urgency", "at_least", "action")})


@given(profiles())
@settings(max_examples=60)
def test_every_locked_message_is_marked_and_a_reply_of_them_omits_none(profile):
    a = bt.assess(profile, engine="reference")
    said = call(profile.to_dict())["say"]
    marked = [entry["text"] for entry in said if entry["word_for_word"]]
    assert marked == [message.text for message in messages(a) if message.locked]
    check = bt.check_reply("\n\n".join(marked), a)
    assert not [problem for problem in check.problems if problem.span is None]


@given(profiles())
@settings(max_examples=60)
def test_a_list_is_put_with_every_line_that_denying_it_would_answer(profile):
    result = call(profile.to_dict())
    assert len(result["ask"]) == min(MAX_QUESTIONS, result["questions_left"])
    for question in result["ask"]:
        if question["kind"] == "checklist":
            after = profile.with_(denies=[*profile.denies, question["id"]])
            new = {id_ for id_ in after.known if id_ not in profile.known}
            assert new & set(_lines(question["id"])) <= set(question["lines"])


@given(profiles())
@settings(max_examples=60)
def test_a_model_that_fills_everything_else_with_null_is_asked_what_is_asked_without(profile):
    said = profile.to_dict()
    denied = {id_ for list_ in profile.denies for id_ in _lines(list_)}
    nulls = dict.fromkeys(VOCABULARY.findings.keys() - denied)
    assert call(nulls | said) == call(said)


def test_nothing_but_null_is_nothing_said():
    result = call(dict.fromkeys(VOCABULARY.findings))
    assert result == call({})
    assert (result["action"]["kind"], result["ask"][0]["id"]) == ("ask", "where")


def test_null_is_never_made_a_no_by_a_denial():
    arguments = {"age": 41, "new_bladder_change": None, "denies": ["emergency_nerves"]}
    assert [problem["where"] for problem in call(arguments)["problems"]] == ["new_bladder_change"]
    assert call(arguments | {"new_bladder_change": True, "not_sure": []})["urgency"] == "emergency"


def test_what_is_not_said_in_strict_arguments_is_asked_again():
    nothing = strict(bt.Profile())
    assert call(nothing) == call({})
    assert call(nothing)["ask"][0]["id"] == "where"
    assert call(nothing | {"not_sure_questions": ["where"]})["ask"][0]["id"] != "where"


# -- what the model is told --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_schema_is_json_schema_and_names_every_finding_with_its_words(dialect):
    Draft202012Validator.check_schema(SCHEMAS[dialect])
    text = json.dumps(SCHEMAS[dialect], ensure_ascii=False)
    for id_, finding in VOCABULARY.findings.items():
        assert f'"{id_}"' in text
        assert json.dumps(finding.text.rstrip("."), ensure_ascii=False)[1:-1] in text
    for checklist in VOCABULARY.checklists.values():
        assert checklist.question in text
        assert checklist.help in text


def test_a_clearance_is_taken_only_from_the_person_about_a_professional():
    strict_lines = SCHEMAS["strict"]["properties"]["present"]["description"].splitlines()
    clearances = [id_ for id_, finding in VOCABULARY.findings.items() if finding.clearance]
    assert clearances
    for id_ in clearances:
        (line,) = [line for line in strict_lines if line.startswith(f"{id_}: ")]
        for words in (line, SCHEMAS["standard"]["properties"][id_]["description"]):
            assert "Only if the person says a professional gave it." in words


def test_the_strict_schema_keeps_to_what_openai_and_anthropic_enforce():
    """OpenAI: all required, at most 5,000 properties, 10 levels, 1,000 enum values, 120,000 characters of names and
    values, 15,000 in an enum of over 250. Anthropic: no bounds of any kind, at most 16 unions, the fewer the better."""
    schema = SCHEMAS["strict"]
    nodes = list(_nodes(schema))
    allowed = {"type", "properties", "required", "additionalProperties", "items", "enum", "anyOf", "description"}
    assert {key for node in nodes for key in node} <= allowed | {"$ref", "$defs"}
    for node in nodes:
        if node.get("type") == "object":
            assert node["additionalProperties"] is False
            assert node["required"] == list(node["properties"])
        if "$ref" in node:
            assert list(node) == ["$ref"]
            assert node["$ref"] == "#/$defs/yes_no"
    enums = [node["enum"] for node in nodes if "enum" in node]
    numbers = [finding for finding in VOCABULARY.findings.values() if isinstance(finding, Number)]
    assert sum("anyOf" in node for node in nodes) == len(numbers) <= 12
    assert all(isinstance(node.get("type", ""), str) for node in nodes)
    assert sum(map(len, enums)) <= 1_000
    assert all(len("".join(map(str, enum))) <= 15_000 for enum in enums)
    assert len(json.dumps(schema)) <= 120_000
    assert "denies" not in schema["properties"]
    assert bt.tool_schema("strict")["strict"] is True


def _nodes(schema):
    """A schema and the schemas in it."""
    yield schema
    inner = [*schema.get("properties", {}).values(), *schema.get("$defs", {}).values(), *schema.get("anyOf", ())]
    for node in [*inner, *([schema["items"]] if "items" in schema else [])]:
        yield from _nodes(node)


def test_the_standard_schema_keeps_to_what_clients_of_gemini_read():
    """One type each, by its name; options are texts; no reference."""
    for node in _nodes(SCHEMAS["standard"]):
        assert isinstance(node["type"], str)
        assert all(isinstance(option, str) for option in node.get("enum", ()))
        assert node.keys().isdisjoint({"anyOf", "oneOf", "$ref", "$defs"})


def test_how_to_say_that_something_is_not_known_stands_where_no_framework_drops_it():
    tool = bt.tool_schema()
    assert "Leave out what has not been said; name in `not_sure` what they were asked and do not" in tool["description"]
    assert "description" not in tool["parameters"]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_names_and_description_fit_every_provider(dialect):
    tool = bt.tool_schema(dialect)
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name) for name in (tool["name"], *tool["parameters"]["properties"]))
    assert len(tool["description"]) <= 1_024
    assert len(json.dumps(tool, ensure_ascii=False).encode()) < 40_000


def test_every_range_step_and_option_stands_in_the_standard_schema():
    properties = SCHEMAS["standard"]["properties"]
    for id_, finding in VOCABULARY.findings.items():
        if isinstance(finding, Number):
            bounds = (properties[id_]["minimum"], properties[id_]["maximum"], properties[id_].get("multipleOf", 1))
            assert bounds == (finding.minimum, finding.maximum, finding.step)
        elif isinstance(finding, Choice):
            assert properties[id_]["enum"] == list(finding.options)


def test_the_schema_is_made_from_the_rulebook_that_is_given(tmp_path):
    book = small(tmp_path)
    tool = bt.tool_schema("strict", rulebook=book)
    assert set(tool["parameters"]["$defs"]["yes_no"]["enum"]) == book.vocabulary.yes_no
    assert bt.tool_schema(rulebook=book) != bt.tool_schema(rulebook=BOOK)
    assert call({"numb": True}, rulebook=book)["rulebook"]["id"] == "small"


@pytest.mark.parametrize(("word", "taken"), [("stiff", "present"), ("left", "not_said")])
def test_a_rulebook_with_a_word_of_the_strict_dialect_has_the_standard_one_only(tmp_path, word, taken):
    path = tmp_path / "book"
    small(path)
    for file in path.rglob("*.toml"):
        file.write_text(re.sub(rf"\b{word}\b", taken, file.read_text()))
    book = bt.load_rulebook(path)
    with pytest.raises(ValueError, match="use the standard dialect"):
        bt.tool_schema("strict", rulebook=book)
    schema = bt.tool_schema(rulebook=book)["parameters"]
    assert taken in json.dumps(schema)
    given = {"present": True} if taken == "present" else {"side": "not_said"}
    assert call(given, rulebook=book)["answers"] == given


def test_an_unknown_dialect_is_refused():
    with pytest.raises(ValueError, match="is no dialect; known: standard, strict"):
        bt.tool_schema("loose")
