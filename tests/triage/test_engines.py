"""The engines agree on everything, in threads, after a fork, in asyncio, and in a process whose first profile fires
nothing."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import backtriage as bt
import pytest
from backtriage.findings.compiling import compiled
from backtriage.findings.finding import Choice, Number
from backtriage.triage.verdicts import Verdicts
from hypothesis import given

from expected_results import PEOPLE, ROWS, profile_of
from small import small
from strategies import BOOK, VOCABULARY, profiles

durable = pytest.importorskip("backtriage.triage.engines.durable", reason="durable-rules needs a C compiler to install")

FIRST_CHOICE = "[[choice]]"
FIRST_RULE = '[[rule]]\nid = "o-more"'
RULE = """
[[rule]]
id = "{id}"
title = "{id}"
when = "{when}"
advise = "Rest."
evidence = "unverified"
fires = [{fires}]
spares = [{{ {spared} = false }}]
"""


def rule(id_: str, when: str, present: list[str]) -> str:
    fires = ", ".join(f"{finding} = true" for finding in present)
    return RULE.format(id=f"r-{id_}", when=when, fires=f"{{ {fires} }}", spared=present[0])


def everything(value: object) -> bt.Profile:
    """Every yes/no finding answered the same, and every number that is then asked at its greatest."""
    answers: dict[str, object] = {}
    for id_, finding in VOCABULARY.findings.items():
        if finding.kind != "yes_no" and value is False and VOCABULARY.gates_of(id_):
            continue
        if isinstance(finding, Number):
            answers[id_] = int(finding.maximum)
        elif isinstance(finding, Choice):
            answers[id_] = next(iter(finding.options))
        else:
            answers[id_] = value
    return bt.Profile(answers)


def same(profile: bt.Profile) -> None:
    one = json.loads(bt.assess(profile, engine="durable").to_json())
    two = json.loads(bt.assess(profile, engine="reference").to_json())
    assert (one.pop("engine"), two.pop("engine")) == ("durable", "reference")
    assert one == two


@given(profiles())
def test_the_engines_agree_on_the_whole_assessment(profile):
    same(profile)


@pytest.mark.parametrize(
    "profile", [bt.Profile(), everything(True), everything(False)], ids=["empty", "all present", "all absent"]
)
def test_the_engines_agree_at_the_extremes(profile):
    same(profile)


def test_the_engines_agree_on_every_expected_person():
    for entry in (*ROWS, *PEOPLE):
        same(profile_of(entry))


def test_durable_is_the_default_where_it_is_installed():
    assert bt.assess().engine == "durable"


def test_rulesets_are_packed_so_that_no_profile_reaches_the_limits_of_durable():
    conditions = {rule.id: rule.when for rule in BOOK.rules}
    packs = list(durable.packed(conditions))
    assert sorted(name for pack in packs for name in pack) == sorted(conditions)
    assert max(map(len, packs)) <= durable.MAX_CONDITIONS


def test_rules_that_ask_for_more_than_one_fact_can_hold_are_spread_and_agree(tmp_path):
    findings = [f"f{number}" for number in range(300)]
    some = [findings[first : first + 5] for first in range(0, 300, 5)]
    definitions = "".join(
        f'[[definition]]\nid = "d{part}"\nwhen = "{" and ".join(findings[part::3])}"\n' for part in range(3)
    )
    rules = rule("wide", "d0 and d1 and d2", findings) + "".join(rule(ids[0], " and ".join(ids), ids) for ids in some)
    book = small(
        tmp_path,
        ('asking_order = ["signs"', f'asking_order = ["signs", {", ".join(map(json.dumps, findings))}'),
        (FIRST_CHOICE, "".join(f'[[yes_no]]\nid = "{id_}"\ntext = "{id_}"\n' for id_ in findings) + FIRST_CHOICE),
        (FIRST_RULE, f"{definitions}{rules}{FIRST_RULE}"),
    )
    for missing in ((), ("f299",), ("f0", "f1")):
        answers = {id_: id_ not in missing for id_ in findings}
        a = bt.assess(answers, rulebook=book, engine="durable")
        assert ("r-wide" in {rule.id for rule in a.because}) is (not missing)
        assert a.because == bt.assess(answers, rulebook=book, engine="reference").because
    conditions = {rule.id: rule.when for rule in book.rules if rule.id != "r-wide"}
    for pack in durable.packed(conditions):
        assert len({atom.finding for id_ in pack for atom in conditions[id_].atoms()}) <= durable.MAX_FIELDS


def test_a_rule_that_an_engine_drops_raises_and_returns_nothing(monkeypatch):
    engine = durable.DurableEngine(BOOK)
    bladder = next(rule.when for rule in BOOK.rules if rule.id == "ces-bladder")
    fired, conditions = engine._fired, engine._conditions  # noqa: SLF001 - what the engine itself asks
    monkeypatch.setattr(engine, "_fired", lambda known: {name for name in fired(known) if conditions[name] != bladder})
    with pytest.raises(bt.EngineDisagreement) as caught:
        engine.evaluate(bt.Profile(new_bladder_change=True).known)
    assert caught.value.only_reference == ("ces-bladder",)
    assert caught.value.only_durable == ()


def test_compiled_conditions_are_the_conditions():
    evaluate = compiled([rule.when for rule in BOOK.rules])
    for entry in (*ROWS, *PEOPLE):
        known = profile_of(entry).known
        truths = [rule.when.holds(known) for rule in BOOK.rules]
        true, unknown = evaluate(known)
        assert true == [number for number, truth in enumerate(truths) if truth is True]
        assert unknown == [number for number, truth in enumerate(truths) if truth is None]


PROFILES = [profile_of(entry) for entry in ROWS[:60]]
EXPECTED = [bt.assess(profile).to_json() for profile in PROFILES]


def assess_all() -> list[str]:
    return [bt.assess(profile).to_json() for profile in PROFILES]


def test_eight_threads_get_what_one_gets():
    start = threading.Barrier(8)

    def work(_: int) -> list[str]:
        start.wait()
        return assess_all()

    with ThreadPoolExecutor(8) as threads:
        assert all(result == EXPECTED for result in threads.map(work, range(8)))


def test_asyncio_gets_what_a_plain_call_gets():
    async def work() -> list[str]:
        return list(await asyncio.gather(*(asyncio.to_thread(lambda p=p: bt.assess(p).to_json()) for p in PROFILES)))

    assert asyncio.run(work()) == EXPECTED


FORKING = """
import os, sys, threading
import backtriage as bt
stop = threading.Event()
def busy():
    while not stop.is_set():
        bt.assess(new_bladder_change=True)
threading.Thread(target=busy, daemon=True).start()
bt.assess(age=3)
for _ in range(20):
    child = os.fork()
    if child == 0:
        os._exit(0 if bt.assess(new_bowel_change=True).urgency is bt.Urgency.EMERGENCY else 1)
    if os.waitpid(child, 0)[1]:
        sys.exit("a child failed")
stop.set()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_child_of_a_busy_process_can_assess():
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", FORKING]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603
    assert (finished.returncode, finished.stderr) == (0, "")


def test_a_fresh_process_whose_first_profile_fires_nothing_survives():
    ordinary = (
        "import backtriage as bt; from backtriage.triage.engines.durable import DurableEngine as engine; "
        "book = bt.default_rulebook(); made = engine(book); "
        "print(made.evaluate({}).fired != (), bt.assess({}, engine='durable').settled)"
    )
    finished = subprocess.run([sys.executable, "-c", ordinary], capture_output=True, text=True, timeout=60, check=False)  # noqa: S603
    assert (finished.returncode, finished.stdout.split()[-1:]) == (0, ["False"])


def test_a_ruleset_that_fires_nothing_but_its_own_rule_survives():
    only = [rule for rule in BOOK.rules if rule.id == "ces-bladder"]
    book = __import__("attrs").evolve(BOOK, rules=tuple(only))
    engine = durable.DurableEngine(book)
    assert engine.evaluate({}) == Verdicts((), tuple(only))
    assert engine.evaluate({"new_bladder_change": False}) == Verdicts((), ())
    assert engine.evaluate({"new_bladder_change": True}) == Verdicts(tuple(only), ())


INTERRUPTED = """
import random, sys
import backtriage as bt

people = [{"new_bladder_change": True}, {"age": 3}, {"fever_or_shivers": True, "age": 70}, {"night_sweats": True}, {}]
expected = [bt.assess(one, engine="reference").because for one in people]
draw, nested = random.Random(0), []

def interrupt(frame, event, function):  # as a finalizer or a signal handler does, and one within that
    if event in ("c_call", "c_return") and getattr(function, "__module__", "") == "durable_rules_engine":
        number = draw.randrange(len(people))
        nested.append(number)
        if len(nested) % 3 == 0:
            sys.setprofile(interrupt)
        assert bt.assess(people[number], engine="durable").because == expected[number]

for one, because in zip(people, expected):
    sys.setprofile(interrupt)
    found = bt.assess(one, engine="durable")
    sys.setprofile(None)
    assert found.because == because
print(len(nested) > 50)
"""


def test_an_assessment_in_the_midst_of_another_of_the_same_thread_is_right_and_so_is_the_other():
    command = [sys.executable, "-c", INTERRUPTED]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "True\n", "")
