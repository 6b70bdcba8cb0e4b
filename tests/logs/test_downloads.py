"""Answered requests for archives and the like."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.logs import FTP_FIELDS, IIS_FIELDS_WITH_BYTES, row, text_log
from tests.builders.server_traffic import read_text_logs
from webshellhunt.logs import downloads
from webshellhunt.logs.downloads import DownloadsTally, FileKind, file_kind
from webshellhunt.logs.traffic_question import TrafficTally
from webshellhunt.model.traffic import LogKind


def read(*rows: object, kind: LogKind = LogKind.IIS, fields: str = IIS_FIELDS_WITH_BYTES) -> DownloadsTally:
    data = text_log(kind, *rows, fields=fields)  # type: ignore[arg-type]
    (found,), _ = read_text_logs({"C:\\W3SVC1\\a.log": (kind, data)})
    assert isinstance(found, TrafficTally)
    return found.downloads


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (b"/a.zip", FileKind.ARCHIVE),
        (b"/a/b.tar.gz", FileKind.ARCHIVE),
        (b"/a.7z.001", FileKind.SPLIT_ARCHIVE),
        (b"/a.part12.rar", FileKind.SPLIT_ARCHIVE),
        (b"/a.r00", FileKind.SPLIT_ARCHIVE),
        (b"/a.001", FileKind.SPLIT_ARCHIVE),
        (b"/mail/boss.pst", FileKind.MAIL),
        (b"/lsass.dmp", FileKind.MEMORY),
        (b"/ntds.dit", FileKind.DATABASE),
        (b"/users.csv", FileKind.TABLE),
        (b"/.zip", FileKind.ARCHIVE),
        (b"/a.zip/x", None),
        (b"/a.zipper", None),
        (b"/zip", None),
        (b"/a.aspx", None),
        (b"", None),
    ],
)
def test_kinds_by_name(path: bytes, kind: FileKind | None) -> None:
    assert file_kind(path) is kind


def test_requests_for_one_file_by_one_client_are_one_download() -> None:
    found = read(
        row("2021-03-03 04:05:06", "/A.zip", client="x", sent_bytes=10),
        row("2021-03-03 05:05:06", "/a.ZIP", client="x", sent_bytes=20, status=206),
        row("2021-03-04 05:05:06", "/a.zip", client="x", sent_bytes=30),
        row("2021-03-04 05:05:06", "/a.zip", client="y"),
        row("2021-03-04 05:05:06", "/a.zip", client="x", status=404),
        row("2021-03-04 05:05:06", "/a.zip", client="x", method="POST"),
    )
    first = found.found["/a.zip", "x", LogKind.IIS]
    assert (first.requests, first.sent_bytes, first.days, first.line) == (3, 60, 2, 5)
    assert first.first_utc is not None
    assert len(found.found) == 2


def test_a_download_by_ftp() -> None:
    found = read(
        row("2021-03-03 04:05:06", "/a.zip", client="x", method="RETR", status=226), kind=LogKind.FTP, fields=FTP_FIELDS
    )
    assert len(found.found) == 1


def test_merging_is_reading_together() -> None:
    rows = [row(f"2021-03-0{day} 04:05:06", "/a.zip", client="x", sent_bytes=day) for day in (1, 2, 2, 5)]
    one, two = read(*rows[:2]), read(*rows[2:])
    two.merge(one)
    merged, whole = (each.found["/a.zip", "x", LogKind.IIS] for each in (two, read(*rows)))
    assert merged._replace(line=0) == whole._replace(line=0)


def test_the_downloads_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "MOST_DOWNLOADS", 3)
    found = read(*(row("2021-03-03 04:05:06", f"/{number}.zip") for number in range(9)))
    assert len(found.found) == 3
    assert found.left_out == 6


@given(st.binary(max_size=400))
def test_any_address_has_a_kind_or_none(path: bytes) -> None:
    assert file_kind(path) in (*FileKind, None)
