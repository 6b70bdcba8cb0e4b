"""Logs that are copies, or earlier states, of others are read once; logs that only look alike are all read."""

from __future__ import annotations

import gzip
from collections import Counter

import pytest

from tests.builders.logs import row, text_log
from webshellhunt.host.walk.survey import survey
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Limits
from webshellhunt.model.traffic import LogKind
from webshellhunt.scan.log_copies import without_copies
from webshellhunt.scan.log_places import FoundLog, find_logs
from webshellhunt.sources.memory import MemorySource

FOLDER = "C/inetpub/logs/LogFiles/W3SVC1"
LOG = f"{FOLDER}/u_ex210303.log"
COPY = f"{FOLDER}/u_ex210303 - Copy.log"
DAY = text_log(LogKind.IIS, *(row(f"2021-03-03 04:{n // 60:02}:{n % 60:02}", f"/owa/{n}") for n in range(600)))
MORNING = b"".join(DAY.splitlines(keepends=True)[:300])


class Counting(MemorySource):
    """A source that counts the bytes read of each file."""

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(files)
        self.size_read: Counter[str] = Counter()

    def read(self, path: str, limit_bytes: int, offset: int = 0) -> bytes:
        data = super().read(path, limit_bytes, offset)
        self.size_read[path] += len(data)
        return data


def kept(files: dict[str, bytes], source: MemorySource | None = None) -> tuple[list[str], list[Gap]]:
    """Return the logs that are read, and the gaps."""
    found = [each for each in find_logs(survey(MemorySource(files), Limits())) if isinstance(each, FoundLog)]
    assert sorted(each.entry_path for each in found) == sorted(files)
    gaps: list[Gap] = []
    left = without_copies(found, [source or MemorySource(files)], gaps)
    assert [each for each in found if each in left] == left  # their order stays
    return [each.entry_path for each in left], gaps


@pytest.mark.parametrize(
    ("files", "longest"),
    [
        ({LOG: DAY, COPY: DAY}, LOG),
        ({LOG: DAY, f"{LOG}.gz": gzip.compress(DAY)}, LOG),
        ({LOG: MORNING, COPY: DAY}, COPY),
        ({LOG: MORNING, f"{LOG}.gz": gzip.compress(DAY)}, f"{LOG}.gz"),
        ({LOG: DAY, f"{LOG}.gz": gzip.compress(MORNING)}, LOG),
        ({LOG: DAY, COPY: MORNING, f"{LOG}.gz": gzip.compress(DAY)}, LOG),
        ({LOG: DAY, f"{FOLDER}/later/u_ex210303.log": DAY[: len(DAY) // 2]}, LOG),
    ],
)
def test_the_longest_of_several_with_the_same_rows_is_read(files: dict[str, bytes], longest: str) -> None:
    left, gaps = kept(files)
    assert left == [longest]
    assert {gap.code for gap in gaps} == {"log-repeated"}
    assert not any(gap.matters for gap in gaps)
    shown = longest.replace("C/", "C:/", 1).replace("/", "\\")
    assert [gap.reason for gap in gaps] == [f"a copy of {shown}, or of its start: its rows count once"] * (
        len(files) - 1
    )


def _changed(data: bytes, at: int) -> bytes:
    """Return a log with another row of the same length."""
    rows = data.splitlines(keepends=True)
    return b"".join([*rows[:at], rows[at].replace(b"/owa/", b"/ecp/"), *rows[at + 1 :]])


@pytest.mark.parametrize(
    "files",
    [
        {LOG: DAY, COPY: _changed(DAY, 4)},
        {LOG: DAY, COPY: _changed(DAY, 300)},
        {LOG: DAY, COPY: _changed(DAY, -1)},
        {LOG: DAY, f"{LOG}.gz": gzip.compress(_changed(DAY, 300))},
        {LOG: DAY, COPY: _changed(MORNING, 150)},
        {LOG: DAY, f"{FOLDER}/u_ex210304.log": DAY},
        {LOG: DAY, LOG.replace("W3SVC1", "W3SVC2"): DAY},
        {LOG: DAY, f"{LOG}.gz": gzip.compress(DAY)[:200]},
    ],
)
def test_logs_that_only_look_alike_are_all_read(files: dict[str, bytes]) -> None:
    left, gaps = kept(files)
    assert (sorted(left), gaps) == (sorted(files), [])


def test_a_log_that_can_not_be_read_stays() -> None:
    files = {LOG: DAY, COPY: DAY}
    left, gaps = kept(files, MemorySource(files, unreadable=(COPY,)))
    assert (sorted(left), gaps) == (sorted(files), [])


def test_many_logs_that_look_alike_are_not_read_whole() -> None:
    files = {f"{FOLDER}/{n:02}_ex210303.log": _changed(DAY, -1 - n) for n in range(60)}
    source = Counting(files)
    left, gaps = kept(files, source)
    assert (len(left), gaps) == (60, [])
    assert max(source.size_read.values()) < 2 * len(DAY)
