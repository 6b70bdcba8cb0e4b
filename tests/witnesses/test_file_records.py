"""Files that are there get the times of their records, and the findings about how they came."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.builders.file_records import CLOSE, TIMES
from tests.builders.ntfs import make_image, mounted, require_ntfs
from tests.builders.recorded_server import (
    AUTH,
    CLIENT,
    INSTALLED,
    MINUTE,
    PLANTED,
    SHELL,
    RecordedServer,
    message_of,
    rules_of,
    verdict_of,
)
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import hunt
from webshellhunt.reports import render
from webshellhunt.sources import MemorySource, open_source

OLD = datetime(2016, 3, 1, 8, tzinfo=UTC)
RENAMED, SET_BACK, HISTORY = "WSH6032", "WSH6033", "WSH6034"


def test_a_stock_server_is_silent() -> None:
    server = RecordedServer()
    for each in server.times:
        server.times[each] = Timestamps(OLD, OLD, None, original=True)  # as setup sets them
    report = server.hunt()
    assert [each.findings for each in report.verdicts if each.findings] == []
    assert [gap for gap in report.gaps if gap.stage == "witnesses"] == []


def test_a_time_stomped_page_names_both_times() -> None:
    server = RecordedServer()
    server.plant(f"{AUTH}/x.aspx", set_to=OLD)
    report = server.hunt()
    found = verdict_of(report, "x.aspx")
    message = message_of(found, SET_BACK)
    assert "2016-03-01T08:00:00Z (a whole second)" in message
    assert "2021-03-03T04:05:06Z" in message
    assert found is not None
    assert found.planting is not None
    assert found.planting.when_utc == PLANTED
    assert found.subject.times.name_created_utc == PLANTED
    assert "recorded with its name" in render(report, "text")


def test_the_journal_dates_a_page_and_tells_the_change_of_its_times() -> None:
    server = RecordedServer()
    number, parent = server.plant(f"{AUTH}/x.aspx", set_to=OLD), server.table.directory(AUTH)
    server.journal.write(PLANTED - MINUTE, "x.aspx", number, parent)
    server.journal.add(PLANTED + MINUTE, TIMES | CLOSE, "x.aspx", number, parent)
    found = verdict_of(server.hunt(), "x.aspx")
    message = message_of(found, HISTORY)
    assert "created 2021-03-03T04:04:06Z" in message
    assert "its times or attributes were set 2021-03-03T04:06:06Z" in message
    assert found is not None
    assert found.planting is not None
    assert found.planting.witness == "the change journal of the drive recorded its creation"


def test_a_text_that_became_a_page() -> None:
    server = RecordedServer()
    number, parent = server.plant(f"{CLIENT}/x.aspx"), server.table.directory(CLIENT)
    server.journal.write(PLANTED, "x.txt", number, parent)
    server.journal.rename(PLANTED + MINUTE, "x.txt", "x.aspx", number, parent)
    report = server.hunt()
    found = verdict_of(report, "x.aspx")
    assert message_of(found, RENAMED).startswith("the file was renamed from x.txt to a page 2021-03-03T04:06:06Z")
    assert "renamed: C:\\inetpub\\wwwroot\\aspnet_client\\x.aspx" in [moment.event for moment in report.timeline]


def test_installers_transfers_and_editors_rename_files_into_place() -> None:
    server = RecordedServer()
    stock = next(n for n, data in server.table.records.items() if "logon.aspx".encode("utf-16-le") in data)
    parent = server.table.directory(AUTH)
    for number, old in enumerate(("TBM41.tmp", "Config.rbf", "logon.aspx.filepart", "logon.aspx~RF1.TMP")):
        server.journal.rename(PLANTED + number * MINUTE, old, "logon.aspx", stock, parent)
    shop = server.plant("inetpub/wwwroot/shop/page.aspx", b"<html>")
    server.journal.rename(PLANTED, "index.html", "page.aspx", shop, server.table.directory("inetpub/wwwroot/shop"))
    assert [each for each in server.hunt().verdicts if each.disposition > Disposition.BENIGN] == []


def test_times_of_a_copy_are_replaced_by_those_of_the_server() -> None:
    server = RecordedServer()
    server.plant(f"{AUTH}/x.aspx")
    copied = PLANTED + timedelta(days=90)
    server.times = dict.fromkeys(server.times, Timestamps(copied, copied, None, original=False))
    found = verdict_of(server.hunt(), "x.aspx")
    assert found is not None
    assert found.subject.times.original
    assert found.subject.times.created_utc == PLANTED
    assert found.planting is not None


def test_a_file_that_changed_since_keeps_the_times_of_the_copy() -> None:
    server = RecordedServer()
    server.plant(f"{AUTH}/x.aspx")
    server.files[f"C/{AUTH}/x.aspx"] += b" "
    server.times = dict.fromkeys(server.times, Timestamps(PLANTED + timedelta(days=90), None, None, original=False))
    found = verdict_of(server.hunt(), "x.aspx")
    assert found is not None
    assert not found.subject.times.original


def test_the_volume_of_the_copy_itself_proves_no_times() -> None:
    server = RecordedServer()
    server.plant(f"{AUTH}/x.aspx")
    server.times = {path: each._replace(original=False) for path, each in server.times.items()}
    found = verdict_of(server.hunt(), "x.aspx")
    assert found is not None
    assert not found.subject.times.original


def test_a_restored_volume_has_one_time_for_all_names() -> None:
    server = RecordedServer()
    for path in list(server.times):
        server.times[path] = Timestamps(OLD, OLD, None, original=True)
    server.plant(f"{AUTH}/x.aspx", set_to=OLD, when=INSTALLED + MINUTE)
    assert SET_BACK not in rules_of(verdict_of(server.hunt(), "x.aspx"))


def test_a_journal_that_begins_later_is_told() -> None:
    server = RecordedServer()
    server.plant(f"{AUTH}/x.aspx")
    server.came_and_went("Windows/Temp/y.aspx", when=PLANTED + timedelta(days=5))
    (gap,) = (gap for gap in server.hunt().gaps if gap.code == "journal-begins-later")
    assert "begins 2021-03-08T04:05:06Z and has no record of C:\\" in gap.reason


def test_a_journal_alone_is_told() -> None:
    server = RecordedServer()
    server.came_and_went(f"{AUTH}/y.aspx")
    (gap,) = (gap for gap in server.hunt(records=False).gaps if gap.code == "file-table-missing")
    assert gap.path == "C:\\$Extend\\$UsnJrnl:$J"


def test_a_table_without_a_drive_is_told() -> None:
    report = hunt(MemorySource({"pages/x.aspx": SHELL, "$MFT": RecordedServer().table.build()}))
    assert [gap.code for gap in report.gaps if gap.stage == "witnesses"] == ["file-table-not-read"]


@pytest.mark.parametrize("name", ["real.img"])
def test_a_real_volume(name: str, tmp_path: object) -> None:
    require_ntfs()
    from pathlib import Path

    top = Path(str(tmp_path))
    image = top / name
    make_image(image)
    with mounted(image, top / "rw") as folder:
        for path, data in RecordedServer().files.items():
            place = folder / path[2:]
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        gone = folder / AUTH / "gone.aspx"
        gone.write_bytes(SHELL)
    with mounted(image, top / "rw2") as folder:
        (folder / AUTH / "gone.aspx").unlink()
    with mounted(image, top / "ro", "ro") as folder, open_source(folder) as source:
        report = hunt(source)
    found = verdict_of(report, "gone.aspx")
    assert found is not None
    assert found.disposition is Disposition.MALICIOUS
    assert "its file record is free" in message_of(found, "WSH6031")
    assert [gap.reason for gap in report.gaps if gap.stage == "witnesses"] == []
