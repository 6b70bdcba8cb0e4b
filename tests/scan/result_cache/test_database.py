"""The database: rows come back, several programs write at once, and a file of something else stays as it is."""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from webshellhunt.scan.result_cache import database
from webshellhunt.scan.result_cache.database import CacheProblem, Database, Row, prepare_file

LARGE = 1 << 30


@pytest.fixture
def path(tmp_path: Path) -> str:
    place = str(tmp_path / "a cache é?#.db")
    prepare_file(place)
    return place


def row(number: int, used: int = 1, size: int = 10) -> Row:
    return Row(number.to_bytes(32), used, b"mac", bytes([number % 256]) * size)


def test_rows_come_back(path: str) -> None:
    with Database(path) as first:
        first.write([row(1), row(2)], [], LARGE)
        assert first.find(row(1).key) == row(1)
        first.write([row(1, size=20)], [(7, row(2).key)], LARGE)
    prepare_file(path)
    with Database(path) as again:
        assert again.find(row(1).key) == row(1, size=20)
        assert again.find(row(2).key) == row(2, used=7)
        assert again.find(row(3).key) is None


@pytest.mark.skipif(os.name == "nt", reason="modes of files are of POSIX")
def test_the_file_is_for_its_user_alone(path: str) -> None:
    assert stat.S_IMODE(Path(path).stat().st_mode) == 0o600


def test_the_least_recently_used_rows_leave_a_full_cache(path: str) -> None:
    with Database(path) as full:
        for number in range(60):
            full.write([row(number, used=1 if number < 30 else 2, size=20_000)], [], 1 << 20)
        assert full.find(row(59, 2).key) is not None
        assert full.find(row(0).key) is None
    assert Path(path).stat().st_size < (1 << 20) + 200_000


def test_several_threads_write_at_once(path: str) -> None:
    def write(first: int) -> None:
        with Database(path) as each:
            for number in range(first, 200, 4):
                each.write([row(number)], [], LARGE)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    with Database(path) as after:
        assert all(after.find(row(number).key) is not None for number in range(200))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a report", "something else"),
        (b"SQLite format 3\0" + bytes(52) + b"Ours", "something else"),
        (b"SQLite format 3\0" + bytes(44) + (9).to_bytes(4) + bytes(4) + b"WSHC" + bytes(40), "another version"),
        (b"SQLite format 3\0" + bytes(2) + b"\2\2" + bytes(80), "something else"),
        (b"SQLite format 3\0" + bytes(4000), "damaged"),
        (b"SQLite", "damaged"),
    ],
)
def test_another_file_stays_as_it_is(content: bytes, words: str, tmp_path: Path) -> None:
    place = tmp_path / "other"
    place.write_bytes(content)
    with pytest.raises(CacheProblem, match=words):
        prepare_file(str(place))
    assert place.read_bytes() == content
    assert [each.name for each in tmp_path.iterdir()] == ["other"]


def test_the_database_of_another_program_stays_as_it_is(tmp_path: Path) -> None:
    place = tmp_path / "other.db"
    with closing(sqlite3.connect(place)) as other, other:
        other.execute("CREATE TABLE kept (key TEXT)")
    before = place.read_bytes()
    with pytest.raises(CacheProblem, match="something else"):
        prepare_file(str(place))
    assert place.read_bytes() == before


def test_a_trigger_makes_it_another_database(path: str) -> None:
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("CREATE TRIGGER t AFTER INSERT ON kept BEGIN DELETE FROM kept; END")
    with pytest.raises(CacheProblem, match="something else"):
        prepare_file(path)


def test_a_file_that_was_cut_off_is_damaged(path: str) -> None:
    with Database(path) as whole:
        whole.write([row(number, size=3000) for number in range(50)], [], LARGE)
    content = Path(path).read_bytes()
    for size in (len(content) - 1, len(content) // 2, 4096, 200):
        Path(path).write_bytes(content[:size])
        with pytest.raises(CacheProblem, match="damaged"):
            prepare_file(path)


def test_a_damaged_page_is_a_sentence(path: str) -> None:
    with Database(path) as whole:
        whole.write([row(number, size=3000) for number in range(50)], [], LARGE)
    content = bytearray(Path(path).read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    Path(path).write_bytes(content)
    with Database(path) as torn, pytest.raises(CacheProblem, match="damaged"):
        torn.find(row(1).key)


def test_values_of_a_wrong_form_fit_no_authentication(path: str) -> None:
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("INSERT INTO kept VALUES (?, 'day', 7, 'text')", (row(1).key,))
    with Database(path) as odd:
        assert odd.find(row(1).key) == Row(row(1).key, 0, b"", b"")


def test_a_lock_of_another_program_is_a_sentence(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_S", 0.01)
    with closing(sqlite3.connect(path, isolation_level=None)) as other, Database(path) as waiting:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(CacheProblem, match="locked"):
            waiting.find(row(1).key)
        with pytest.raises(CacheProblem, match="locked"):
            waiting.write([row(1)], [], LARGE)
        with pytest.raises(CacheProblem, match="locked"):
            Database(path)
        other.execute("ROLLBACK")
        waiting.write([row(1)], [], LARGE)
        assert waiting.find(row(1).key) == row(1)


def test_a_full_disk_is_a_sentence_and_keeps_what_was_there(path: str) -> None:
    with Database(path) as full:
        full.write([row(1)], [], LARGE)
        full._connection.execute("PRAGMA max_page_count=3")
        with pytest.raises(CacheProblem, match="no space"):
            full.write([row(number, size=9000) for number in range(2, 9)], [], LARGE)
        assert full.find(row(1).key) == row(1)
        assert full.find(row(2).key) is None


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without fork")
@pytest.mark.skipif(sys.version_info >= (3, 12), reason="a fork with threads is warned of")
def test_a_process_that_is_forked_uses_the_same_cache(path: str) -> None:
    with Database(path) as parent:
        parent.write([row(1)], [], LARGE)
        child = os.fork()
        if not child:
            with Database(path) as own:
                own.write([row(2)], [], LARGE)
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        assert parent.find(row(2).key) == row(2)


def test_a_path_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CacheProblem, match="can't be"):
        prepare_file(str(tmp_path / "absent" / "cache"))
