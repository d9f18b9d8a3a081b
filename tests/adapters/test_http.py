"""The service over HTTP: the same answers as the library, a clear refusal for everything else, and nothing kept."""

from __future__ import annotations

import json
import logging
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec

import backtriage as bt
import pytest
from backtriage.adapters import fhir
from backtriage.testing.strategies import profiles
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if find_spec("starlette") is None or find_spec("uvicorn") is None:
    pytest.skip("starlette or uvicorn is not installed: pip install -e '.[http]'", allow_module_level=True)

import uvicorn
from backtriage.adapters.http import cds_hooks, create_app, limits, reading, serve
from backtriage.adapters.http.app import application
from backtriage.adapters.http.assets import read_assets
from backtriage.adapters.http.service import Service
from backtriage.sessions.session_log import MAX_REPORTS
from starlette.testclient import TestClient

APP = create_app()
CLIENT = TestClient(APP)
JSON = {"content-type": "application/json"}
BOOK = bt.default_rulebook()
NOBODY = list(BOOK.vocabulary.checklists)
ORDINARY = {"age": 41, "pain_score": 2, "pain_duration_days": 20, "lower_back_pain": True, "denies": NOBODY}
SERVICE = f"/cds-services/{cds_hooks.ID}"
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def sent(path: str, content: bytes, client: TestClient = CLIENT):
    return client.post(path, content=content, headers=JSON)


def begun(**answers: object) -> dict:
    """The screen of an interview in which something has been said."""
    screen = CLIENT.post("/interview", json={}).json()
    if not answers:
        return screen
    return CLIENT.post("/interview", json={"interview": screen["interview"], "turn": 0, "say": answers}).json()


def refused(response, status: int) -> list[str]:
    """What the problems of a refusal say."""
    assert response.status_code == status, response.text
    problems = response.json()["problems"]
    assert problems
    assert all(set(one) == {"where", "what", "hint"} for one in problems)
    return [f"{one['where']}: {one['what']}" for one in problems]


# -- the same answers as the library -----------------------------------------------------------------------------------


@QUICK
@given(profiles())
def test_an_assessment_over_http_is_the_one_of_the_library(profile):
    response = CLIENT.post("/assess", json={"profile": profile.to_dict(), "region": "GB"})
    assert response.status_code == 200
    data = response.json()
    assessment = bt.assess(profile, region="GB")
    assert [one["text"] for one in data.pop("messages")] == [one.text for one in assessment.messages()]
    assert data == json.loads(assessment.to_json())


def test_every_problem_comes_back_as_the_library_tells_it():
    wrong = {"age": True, "feverr": 1, "pain_score": "7", "denies": "emergency_nerves"}
    with pytest.raises(bt.ProfileError) as error:
        bt.assess(wrong)
    response = CLIENT.post("/assess", json={"profile": wrong})
    assert response.status_code == 422
    told = [(one["where"], one["what"], one["hint"]) for one in response.json()["problems"]]
    assert told == [(one.where, one.what, one.hint) for one in error.value.problems]


@QUICK
@given(st.data())
def test_an_interview_goes_on_at_any_server(data):
    """Every step goes to another server: nothing is kept between two of them."""
    interview = bt.Interview(region="GB")
    screen = TestClient(APP).post("/interview", json={"region": "GB"}).json()
    for _ in range(data.draw(st.integers(1, 6))):
        assert screen["question"] == (interview.question.to_dict() if interview.question else None)
        assert (screen["turn"], screen["done"]) == (interview.turn, interview.done)
        if interview.done:
            break
        do = data.draw(st.sampled_from(["answer", "skip", "none"]))
        step: dict = {"interview": screen["interview"], "turn": screen["turn"]}
        if do == "none" and interview.question.kind == "checklist":
            interview.answer("none")
            step["answer"] = "none"
        elif do == "answer":
            interview.answer(fever_or_shivers=True)
            step["say"] = {"fever_or_shivers": True}
        else:
            interview.skip()
            step["do"] = "skip"
        response = TestClient(create_app()).post("/interview", json=step)
        assert response.status_code == 200, response.text
        screen = response.json()
    assert screen["interview"] == interview.to_dict()


def test_who_stops_is_told_what_to_do_and_can_go_back():
    first = begun(lower_back_pain=True, denies=["where"])
    kept = {"interview": first["interview"], "turn": first["turn"]}
    stopped = CLIENT.post("/interview", json={**kept, "do": "stop"}).json()
    assert (stopped["done"], stopped["question"], stopped["urgency"]) == (True, None, None)
    assert (stopped["action"]["kind"], stopped["action"]["level"]) == ("not_ruled_out", "same_day")
    kept = {"interview": stopped["interview"], "turn": stopped["turn"]}
    back = CLIENT.post("/interview", json={**kept, "do": "back"}).json()
    assert back["question"] == first["question"]
    assert back["question"]["items"]["new_bladder_change"]


def test_a_line_comes_with_what_it_means():
    screen = begun(lower_back_pain=True, denies=["where", "emergency_nerves"])
    assert screen["question"]["item_help"]["new_abdominal_pain"] == "Not long-known cramps."


def test_locked_messages_come_word_for_word_and_first():
    screen = begun(suicidal_thoughts=True, new_bladder_change=True)
    locked = [one["text"] for one in screen["messages"] if one["locked"]]
    told = bt.assess(suicidal_thoughts=True, new_bladder_change=True).action.locked
    assert tuple(locked[: len(told)]) == told
    assert screen["done"]


def test_the_plan_names_every_exercise_with_its_status_and_a_reason():
    screen = begun(**ORDINARY)
    cards = {card["id"]: card for card in screen["plan"]["exercises"]}
    assessment = bt.assess(ORDINARY)
    assert {id_: card["status"] for id_, card in cards.items()} == {
        id_: assessment.status(id_) for id_ in BOOK.exercises
    }
    assert all(card["why"] for card in cards.values())
    allowed = [card for card in cards.values() if card["status"] == "allowed"]
    assert all(card["dose"] and card["steps"] for card in allowed)
    assert screen["plan"]["session"] == [entry.exercise.id for entry in assessment.session]


def test_an_exercise_session_says_when_to_stop():
    one = CLIENT.post("/session", json={"profile": ORDINARY, "region": "GB"}).json()
    assert one["instruction"] is None
    two = CLIENT.post(
        "/session",
        json={"session": one["session"], "report": {"at": "2026-11-21T09:00:00Z", "answers": {"pain_score": 2}}},
    ).json()
    assert two["instruction"]["kind"] == "go_on"
    report = {"at": "2026-11-21T09:05:00Z", "move": "pelvic_tilt", "answers": {"pain_score": 5}}
    three = CLIENT.post("/session", json={"session": two["session"], "report": report}).json()
    assert three["instruction"]["kind"] == "stop_move"
    finish = {"at": "2026-11-21T09:30:00Z", "answers": {"exercise_new_weakness": True}}
    four = CLIENT.post("/session", json={"session": three["session"], "finish": finish}).json()
    assert four["record"]["instruction"]["kind"] == "stop_everything"
    assert {stop["rule"] for stop in four["record"]["stops"]} == {"stop-move", "stop-weakness"}


def test_no_session_without_an_allowed_exercise():
    assert (
        "no exercise is allowed" in refused(CLIENT.post("/session", json={"profile": {"sepsis_signs": True}}), 422)[0]
    )


# -- bad input and faults ----------------------------------------------------------------------------------------------

DEEP = b'{"profile": ' + b'{"age": ' * 50_000 + b"1" + b"}" * 50_001
BAD = [
    (b"", 400, "not JSON"),
    (b"{", 400, "not JSON"),
    (b"\xff\xfe", 400, "not JSON"),
    (b'{"profile": {"age": NaN}}', 400, "not JSON"),
    (b'{"profile": {"age": 1e999}}', 422, "not a number"),
    (b'{"profile": {"age": ' + b"9" * 5_000 + b"}}", 400, "not JSON"),
    (b"[]", 422, "not a JSON object"),
    (b"null", 422, "not a JSON object"),
    (DEEP, 400, "nested too deeply"),
    (b"[" * 100_000, 400, "nested too deeply"),
    (b'{"profile": {"age": 41, "age": 14}}', 422, "age: given twice"),
    (b'{"profile": {}, "profile": {}}', 422, "profile: given twice"),
    (b'{"profile": []}', 422, "not an object"),
    (b'{"profile": {}, "region": 5}', 422, "not a text"),
    (b'{"profile": {}, "region": "XX"}', 422, "unknown region"),
    (b'{"profile": {}, "regoin": "GB"}', 422, "unknown key `regoin`"),
    (b'{"profile": {"\\ud800": true}}', 422, "unknown finding"),
    (b'{"\\ud800": true}', 422, "unknown key"),
    (b"{}", 422, "`profile` is missing"),
]


@pytest.mark.parametrize(("content", "status", "what"), BAD)
def test_a_body_that_cannot_be_used_is_refused_with_its_reason(content, status, what):
    assert any(what in problem for problem in refused(sent("/assess", content), status))


@pytest.mark.parametrize("path", ["/assess", "/interview", "/session", SERVICE])
@pytest.mark.parametrize("announced", [True, False], ids=["announced", "in pieces"])
def test_ten_megabytes_are_refused(path, announced):
    content = b'{"profile": "' + b"x" * 10_000_000 + b'"}'
    pieces = (content[start : start + 65_536] for start in range(0, len(content), 65_536))
    assert refused(sent(path, content if announced else pieces), 413) == ["body: too large"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_only_json_is_read(kind):
    """A form of another site can send these without asking first."""
    refused(CLIENT.post("/assess", content=b"{}", headers={"content-type": kind}), 415)


def test_a_flood_of_wrong_names_is_answered_in_short():
    flood = {"profile": {f"wrong_{number}": True for number in range(30_000)}}
    response = CLIENT.post("/assess", json=flood)
    assert len(refused(response, 422)) == 101
    assert "29900 more problems" in response.text


def test_another_window_has_answered():
    screen = begun(age=41)
    response = CLIENT.post("/interview", json={"interview": screen["interview"], "turn": 0, "say": {"age": 50}})
    assert refused(response, 409) == ["turn: `0` is over, it is turn 1"]
    assert response.json()["current"] == screen


@pytest.mark.parametrize(
    "forge",
    [
        lambda kept: {**kept, "turn": -1},
        lambda kept: {**kept, "steps": "none"},
        lambda kept: {**kept, "steps": [{"answers": {"age": "41"}}]},
        lambda kept: {**kept, "steps": [{}] * 501},
        lambda kept: {**kept, "rulebook": {"id": 1}},
        lambda kept: {**kept, "region": "\ud800"},
        lambda kept: {**kept, "format": 2},
        lambda kept: {**kept, "urgency": "self_care"},
        lambda _: {},
        lambda _: {"steps": [{"answers": {"a" * 900_000: 1}}]},
    ],
)
def test_a_forged_interview_is_refused(forge):
    kept = begun(age=41)["interview"]
    step = {"interview": forge(kept), "turn": 1, "do": "skip"}
    refused(sent("/interview", json.dumps(step).encode()), 422)  # httpx cannot write a lone surrogate


def test_an_interview_under_another_rulebook_says_so():
    kept = begun(age=41)["interview"]
    old = {**kept, "rulebook": {"id": "backtriage", "version": "0.0.1", "digest": "0" * 64}}
    screen = CLIENT.post("/interview", json={"interview": old}).json()
    assert "begun with" in screen["notices"][0]["what"]


@pytest.mark.parametrize(
    "step",
    [
        {"do": "skip"},
        {"turn": True, "do": "skip"},
        {"turn": 1, "do": "to_dict"},
        {"turn": 1, "do": ["skip"]},
        {"turn": 1, "do": "skip", "answer": 1},
        {"turn": 1, "do": "go_on"},
        {"turn": 1, "say": {"turn": 1}},
        {"turn": 1, "say": {"self": 1}},
        {"turn": 1, "say": {"value": 1}},
        {"turn": 1, "say": {"not_sure": []}, "not_sure": []},
        {"turn": 1, "say": [1]},
        {"turn": 1, "answer": {"where": []}},
        {"turn": 1, "answer": {"where": {"neck_pain": True}}},
        {"turn": 1, "answer": []},
        {"turn": 1, "not_sure": 5},
    ],
)
def test_a_step_that_is_none_changes_nothing(step):
    refused(CLIENT.post("/interview", json={"interview": begun(age=41)["interview"], **step}), 422)


@pytest.mark.parametrize(
    "at", ["", "now", "2026-11-21T09:00:00", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", 5, None]
)
def test_a_session_wants_a_time_with_a_zone(at):
    kept = CLIENT.post("/session", json={"profile": ORDINARY}).json()["session"]
    refused(CLIENT.post("/session", json={"session": kept, "report": {"at": at}}), 422)
    refused(CLIENT.post("/session", json={"session": kept, "finish": {"at": at}}), 422)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"profile": ORDINARY, "session": {}},
        {"session": {}},
        {"session": {"reports": [{}] * 600}},
        {"profile": ORDINARY, "report": {"move": "pelvic_tilt"}},
        {"profile": ORDINARY, "report": {"at": "2026-11-21T09:00:00Z", "answers": {"self": 1}}},
        {"profile": ORDINARY, "finish": {"at": "2026-11-21T09:00:00Z", "answers": {"self": 1, "at": 1}}},
        {"profile": ORDINARY, "report": {"at": "2026-11-21T09:00:00Z", "move": "sit_up"}},
    ],
)
def test_a_forged_session_is_refused(body):
    refused(CLIENT.post("/session", json=body), 422)


def test_a_session_takes_as_many_reports_over_http_as_in_the_library():
    kept = CLIENT.post("/session", json={"profile": ORDINARY}).json()["session"]
    told = [
        {"at": f"2026-11-21T09:{n // 60:02}:{n % 60:02}Z", "move": "", "answers": {}} for n in range(MAX_REPORTS + 1)
    ]
    whole = CLIENT.post("/session", json={"session": {**kept, "reports": told[1:]}})
    assert (whole.status_code, whole.json()["instruction"]["kind"]) == (200, "go_on")
    refused(CLIENT.post("/session", json={"session": {**kept, "reports": told}}), 422)


class Broken(Service):
    """A service with a fault in it, whose words and values hold answers."""

    def assess(self, body):
        age = body["profile"]["age"]
        raise RuntimeError(f"secret-{age}")


def test_a_fault_inside_gives_no_result_and_tells_nobody_the_answers(caplog):
    app = TestClient(application(Broken(rulebook=BOOK)))
    with caplog.at_level(logging.DEBUG, logger="backtriage"):
        response = app.post("/assess", json={"profile": {"age": 97}})
    assert "there is no result" in refused(response, 503)[0]
    assert "RuntimeError at" in caplog.text
    assert "secret" not in caplog.text + response.text


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nothing", 404), ("GET", "/assess", 405), ("PUT", "/", 405)]
)
def test_nothing_is_where_nothing_is(method, path, status):
    refused(CLIENT.request(method, path), status)


# -- privacy and safety of the browser ---------------------------------------------------------------------------------


def test_no_answer_is_logged(caplog):
    secret = {"age": 97, "suicidal_thoughts": True, "new_bladder_change": True}
    with caplog.at_level(logging.DEBUG):
        CLIENT.post("/assess?age=97&suicidal_thoughts=1", json={"profile": secret})
        CLIENT.post("/assess", json={"profile": {**secret, "feverr": 1}})
        CLIENT.post("/interview", json={"interview": begun(**secret)["interview"]})
        CLIENT.post("/session", json={"profile": secret})
        CLIENT.get("/97/suicidal_thoughts")
        CLIENT.request("AGE97", "/assess")
    ours = [record.getMessage() for record in caplog.records if record.name.startswith(("backtriage", "uvicorn"))]
    assert len(ours) >= 6
    assert not [line for line in ours if re.search(r"97|suicid|bladder|feverr|\?", re.sub(r"[\d.]+ ms", "", line))]


def test_every_answer_keeps_the_browser_safe():
    responses = [CLIENT.get(path) for path in ("/", "/page.js", "/health", "/nothing")]
    responses += [
        CLIENT.post("/assess", json={"profile": {}}),
        sent("/assess", b"{"),
        sent("/assess", b"x" * 2_000_000),
    ]
    for response in responses:
        policy = response.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-origin" not in response.headers
        assert "server" not in response.headers
    assert responses[4].headers["cache-control"] == "no-store"


def test_another_site_is_let_in_only_by_name():
    there = {"origin": "https://ehr.example", "access-control-request-method": "POST"}
    assert CLIENT.options("/assess", headers=there).status_code == 405
    app = TestClient(create_app(origins=["https://ehr.example"]))
    assert app.options("/assess", headers=there).headers["access-control-allow-origin"] == "https://ehr.example"
    assert "access-control-allow-origin" not in app.get("/health", headers={"origin": "https://other.example"}).headers


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", ["/cds-services", SERVICE])
def test_a_client_of_cds_hooks_in_a_browser_may_send_its_token(method, path):
    app = TestClient(create_app(origins=["https://ehr.example"]))
    origin = {"origin": "https://ehr.example"}
    asks = {"access-control-request-method": method, "access-control-request-headers": "authorization,content-type"}
    response = app.options(path, headers={**origin, **asks})
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == origin["origin"]
    assert method in response.headers["access-control-allow-methods"]
    assert "authorization" in response.headers["access-control-allow-headers"].lower()
    elsewhere = app.options(path, headers={**asks, "origin": "https://other.example"})
    assert "access-control-allow-origin" not in elsewhere.headers


@pytest.mark.parametrize("path", ["/assess/", "/interview/", "/health/", "/figures/walking.svg/"])
def test_nobody_is_sent_on_to_a_host_that_the_client_has_named(path):
    for method in ("GET", "POST"):
        response = CLIENT.request(method, path, headers={"host": "evil.example"}, follow_redirects=False)
        refused(response, 404)
        assert "evil.example" not in f"{response.headers}{response.text}"


def test_the_page_is_small_and_asks_nobody_else():
    assets = read_assets()
    assert {"index.html", "page.js", "style.css"} <= assets.keys()
    assert sum(len(asset.content) for asset in assets.values()) <= 100_000
    for name, asset in assets.items():
        elsewhere = re.findall(rb"https?://[^\"'\s]+|//[a-z0-9.-]+\.[a-z]{2,}/", asset.content)
        assert set(elsewhere) <= {b"http://www.w3.org/2000/svg"}, name
        response = CLIENT.get("/" if name == "index.html" else f"/{name}")
        assert response.content == asset.content
        again = CLIENT.get(
            "/" if name == "index.html" else f"/{name}", headers={"if-none-match": response.headers["etag"]}
        )
        assert (again.status_code, again.content) == (304, b"")


def test_every_offered_exercise_has_its_drawing():
    cards = begun(**ORDINARY)["plan"]["exercises"]
    for card in cards:
        if card["status"] == "allowed":
            drawing = CLIENT.get(f"/{card['figure']['src']}")
            assert drawing.headers["content-type"] == "image/svg+xml"
            assert card["figure"]["alt"] in drawing.text
    refused(CLIENT.get("/figures/sit_up.svg"), 404)
    refused(CLIENT.get("/figures/..%2f..%2fetc%2fpasswd.svg"), 404)


# -- CDS Hooks ---------------------------------------------------------------------------------------------------------


INSTANCE, ANOTHER = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", "0d1577c6-9dfb-e44a-dba6-d3e05e953b2e"
HOOK = {"hook": "patient-view", "hookInstance": INSTANCE, "context": {"userId": "Practitioner/1", "patientId": "1"}}


def response_of(*items: object) -> dict[str, object]:
    questionnaire = fhir.canonical("questionnaire")
    kind = {"resourceType": "QuestionnaireResponse", "questionnaire": questionnaire, "status": "completed"}
    return {**kind, "item": list(items)}


AGE = {"linkId": "age", "answer": [{"valueInteger": 41}]}


def test_discovery_names_the_service():
    (service,) = CLIENT.get("/cds-services").json()["services"]
    assert {"hook", "title", "description", "id"} <= service.keys()
    assert CLIENT.post(f"/cds-services/{service['id']}", json={}).status_code == 422


@QUICK
@given(profiles())
def test_a_card_is_never_calmer_than_what_is_possible(profile):
    assessment = bt.assess(profile)
    assert len(cds_hooks.summary(assessment)) <= 140
    indicator = cds_hooks.indicator(assessment)
    assert (indicator == "critical") == (assessment.at_least >= bt.Urgency.SAME_DAY)
    if indicator == "info":
        assert assessment.settled
        assert assessment.could_be <= bt.Urgency.ROUTINE


def test_a_card_says_what_to_do_and_who_says_so():
    prefetch = {"answers": response_of(AGE)}
    (card,) = CLIENT.post(SERVICE, json={**HOOK, "prefetch": prefetch}).json()["cards"]
    assessment = bt.assess(age=41)
    assert uuid.UUID(card["uuid"])
    assert str(assessment.rulebook) in card["source"]["label"]
    assert card["detail"].split("\n\n") == [message.text for message in assessment.messages()]


@pytest.mark.parametrize("prefetch", [None, {}, {"answers": None}, {"answers": {"resourceType": "Bundle"}}])
def test_no_answers_is_no_result(prefetch):
    (card,) = CLIENT.post(SERVICE, json={**HOOK, "prefetch": prefetch}).json()["cards"]
    assert card["indicator"] == "warning"
    assert "not settled" in card["summary"]


def test_the_same_request_gives_the_same_card():
    one, two = ({**HOOK, "prefetch": {"answers": response_of(AGE)}} for _ in range(2))
    assert CLIENT.post(SERVICE, json=one).json() == CLIENT.post(SERVICE, json=two).json()
    other = CLIENT.post(SERVICE, json={**two, "hookInstance": ANOTHER}).json()
    assert other["cards"][0]["uuid"] != CLIENT.post(SERVICE, json=one).json()["cards"][0]["uuid"]


@pytest.mark.parametrize(
    "answers",
    [
        response_of({"linkId": "feverr", "answer": [{"valueBoolean": True}]}),
        response_of(AGE, AGE),
        response_of({"linkId": "age", "answer": "41"}),
        {**response_of(AGE), "questionnaire": "urn:of:another"},
        {"resourceType": "Bundle", "entry": [{"resource": response_of(AGE)}] * 2},
        {"resourceType": "Bundle", "entry": [{"resource": "41"}]},
        {"resourceType": "Patient"},
        [],
    ],
)
def test_an_answer_that_is_not_understood_is_never_dropped(answers):
    refused(CLIENT.post(SERVICE, json={**HOOK, "prefetch": {"answers": answers}}), 422)


@pytest.mark.parametrize("wrong", [{"hook": "order-sign"}, {"hookInstance": "x"}, {"context": None}, {"prefetch": 5}])
def test_another_hook_is_refused(wrong):
    refused(CLIENT.post(SERVICE, json={**HOOK, **wrong}), 422)


# -- a real server on a real socket ------------------------------------------------------------------------------------


def test_the_command_serves_and_logs_no_answer():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "backtriage", "serve", "--port", str(port)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)  # noqa: S603 - our own command
    body = b'{"profile": {"age": 97, "feverr": true}}'
    head = f"POST /assess?age=97 HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {len(body)}\r\n"
    for _ in range(200):
        try:
            answer = spoken(("127.0.0.1", port), f"{head}content-type: application/json\r\n\r\n".encode() + body)
            break
        except ConnectionRefusedError:
            time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, logged = process.communicate(timeout=10)
    assert answer.startswith(b"HTTP/1.1 422")
    assert process.returncode == 0
    assert "POST /assess 422" in logged
    own = r"^\S+ \S+ |\[\d+\]|:\d+|[\d.]+ ms"  # the time, the process, the port and how long it took are no answers
    assert not re.search(r"97|feverr", re.sub(own, "", logged, flags=re.MULTILINE)), logged


@pytest.mark.parametrize(("package", "call"), [("starlette", create_app), ("uvicorn", serve)])
def test_without_the_extra_it_says_what_to_install(monkeypatch, package, call):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(bt.MissingExtra, match=rf"^{package} is not installed; .* pip install -e '\.\[http\]'"):
        call()


@contextmanager
def serving(**settings: object):
    """A server in this process, and its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4_096)  # an answer that is not read fills it
    server = uvicorn.Server(uvicorn.Config(create_app(), **{**limits.UVICORN, **settings}))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield server.server_state, listening.getsockname()
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listening.close()
        assert not thread.is_alive()


@pytest.fixture
def address(monkeypatch):
    """The address of a server whose patience is short."""
    monkeypatch.setattr(reading, "MAX_WAIT", 0.3)
    monkeypatch.setattr(limits, "MAX_IDLE", 0.5)
    with serving(timeout_keep_alive=1) as (_, found):
        yield found


def spoken(address, text: bytes) -> bytes:
    """What a client that sends some bytes, and then hangs, gets until the server hangs up."""
    with socket.create_connection(address, timeout=10) as client:
        client.sendall(text)
        found = b""
        while part := client.recv(65_536):
            found += part
            if b"\r\n\r\n" in found and b"408" in found[:20]:
                break
        return found


def test_a_client_that_hangs_is_let_go_and_keeps_nobody_waiting(address):
    head = b"POST /assess HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n"
    answered: dict[bytes, bytes] = {}
    whole = b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n"
    hanging = [b"", b"POST /assess HT", head, head + b'{"profile"', whole + whole[:9]]
    threads = [
        threading.Thread(target=lambda text=text: answered.update({text: spoken(address, text)})) for text in hanging
    ]
    for thread in threads:
        thread.start()
    time.sleep(0.05)
    assert b"200 OK" in spoken(address, b"GET /health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
    for thread in threads:
        thread.join(timeout=10)
    assert [answered[text].split(b" ")[1:2] for text in hanging] == [[], [], [b"408"], [b"408"], [b"200"]]


CLOSE = b"connection: close\r\n\r\n"
HEALTH = b"GET /health HTTP/1.1\r\nhost: x\r\n" + CLOSE
LARGE = b"GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n"


def until(reached: Callable[[], bool]) -> bool:
    """Whether something comes about before a time that only a fault takes."""
    end = time.monotonic() + 20
    while not reached() and time.monotonic() < end:
        time.sleep(0.01)
    return reached()


def deaf(address, stack: ExitStack, asked: bytes = LARGE * 2) -> socket.socket:
    """A client that asks for more than the buffers take, and never reads."""
    client = stack.enter_context(socket.socket())
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    client.connect(address)
    client.sendall(asked)
    return client


def unread(state) -> int:
    """How many connections hold something that their clients have not read."""
    return sum(one.transport.get_write_buffer_size() > 0 for one in list(state.connections))


@pytest.mark.parametrize("asked", [LARGE, LARGE * 2, LARGE[:-2] + CLOSE], ids=["once", "on and on", "to be closed"])
def test_a_client_that_does_not_read_is_let_go(monkeypatch, asked):
    monkeypatch.setattr(limits, "MAX_UNREAD", 0.3, raising=False)
    with serving(timeout_keep_alive=1) as (state, address), ExitStack() as stack:
        deaf(address, stack, asked)
        assert until(lambda: unread(state))
        assert until(lambda: not state.connections)


def test_who_reads_late_gets_all_of_it():
    with serving() as (state, address), ExitStack() as stack:
        client = deaf(address, stack, LARGE + HEALTH)
        assert until(lambda: unread(state))
        client.settimeout(20)
        found = b"".join(iter(lambda: client.recv(1_000_000), b""))
        assert found.count(b"HTTP/1.1 200 OK") == 2


def test_clients_that_hang_and_do_not_read_lock_nobody_out():
    """Nobody here loses patience while the test runs: the places for new clients are made by those who wait longest."""
    with serving(limit_concurrency=24) as (state, address), ExitStack() as stack:
        for _ in range(20):
            deaf(address, stack)
        assert until(lambda: unread(state) == 20)
        for _ in range(20):
            stack.enter_context(socket.create_connection(address))
        answers = [spoken(address, HEALTH).split(b"\r\n")[0] for _ in range(40)]
        assert answers == [b"HTTP/1.1 200 OK"] * 40
        assert len(state.connections) <= 24


def test_uvicorn_logs_no_query_although_somebody_listens(address, caplog):
    with caplog.at_level(logging.DEBUG, logger="uvicorn.access"):
        spoken(address, b"GET /health?age=97 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
    assert "age=97" not in caplog.text


def test_many_at_once_get_each_their_own_answer(address):
    host, port = address
    wrong: list[int] = []

    def ask(age: int) -> None:
        body = json.dumps({"profile": {"age": age}}).encode()
        head = "POST /assess HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n"
        answer = spoken((host, port), f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)
        if json.loads(answer.partition(b"\r\n\r\n")[2])["profile"] != {"age": age}:
            wrong.append(age)

    threads = [threading.Thread(target=ask, args=(age,)) for age in range(20, 60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert not wrong
