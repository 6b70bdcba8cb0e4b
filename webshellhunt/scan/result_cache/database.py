"""The database of a cache: one table of authenticated rows, read and written in short transactions.

Several processes use it at once: it is opened for one batch of files, waits for a lock, and holds none between two
statements. The journal of SQLite is a file (no WAL), so that a connection without a statement holds no lock that a
forked process would believe to be its own, and a cache on a read-only medium can be read.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

BUSY_S: Final = 10.0
"""Seconds for which a statement waits for another hunt."""

_APPLICATION: Final = 0x57534843
_VERSION: Final = 1
_MOST_ROW_BYTES: Final = 8 << 20
_TABLE: Final = (
    "CREATE TABLE kept (key BLOB PRIMARY KEY, used INTEGER NOT NULL, mac BLOB NOT NULL, body BLOB NOT NULL)"
    " WITHOUT ROWID"
)
_MAGIC: Final = b"SQLite format 3\0"
_HEADER_BYTES: Final = 100
_REMOVED_SHARE: Final = 4
"""A full cache loses a quarter of its rows."""

_FULL: Final = "no space is left for it"
_DAMAGED: Final = "it is damaged or cut off: delete it"
_WORDS: Final = {
    sqlite3.SQLITE_BUSY: "another program has locked it",
    sqlite3.SQLITE_LOCKED: "another program has locked it",
    sqlite3.SQLITE_READONLY: "it can't be written",
    sqlite3.SQLITE_PERM: "it can't be written",
    sqlite3.SQLITE_CANTOPEN: "it can't be opened, or its folder can't be written",
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
}

_one_at_a_time = threading.RLock()
if hasattr(os, "register_at_fork"):
    # Locks of files belong to a process: a fork in the middle of a statement would copy SQLite's belief to hold one.
    os.register_at_fork(
        before=_one_at_a_time.acquire, after_in_parent=_one_at_a_time.release, after_in_child=_one_at_a_time.release
    )


class CacheProblem(Exception):  # noqa: N818 - it never reaches the caller of a hunt
    """The reason why a cache can't be used, as the end of a sentence."""


class Row(NamedTuple):
    """One result as it is kept: its key, the day of its last use, its authentication, and its content."""

    key: bytes
    used: int
    mac: bytes
    body: bytes


class Database:
    """The open database of a cache.

    Raises:
        CacheProblem: It can't be opened.
    """

    def __init__(self, path: str) -> None:
        uri = f"{Path(path).absolute().as_uri()}?mode=rw"
        with _told():
            self._connection = sqlite3.connect(uri, timeout=BUSY_S, isolation_level=None, uri=True)
            try:
                self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_ROW_BYTES)
                for setting in ("synchronous=OFF", "trusted_schema=OFF", "cell_size_check=ON"):
                    self._connection.execute(f"PRAGMA {setting}")
            except sqlite3.Error:
                self._connection.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        with _one_at_a_time, suppress(sqlite3.Error):
            self._connection.close()

    def find(self, key: bytes) -> Row | None:
        """Return the row of a key; one of a wrong form has an empty authentication, which fits no content.

        Raises:
            CacheProblem: The database can't be read.
        """
        try:
            with _one_at_a_time:
                found = self._connection.execute("SELECT used, mac, body FROM kept WHERE key = ?", (key,)).fetchone()
        except sqlite3.Error as error:
            raise _problem(error) from error
        if found is None:
            return None
        used, mac, body = found
        if not (isinstance(used, int) and isinstance(mac, bytes) and isinstance(body, bytes)):
            return Row(key, 0, b"", b"")
        return Row(key, used, mac, body)

    def write(self, rows: Sequence[Row], used: Iterable[tuple[int, bytes]], most_bytes: int) -> None:
        """Add or replace rows, and set the day on which others were used, in one transaction.

        Raises:
            CacheProblem: The database can't be written; nothing of it is.
        """
        with _told(), self._transaction():
            self._connection.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?)", rows)
            self._connection.executemany("UPDATE kept SET used = ? WHERE key = ?", used)
            if self._size_bytes() > most_bytes:
                self._remove_oldest()

    def prepare(self) -> None:
        """Create the table of a new database, and require the table and nothing else in an old one.

        Raises:
            CacheProblem: It is a database of something else, or can't be read.
        """
        with _told():
            found = self._connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
            if not found and not self._pragma("application_id"):
                with self._transaction():
                    self._connection.execute(_TABLE.replace("TABLE", "TABLE IF NOT EXISTS", 1))
                    self._connection.execute(f"PRAGMA application_id={_APPLICATION}")
                    self._connection.execute(f"PRAGMA user_version={_VERSION}")
                return
            is_whole = found == [("table", "kept", _TABLE)] and self._pragma("application_id") == _APPLICATION
        if not is_whole:
            raise CacheProblem("it is a database of something else: name another file")

    @property
    def is_empty(self) -> bool:
        """True if it has no row.

        Raises:
            CacheProblem: The database can't be read.
        """
        with _told():
            return self._connection.execute("SELECT 1 FROM kept LIMIT 1").fetchone() is None

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Keep other processes from writing.

        Raises:
            CacheProblem: The database can't be read.
        """
        with _told():
            self._connection.execute("BEGIN")
            self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            yield
            self._connection.execute("COMMIT")

    def _size_bytes(self) -> int:
        return (self._pragma("page_count") - self._pragma("freelist_count")) * self._pragma("page_size")

    def _remove_oldest(self) -> None:
        rows: int = self._connection.execute("SELECT count(*) FROM kept").fetchone()[0]
        removed = "DELETE FROM kept WHERE key IN (SELECT key FROM kept ORDER BY used LIMIT ?)"
        self._connection.execute(removed, (rows // _REMOVED_SHARE + 1,))

    def _pragma(self, name: str) -> int:
        value: int = self._connection.execute(f"PRAGMA {name}").fetchone()[0]
        return value

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            raise


def prepare_file(path: str) -> bool:
    """Create the file of a cache, for its user alone, or require that an old one is a cache of this version.

    Returns:
        True if it has no row.

    Raises:
        CacheProblem: It is another file, a cache of another version, damaged, or can't be read or made.
    """
    with _one_at_a_time:  # The end of an access to the file drops all locks of this process on it.
        try:
            with suppress(FileExistsError):
                os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
            _require_own(_header(path)[0])
            with Database(path) as database:
                database.prepare()
                with database.reading():
                    _require_whole(*_header(path))
                return database.is_empty
        except (OSError, ValueError) as error:
            words = getattr(error, "strerror", None) or str(error)
            raise CacheProblem(f"it can't be read or made ({words})") from error


def _header(path: str) -> tuple[bytes, int]:
    """Return the header of the file and its size."""
    with Path(path).open("rb") as stream:
        return stream.read(_HEADER_BYTES), os.fstat(stream.fileno()).st_size


def _require_own(header: bytes) -> None:
    """Require that a file begins as a cache of this version does, or is empty.

    Source: SQLite, database file format, section 1.3.
    """
    application, version = int.from_bytes(header[68:72]), int.from_bytes(header[60:64])
    # A journal of another form (18, 19) would hold locks between two statements.
    if not header.startswith(_MAGIC[: len(header)]) or application not in (0, _APPLICATION) or 2 in header[18:20]:
        raise CacheProblem("it is a file of something else, which stays as it is: name another file")
    if application and version != _VERSION:
        raise CacheProblem("another version of webshellhunt wrote it: delete it, or name another file")


def _require_whole(header: bytes, size_bytes: int) -> None:
    """Require that a file has all pages of its header: SQLite takes a file that was cut off until it meets the end."""
    page_bytes = int.from_bytes(header[16:18])
    if size_bytes < int.from_bytes(header[28:32]) * (1 << 16 if page_bytes == 1 else page_bytes):
        raise CacheProblem(_DAMAGED)


@contextmanager
def _told() -> Iterator[None]:
    """Run statements, one thread at a time, and turn an error of SQLite into words."""
    with _one_at_a_time:
        try:
            yield
        except sqlite3.Error as error:
            raise _problem(error) from error


def _problem(error: sqlite3.Error) -> CacheProblem:
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    return CacheProblem(_WORDS.get(code, f"SQLite can't use it ({error})"))
