"""The standard streams: no answer and no exit code is lost to a code page, a closed stream or a full disk."""

from __future__ import annotations

import io
import json
import os
import shlex
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import backtriage as bt
import pytest
from backtriage.adapters.command_line import main

EXAMPLES = Path(__file__).parents[2] / "examples" / "profiles"
EMERGENCY = EXAMPLES / "cauda_equina.toml"
SELF_CARE = EXAMPLES / "low_back.toml"
SAID = "Ceci nécessite l\u2019hôpital ☎ 😀"
BLADDER = "New trouble with the bladder"
CODE_PAGES = ("ascii", "cp1252", "cp932", "utf-8", "utf-16")


def run(command: str, stdin: bytes | None = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """A command in a shell, which is how streams are closed and led elsewhere."""
    text = f"{shlex.quote(sys.executable)} -m backtriage {command}"
    variables = {**os.environ, **environment}
    return subprocess.run(["/bin/sh", "-c", text], input=stdin, capture_output=True, env=variables, check=False)  # noqa: S603 - our own text


@pytest.fixture(scope="module")
def french(tmp_path_factory) -> Path:
    """The default rules, with an emergency in words that few code pages have."""
    folder = tmp_path_factory.mktemp("french") / "rules"
    shutil.copytree(bt.default_rulebook().path, folder)
    for name, old in (("messages.toml", "This needs a hospital now"), ("urgency/cauda_equina.toml", BLADDER)):
        file = folder / name
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, SAID, 1), encoding="utf-8")
    return folder


def out_of(encoding: str, arguments: list[str], stdin: str, monkeypatch) -> tuple[int, str]:
    """Exit code and output of a command on streams of a code page."""
    out = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
    code = main(arguments)
    return code, out.buffer.getvalue().decode(encoding)


@pytest.mark.parametrize("encoding", CODE_PAGES)
@pytest.mark.parametrize(
    ("command", "stdin", "code"),
    [
        ("assess - --json --rulebook RULES", "new_bladder_change = true", 40),
        ("assess - --rulebook RULES", "new_bladder_change = true", 40),
        ("ask --plain --rulebook RULES", "4\n2\n", 40),
        ("rules --rulebook RULES show ces-bladder", "", 0),
    ],
)
def test_no_answer_is_lost_to_a_code_page(command, stdin, code, encoding, french, monkeypatch):
    words = [str(french) if word == "RULES" else word for word in command.split()]
    got, out = out_of(encoding, words, stdin, monkeypatch)
    assert got == code
    if "--json" in words:
        assert json.loads(out)["action"]["message"].startswith(SAID)
    said = [letter if letter.encode(encoding, "ignore") else json.dumps(letter)[1:-1] for letter in SAID]
    assert "".join(said) in " ".join(out.split())


def test_what_is_wrong_is_said_on_any_code_page(monkeypatch):
    err = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="strict")
    monkeypatch.setattr(sys, "stderr", err)
    assert main(["assess", "künftig.txt"]) == 2
    assert b"k\\u00fcnftig.txt" in err.buffer.getvalue()


def test_a_code_page_of_the_environment_loses_nothing(french):
    found = run(f"assess - --rulebook {french}", b"new_bladder_change = true", PYTHONIOENCODING="cp1252")
    assert found.returncode == 40
    assert SAID.replace("☎ 😀", "\\u260e \\ud83d\\ude00") in found.stdout.decode("cp1252")


@pytest.mark.skipif(sys.platform == "win32", reason="the shell closes the streams")
@pytest.mark.parametrize(
    ("command", "code", "err"),
    [
        (f"assess {EMERGENCY} >&-", 40, ""),
        (f"assess {SELF_CARE} >&-", 0, ""),
        (f"assess {EMERGENCY} <&- >&- 2>&-", 40, ""),
        ("assess no-such-file 2>&-", 2, ""),
        ("assess no-such-file >&- 2>&-", 2, ""),
        ("assess - <&-", 2, "standard input: closed"),
        ("ask --plain <&-", 2, "standard input: closed"),
        ("mcp <&-", 2, "standard input: closed"),
        ("rules >&-", 0, ""),
    ],
)
def test_exit_codes_hold_where_streams_are_closed(command, code, err):
    found = run(command, None)
    assert found.returncode == code, found.stderr
    assert found.stderr.decode().strip().startswith(err)
    assert not err or found.stdout == b""
    assert b"Traceback" not in found.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk that is always full")
@pytest.mark.parametrize(
    ("command", "code"),
    [
        (f"assess {EMERGENCY} >/dev/full", 40),
        (f"assess {SELF_CARE} >/dev/full", 3),  # never 0: it has not been said
        ("rules >/dev/full", 3),
        ("assess no-such-file 2>/dev/full", 2),
        ("no-such-command 2>/dev/full", 2),
        ("ask --plain >/dev/full", 50),
    ],
)
def test_exit_codes_hold_where_nothing_can_be_written(command, code):
    found = run(command)
    assert found.returncode == code
    assert b"Traceback" not in found.stderr
    if "2>" not in command:
        assert found.stderr.decode().splitlines() == ["standard output: No space left on device"]


def test_who_reads_no_further_has_the_exit_code(monkeypatch):
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as out:
        monkeypatch.setattr(sys, "stdout", out)
        assert main(["assess", str(EMERGENCY)]) == 40
        assert main(["assess", str(SELF_CARE)]) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="the shell closes the streams")
def test_no_file_takes_the_number_of_a_closed_stream():
    opens = "import sys, backtriage.errors.streams as s; s.prepare(); sys.exit(open(sys.executable).fileno())"
    found = subprocess.run(["/bin/sh", "-c", f"{shlex.quote(sys.executable)} -c '{opens}' <&- >&- 2>&-"], check=False)  # noqa: S603 - our own text
    assert found.returncode == 3


@pytest.mark.parametrize("port", ["99999", "-1", "65536", "x", "9" * 5000, "٣"])
def test_a_port_out_of_range_is_refused(port, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["serve", f"--port={port}"])
    assert ended.value.code == 2
    assert "is no port; give a number up to 65535" in capsys.readouterr().err


def test_a_port_that_is_taken_fails():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        found = run(f"serve --port {taken.getsockname()[1]}")
    assert found.returncode == 3
    assert b"address already in use" in found.stderr


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("text", ['{"age": 50, "new_bladder_change": true}', "age = 50\nnew_bladder_change = true\n"])
def test_a_byte_order_mark_is_no_part_of_a_profile(encoding, text, tmp_path, monkeypatch):
    profile = tmp_path / "profile"
    profile.write_bytes(text.encode(encoding))
    assert main(["assess", str(profile)]) == 40
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(profile.read_bytes())))
    assert main(["assess", "-"]) == 40
    if text.startswith("{"):
        assert bt.Profile.from_json("\ufeff" + text) == bt.Profile.from_json(text)


def test_a_byte_order_mark_is_no_part_of_a_kept_interview(tmp_path, monkeypatch):
    iv = bt.Interview()
    iv.answer(["lower_back_pain"])
    kept = tmp_path / "kept.json"
    kept.write_text(json.dumps(iv.to_dict()), encoding="utf-8-sig")
    monkeypatch.setattr(sys, "stdin", io.StringIO("2\n"))
    assert main(["ask", "--plain", "--resume", str(kept)]) == 40


@pytest.mark.parametrize(
    "content", [b"\xff\xfea", "{}".encode("utf-16"), b"\xef\xbb\xbf\xff", b'{"age": "\xed\xa0\x80"}', b"{\xff}"]
)
def test_a_profile_that_is_no_text_is_refused(content, tmp_path, capsys):
    profile = tmp_path / "profile"
    profile.write_bytes(content)
    assert main(["assess", str(profile)]) == 2
    assert "neither JSON nor TOML" in capsys.readouterr().err


def test_no_name_gives_the_terminal_an_order(tmp_path, capsys):
    hostile = tmp_path / "a\x1b[2J\x9b.toml"
    hostile.write_text("age = ")
    for arguments in (
        ["assess", str(hostile)],
        ["assess", str(tmp_path / "no\x1b[2J")],
        ["assess", str(EMERGENCY), "--region", "\x1b[2J"],
        ["assess", str(EMERGENCY), "--what-if", "\x1b[2J"],
        ["assess", str(EMERGENCY), "--rulebook", str(tmp_path / "no\x1b[2J")],
        ["assess", str(EMERGENCY), "--rulebook", str(tmp_path)],
        ["assess-table", str(hostile), "out.csv"],
        ["assess-table", str(hostile.with_suffix(".csv")), "out.csv"],
        ["ask", "--plain", "--save", str(hostile)],
        ["ask", "--plain", "--resume", str(hostile)],
        ["rules", "show", "\x1b[2J"],
        ["mutate", str(hostile)],
    ):
        assert main(arguments) == 2, arguments
        out, err = capsys.readouterr()
        assert out == ""
        assert err.endswith("\n")
        assert err.replace("\n", "").isprintable(), arguments
