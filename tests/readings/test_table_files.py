"""Tables in files: a path is a path, a row is a person, and nothing is written but the result."""

from __future__ import annotations

import gzip
import io
import os
import random
import sys
from pathlib import Path

import polars as pl
import pytest
from backtriage.adapters.command_line import main
from backtriage.readings.frames import table_files


def said_of(path: Path) -> list[tuple[str, str | None]]:
    """Who is in a result, and how urgent."""
    read = pl.read_parquet if path.suffix == ".parquet" else pl.read_csv
    return read(path.absolute(), glob=False).select(pl.col("patient", "urgency").cast(pl.String)).rows()


def one_patient(path: Path, name: str, *, bladder: bool) -> None:
    table = pl.DataFrame({"patient": [name], "age": [50], "new_bladder_change": [bladder]})
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        (table.write_parquet if path.suffix == ".parquet" else table.write_csv)(file)


@pytest.mark.skipif(sys.platform == "win32", reason="its names have no asterisks")
@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize(
    ("name", "other"), [("p[1]", "p1"), ("p*", "px"), ("p?", "py"), ("d[2]/in", "d2/in"), ("~/in", "in"), ("{p}%", "p")]
)
def test_a_path_is_a_path(name, other, kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    source, beside = Path(f"{name}.{kind}"), Path(f"{other}.{kind}")
    one_patient(beside, "wrong", bladder=False)
    assert main(["assess-table", str(source), "out.csv", "--keep", "patient"]) == 2
    one_patient(source, "right", bladder=True)
    for target in (Path("out.csv"), Path("out.parquet"), Path(f"{name}.out.csv"), source):
        before = beside.read_bytes()
        assert main(["assess-table", str(source), str(target), "--keep", "patient"]) == 0
        assert said_of(target) == [("right", "emergency")]
        assert beside.read_bytes() == before


def test_a_suffix_counts_in_any_letters(tmp_path):
    one_patient(tmp_path / "in.csv", "a", bladder=True)
    (tmp_path / "in.csv").rename(tmp_path / "PEOPLE.CSV")
    assert main(["assess-table", str(tmp_path / "PEOPLE.CSV"), str(tmp_path / "OUT.Parquet"), "--keep", "patient"]) == 0
    assert pl.read_parquet(tmp_path / "OUT.Parquet")["urgency"].to_list() == ["emergency"]


BLANK = """
patient,age,new_bladder_change

Bob,41,false
{blank}
"Ann
{blank}
Lee",50,true
,,
{blank}{blank}"""


@pytest.mark.parametrize("blank", ["", "\r", "  \t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_blank_line_is_nobody_and_a_line_of_empty_fields_is_somebody(blank, encoding, tmp_path):
    (tmp_path / "in.csv").write_bytes(BLANK.replace("{blank}", blank).encode(encoding))
    assert main(["assess-table", str(tmp_path / "in.csv"), str(tmp_path / "out.csv"), "--keep", "patient"]) == 0
    assert said_of(tmp_path / "out.csv") == [("Bob", None), (f"Ann\n{blank}\nLee", "emergency"), (None, None)]
    assert {path.name for path in tmp_path.iterdir()} == {"in.csv", "out.csv"}


def test_in_a_file_of_one_column_an_empty_line_is_an_empty_field(tmp_path):
    pl.DataFrame({"new_bladder_change": [True, None, True, None]}).write_csv(tmp_path / "in.csv")
    assert main(["assess-table", str(tmp_path / "in.csv"), str(tmp_path / "out.parquet")]) == 0
    urgency = pl.read_parquet(tmp_path / "out.parquet")["urgency"].to_list()
    assert urgency == ["emergency", None, "emergency", None]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_an_empty_field_is_a_null_in_quotes_too(encoding, tmp_path):
    text = '"patient","age","new_bladder_change","pain_side"\n"Bob","41","true","left"\n"Ann","","",""\n'
    (tmp_path / "in.csv").write_text(text, encoding=encoding)
    assert main(["assess-table", str(tmp_path / "in.csv"), str(tmp_path / "out.csv"), "--keep", "patient"]) == 0
    assert said_of(tmp_path / "out.csv") == [("Bob", "emergency"), ("Ann", None)]


def test_a_packed_table_is_read_whole(tmp_path):
    dice = random.Random(1)
    packed = gzip.compress("".join(["patient,age\n", *(f"{dice.random()},40\n" for _ in range(50_000))]).encode())
    assert any(line.isspace() for line in io.BytesIO(packed))
    (tmp_path / "in.csv").write_bytes(packed)
    assert table_files.assess_table(tmp_path / "in.csv", tmp_path / "out.parquet", keep=["patient"]) == 50_000


def test_a_csv_file_in_utf_16_is_refused_by_name(tmp_path, capsys):
    (tmp_path / "in.csv").write_text("age\n41\n", encoding="utf-16")
    assert main(["assess-table", str(tmp_path / "in.csv"), str(tmp_path / "out.csv")]) == 2
    assert "in.csv: UTF-16, not UTF-8; save it as UTF-8" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there, and there are no such pipes")
@pytest.mark.parametrize("put", ["symlink_to", "hardlink_to", "dangling", "fifo"])
def test_nothing_is_written_through_the_name_of_the_unfinished_table(put, tmp_path, capsys):
    one_patient(tmp_path / "in.csv", "a", bladder=True)
    victim, trap = tmp_path / "victim", tmp_path / ".out.csv.partial"
    victim.write_text("precious")
    if put == "fifo":
        os.mkfifo(trap)
    elif put == "dangling":
        trap.symlink_to(tmp_path / "new")
    else:
        getattr(trap, put)(victim)
    assert main(["assess-table", str(tmp_path / "in.csv"), str(tmp_path / "out.csv"), "--keep", "patient"]) == 2
    assert ".out.csv.partial" in capsys.readouterr().err
    assert victim.read_text() == "precious"
    assert not (tmp_path / "out.csv").exists()
    assert not (tmp_path / "new").exists()
    assert os.path.lexists(trap)


def test_what_a_killed_run_has_left_is_overwritten(tmp_path):
    one_patient(tmp_path / "in.csv", "a", bladder=True)
    (tmp_path / ".out.csv.partial").write_text("patient,urgency\n" * 1_000)
    assert main(["assess-table", str(tmp_path / "in.csv"), str(tmp_path / "out.csv"), "--keep", "patient"]) == 0
    assert said_of(tmp_path / "out.csv") == [("a", "emergency")]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk that is always full")
def test_a_table_is_written_though_nobody_can_be_told(tmp_path):
    one_patient(tmp_path / "in.parquet", "a", bladder=True)
    with Path("/dev/full").open("w") as full:
        table_files.assess_table(tmp_path / "in.parquet", tmp_path / "out.parquet", keep=["patient"], progress=full)
    assert said_of(tmp_path / "out.parquet") == [("a", "emergency")]
