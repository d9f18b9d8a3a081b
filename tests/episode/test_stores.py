"""Episodes that are kept: nothing lost, nothing half written, nothing left, whoever else is writing or is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import backtriage as bt
import pytest

from episode.people import EVERYTHING, LOW_BACK

BEGIN = datetime(2026, 12, 1, 9, tzinfo=UTC)
ADDING = """
import sys, datetime, pathlib
import backtriage as bt
kind, where, number = sys.argv[1:]
store = getattr(bt, kind)(pathlib.Path(where))
begin = datetime.datetime(2026, 12, 1, 9, tzinfo=datetime.UTC)
print("ready", flush=True)
for one in range(int(number)):
    while True:
        episode = bt.Episode.from_lines(store.lines("p1"))
        at = max(begin, episode.lines[-1].at if episode.lines else begin) + datetime.timedelta(minutes=1)
        later = episode.did(at.date(), {"bridge": {"repetitions": one + 1}}, at=at)
        try:
            store.add("p1", later.lines[-1])
        except bt.StaleEpisode:
            continue
        print(later.lines[-1].digest, flush=True)
        break
"""
"""A process that adds lines to an episode, and says of each that it is kept."""


@pytest.fixture(params=["FileStore", "SQLiteStore"])
def kind(request):
    return request.param


@pytest.fixture
def where(kind, tmp_path):
    return tmp_path if kind == "FileStore" else tmp_path / "episodes.sqlite"


@pytest.fixture
def store(kind, where):
    return getattr(bt, kind)(where)


def episode(contacts=3):
    made = bt.Episode.begin().contact({**LOW_BACK, "denies": list(EVERYTHING)}, at=BEGIN)
    for day in range(1, contacts):
        made = made.contact({"pain_score": 3}, at=BEGIN + timedelta(days=day))
    return made


def adding(kind, where, number):
    command = [sys.executable, "-c", ADDING, kind, str(where), str(number)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own program


def test_what_was_added_is_read_back(store):
    made = episode()
    for line in made.lines:
        store.add("p1", line)
    assert bt.Episode.from_lines(store.lines("p1")) == made
    assert store.lines("p2") == ()


def test_a_line_that_does_not_go_on_from_the_last_one_is_refused(store):
    made = episode()
    store.add("p1", made.lines[0])
    for line in (made.lines[0], made.lines[2]):
        with pytest.raises(bt.StaleEpisode):
            store.add("p1", line)
    assert len(store.lines("p1")) == 1


def test_two_processes_lose_nothing_of_one_another(kind, where, store):
    both = [adding(kind, where, 8) for _ in range(2)]
    kept = [line for process in both for line in process.communicate(timeout=120)[0].split()[1:]]
    assert [process.returncode for process in both] == [0, 0]
    digests = [line.digest for line in bt.Episode.from_lines(store.lines("p1")).lines]
    assert len(digests) == 16
    assert sorted(digests) == sorted(kept)


def test_whoever_is_killed_leaves_every_line_that_was_kept_and_no_half_of_one(kind, where, store):
    kept = []
    for round_ in range(3):
        process = adding(kind, where, 1_000)
        assert process.stdout.readline() == "ready\n"
        kept += [process.stdout.readline().strip() for _ in range(2 + round_)]
        time.sleep(0.003 * round_)
        process.send_signal(signal.SIGKILL)
        kept += process.stdout.read().split()
        process.stdout.close()
        process.wait(timeout=60)
        digests = [line.digest for line in bt.Episode.from_lines(store.lines("p1")).lines]
        assert digests[: len(kept)] == kept
        assert len(digests) <= len(kept) + 1  # one more may be kept of which nobody has been told
        kept = digests


def test_half_a_line_at_the_end_of_a_file_is_not_read_and_goes_with_the_next(tmp_path):
    store, made = bt.FileStore(tmp_path), episode()
    store.add("p1", made.lines[0])
    with (tmp_path / "p1.jsonl").open("a") as file:
        file.write(made.lines[1].to_json()[:100])
    assert len(store.lines("p1")) == 1
    store.add("p1", made.lines[1])
    assert bt.Episode.from_lines(store.lines("p1")).lines == made.lines[:2]


def test_a_full_disk_is_an_error_and_leaves_what_was_there(tmp_path):
    resource = pytest.importorskip("resource", reason="a limit of the size of files stands for a full disk")
    made = episode(3)
    store = bt.FileStore(tmp_path)
    store.add("p1", made.lines[0])
    size = (tmp_path / "p1.jsonl").stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 50, before[1]))
        with pytest.raises(OSError, match="File too large"):
            store.add("p1", made.lines[1])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, old)
    assert (tmp_path / "p1.jsonl").stat().st_size == size
    store.add("p1", made.lines[1])
    assert len(store.lines("p1")) == 2


def test_forgetting_leaves_nothing(store, tmp_path):
    made = episode(4)
    for line in made.lines:
        store.add("p1", line)
        store.add("p2", line)
    store.forget("p1")
    assert store.lines("p1") == ()
    assert len(store.lines("p2")) == 4
    store.forget("p2")
    store.forget("p3")  # nothing was kept of it
    left = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert made.lines[0].digest.encode() not in left
    assert b"pain_score" not in left


def test_what_is_kept_can_be_read_by_its_owner_alone(store, tmp_path):
    store.add("p1", episode(1).lines[0])
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", ["", "../p1", "a/b", "p 1", ".p1", "x" * 129, None, 7])
def test_what_is_no_id_is_refused(store, name):
    for act in (store.lines, store.forget, lambda id_: store.add(id_, episode(1).lines[0])):
        with pytest.raises(bt.ProfileError, match="is no id"):
            act(name)


def test_a_store_that_somebody_changed_by_hand_is_not_added_to(tmp_path):
    store, made = bt.FileStore(tmp_path), episode()
    store.add("p1", made.lines[0])
    path = tmp_path / "p1.jsonl"
    path.write_text(path.read_text().replace('"age":41', '"age":14'))
    with pytest.raises(bt.ProfileError, match="it was changed since it was written"):
        store.add("p1", made.lines[1])
    assert os.listdir(tmp_path) == ["p1.jsonl"]  # noqa: PTH208 - the names
