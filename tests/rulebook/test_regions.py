"""Whose telephone numbers are printed: a region's own, or, with a notice, those of the one that a country lies in."""

from __future__ import annotations

import pickle
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import backtriage as bt
import pytest
from backtriage.adapters.command_line import main
from backtriage.adapters.http import create_app
from backtriage.adapters.mcp import create_server
from backtriage.adapters.mcp.tools import Toolbox
from starlette.testclient import TestClient

from small import small

BOOK = bt.default_rulebook()
NOTICE = BOOK.regions["EU"].notice
NUMB = {"new_bladder_change": True}
NOBODY = list(BOOK.vocabulary.checklists)
ORDINARY = {"age": 41, "pain_score": 3, "pain_duration_days": 9, "lower_back_pain": True, "denies": NOBODY}
COUNTRIES = [country for region in BOOK.regions.values() for country in region.countries]
MONDAY = datetime(2027, 3, 1, 9, tzinfo=UTC)
PROFILE = str(Path(__file__).parents[2] / "examples" / "profiles" / "cauda_equina.toml")


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_country_without_numbers_of_its_own_gets_those_of_its_region_with_a_notice(country):
    there, region = bt.assess(NUMB, region=country), bt.assess(NUMB, region="EU")
    assert there.action == region.action
    assert (there.region, there.notices, region.notices) == (country, (NOTICE,), ())
    assert there.to_dict()["notices"] == [NOTICE]


def test_every_member_of_the_union_and_of_the_area_has_numbers():
    union = re.findall("..", "ATBEBGCYCZDEDKEEESFIFRGRHRHUIEITLTLULVMTNLPLPTROSESISK")
    assert len(union) == 27
    for country in (*union, "IS", "LI", "NO"):
        assert "112" in BOOK.region(country).emergency


def test_the_notice_is_printed_and_said_where_and_only_where_numbers_are_anothers():
    for region, notice in (("DE", True), ("EU", False), ("GB", False), ("", False)):
        for answers in (NUMB, ORDINARY, {}):
            assessment = bt.assess(answers, region=region)
            assert (NOTICE in " ".join(str(assessment).split())) is notice
            assert [message.text for message in assessment.messages()].count(NOTICE) == notice
    told = bt.assess(NUMB, region="DE").messages()
    assert [message.address for message in told if message.text == NOTICE] == ["regions.DE.notice"]


def test_no_region_is_no_region_however_it_is_said():
    assert bt.assess(NUMB, region=None) == bt.assess(NUMB, region="") == bt.assess(NUMB)
    assert bt.assess(NUMB, region=None).region == ""


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ("UK", "GB"),
        ("uk", "GB"),
        ("England", "GB"),
        ("gb", "GB"),
        (" GB", "GB"),
        ("USA", "US"),
        ("de", "DE"),
        ("Ireland", "IE"),
    ],
)
def test_another_name_of_a_region_is_refused_with_its_code(code, meant):
    with pytest.raises(bt.ProfileError) as error:
        bt.assess(region=code)
    assert str(error.value) == f"region: unknown region `{code!r}`; did you mean `{meant}`?"


@pytest.mark.parametrize("code", ["XX", "none", ["GB"], 5, True, False, b"GB"])
def test_what_is_no_region_is_refused_with_those_that_are(code):
    with pytest.raises(bt.ProfileError, match="known: GB, IE, US, CA, AU, NZ, EU, and the countries of EU"):
        bt.assess(region=code)


# -- every face -------------------------------------------------------------------------------------------------------


def interviewed(region):
    interview = bt.Interview(region=region)
    interview.answer(**NUMB)
    return bt.Interview.from_dict(interview.to_dict()).assessment


def trained(region):
    session = bt.ExerciseSession(bt.assess(ORDINARY, region=region))
    return bt.ExerciseSession.from_dict(session.to_dict()).assessment


def seen_again(region):
    first = bt.assess(ORDINARY, region=region).to_dict()
    return bt.reassess(first, NUMB, previous_at=MONDAY, at=MONDAY + timedelta(days=3)).assessment


FACES = {
    "a profile": lambda region: bt.assess(NUMB, region=region),
    "a pickle": lambda region: pickle.loads(pickle.dumps(bt.assess(NUMB, region=region))),  # noqa: S301 - our own
    "an interview that was kept": interviewed,
    "a session that was kept": trained,
    "a second contact": seen_again,
}


@pytest.mark.parametrize("face", FACES.values(), ids=FACES)
def test_whatever_makes_an_assessment_keeps_the_country_and_its_notice(face):
    assert (face("DE").region, face("DE").notices) == ("DE", (NOTICE,))
    assert (face(None).region, face(None).notices) == ("", ())
    with pytest.raises(bt.ProfileError, match="did you mean `GB`"):
        face("UK")


def test_tools_say_the_notice():
    for told in (bt.call_tool(NUMB, region="DE"), Toolbox(rulebook=BOOK, region="DE").call("assess", NUMB)):
        assert {"text": NOTICE, "word_for_word": False} in told["say"]
        assert "112" in told["say"][0]["text"]
    assert bt.call_tool(NUMB, region=None) == bt.call_tool(NUMB)
    for make in (lambda: bt.call_tool(NUMB, region="UK"), lambda: create_server(region="UK")):
        with pytest.raises(bt.ProfileError, match="did you mean `GB`"):
            make()


def test_the_words_of_a_message_are_read_with_a_countrys_numbers():
    german, none = (bt.read_message("I want to kill myself now", region=region) for region in ("DE", None))
    assert german.locked == bt.read_message("I want to kill myself now", region="EU").locked != none.locked


def test_the_service_takes_a_country_and_null_and_hints():
    client = TestClient(create_app())
    said = client.post("/assess", json={"profile": NUMB, "region": "DE"}).json()
    assert said["notices"] == [NOTICE]
    assert NOTICE in [message["text"] for message in said["messages"]]
    assert client.post("/assess", json={"profile": NUMB, "region": None}).json()["region"] == ""
    screen = client.post("/interview", json={"region": "DE"}).json()
    assert NOTICE in [message["text"] for message in screen["messages"]]
    assert client.post("/session", json={"profile": ORDINARY, "region": None}).status_code == 200
    refusal = client.post("/interview", json={"region": "UK"})
    assert (refusal.status_code, refusal.json()["problems"][0]["hint"]) == (422, "did you mean `GB`?")
    regions = client.get("/openapi.json").json()["components"]["schemas"]["Assess"]["properties"]["region"]["enum"]
    assert {"DE", "GB", "", None} <= set(regions)


def test_the_command_line_prints_the_notice(capsys):
    main(["assess", PROFILE, "--region", "DE"])
    assert NOTICE in " ".join(capsys.readouterr().out.split())
    assert main(["assess", PROFILE, "--region", "UK"]) == 2
    assert "did you mean `GB`?" in capsys.readouterr().err


# -- rules ------------------------------------------------------------------------------------------------------------


NORTH = """[region.NORTH]
name = "North"
emergency = "1"
urgent = "2"
crisis = "3"
poison = "4"
countries = ["AA", "BB"]
notice = "These are the numbers of the North."

[region.none]"""


def test_a_rulebook_says_which_countries_a_region_stands_in_for(tmp_path):
    own = small(tmp_path, ("[region.none]", NORTH))
    assert own.region("BB").emergency == "1"
    assert bt.assess(rulebook=own, region="AA").notices == ("These are the numbers of the North.",)
    with pytest.raises(bt.ProfileError, match="known: NORTH, and the countries of NORTH"):
        own.region("DE")


def test_a_country_has_one_region_and_is_told_of_it(tmp_path):
    south = NORTH.replace("NORTH", "SOUTH").replace("AA", "CC").replace(NORTH.splitlines()[-3], "")
    with pytest.raises(bt.RulebookError) as error:
        small(tmp_path, ("[region.none]", south), ("[region.none]", NORTH))
    told = {problem.what for problem in error.value.problems}
    assert told == {"region NORTH: country `BB` is one of SOUTH", "region SOUTH: no notice"}
