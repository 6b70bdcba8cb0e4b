"""Pages that are gone or were not collected are told from file records; updates, uploads and deployments are not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders.file_records import JournalBuilder
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
from tests.builders.servers import EXCHANGE
from webshellhunt.model.verdict import Disposition, Presence, SubjectKind
from webshellhunt.witnesses import file_records

GONE, RENAMED, HISTORY, MISSING = "WSH6031", "WSH6032", "WSH6034", "WSH6037"
FORM = b'<form method="post">'


@pytest.fixture
def server() -> RecordedServer:
    return RecordedServer()


def test_a_page_that_came_and_went_is_a_trace(server: RecordedServer) -> None:
    server.came_and_went(f"{AUTH}/x.aspx")
    report = server.hunt()
    found = verdict_of(report, "x.aspx")
    assert found is not None
    assert (found.subject.kind, found.subject.presence) == (SubjectKind.TRACE, Presence.DELETED)
    assert found.disposition is Disposition.SUSPICIOUS
    assert "created 2021-03-03T04:05:06Z, deleted 2021-03-03T04:25:06Z, 20 minutes later" in found.reasons[0]
    assert found.planting is not None
    assert found.planting.when_utc == PLANTED.replace(microsecond=0)
    events = [moment.event for moment in report.timeline]
    assert any(event.startswith("deleted: ") and event.endswith("x.aspx") for event in events)


def test_a_free_record_has_the_whole_page(server: RecordedServer) -> None:
    server.table.file(f"{AUTH}/free.aspx", PLANTED, content=SHELL, in_use=False)
    found = verdict_of(server.hunt(), "free.aspx")
    assert found is not None
    assert found.disposition is Disposition.MALICIOUS
    assert {"WSH1002", GONE} <= rules_of(found)
    assert found.subject.sha256 is not None
    assert "its file record is free" in message_of(found, GONE)


def test_a_deleted_shell_of_an_ordinary_site_is_told_by_its_content(server: RecordedServer) -> None:
    server.table.file("inetpub/wwwroot/shop/free.aspx", PLANTED, content=SHELL, in_use=False)
    found = verdict_of(server.hunt(), "free.aspx")
    assert found is not None
    assert found.disposition is Disposition.MALICIOUS
    assert {"WSH1002", HISTORY} <= rules_of(found)
    assert GONE not in rules_of(found)


def test_a_page_that_was_moved_away(server: RecordedServer) -> None:
    parent, number = server.table.directory(AUTH), server.table.number()
    away = server.table.directory("Windows/Temp")
    server.table.put(number, "x.dat", away, PLANTED, size_bytes=9)
    server.journal.write(PLANTED, "x.aspx", number, parent)
    server.journal.rename(PLANTED + MINUTE, "x.aspx", "x.dat", number, parent, to=away)
    found = verdict_of(server.hunt(), "x.aspx")
    message = message_of(found, GONE)
    assert message.startswith("the page was renamed away: created 2021-03-03T04:05:06Z, renamed to C:\\Windows\\Temp")
    assert found is not None
    facts = next(each.facts for each in found.findings if each.rule.id == GONE)
    assert facts["recorded_renamed"] == "2021-03-03T04:06:06Z"
    assert "recorded_deleted" not in facts


def test_each_name_of_a_page_has_its_own_end(server: RecordedServer) -> None:
    parent, number, day = server.table.directory(AUTH), server.table.number(), timedelta(days=1)
    server.journal.write(PLANTED, "first.aspx", number, parent)
    server.journal.rename(PLANTED + day, "first.aspx", "second.aspx", number, parent)
    server.journal.rename(PLANTED + 9 * day, "second.aspx", "third.aspx", number, parent)
    server.journal.remove(PLANTED + 20 * day, "third.aspx", number, parent)
    report = server.hunt()
    first, second, third = (
        message_of(verdict_of(report, f"{name}.aspx"), GONE) for name in ("first", "second", "third")
    )
    assert first.startswith("the page was renamed away: ")
    assert first.endswith("second.aspx 2021-03-04T04:05:06Z, says the change journal of the drive")
    assert second.endswith("third.aspx 2021-03-12T04:05:06Z, says the change journal of the drive")
    assert third.startswith("the page was deleted: ")
    assert "deleted 2021-03-23T04:05:06Z, 20 days later" in third
    assert "renamed to" not in third


def test_another_spelling_of_a_name_is_no_renaming(server: RecordedServer) -> None:
    parent, number = server.table.directory(AUTH), server.table.number()
    server.journal.write(PLANTED, "x.aspx", number, parent)
    server.journal.rename(PLANTED + MINUTE, "x.aspx", "X.aspx", number, parent)
    server.journal.remove(PLANTED + 9 * MINUTE, "X.aspx", number, parent)
    found = verdict_of(server.hunt(), "x.aspx")
    assert found is not None
    assert [each.message.partition(",")[0] for each in found.findings if each.rule.id == GONE] == [
        "the page was deleted: created 2021-03-03T04:05:06Z"
    ]
    assert "deleted 2021-03-03T04:14:06Z" in message_of(found, GONE)


def test_a_page_whose_record_is_used_again_needs_the_journal(server: RecordedServer) -> None:
    parent, number = server.table.directory(AUTH), server.table.number()
    server.table.put(number, "y.txt", parent, PLANTED, sequence=4)
    server.journal.write(PLANTED, "x.aspx", number, parent, sequence=3)
    server.journal.remove(PLANTED + MINUTE, "x.aspx", number, parent, sequence=3)
    assert GONE in rules_of(verdict_of(server.hunt(), "x.aspx"))
    assert verdict_of(server.hunt(journal=False), "x.aspx") is None


def test_a_page_that_is_there_again_is_not_gone(server: RecordedServer) -> None:
    server.came_and_went(f"{AUTH}/logon.aspx")
    server.came_and_went(f"{CLIENT}/x.aspx")
    server.files[f"C/{CLIENT}/x.aspx"] = b"<html>"
    report = server.hunt()
    assert verdict_of(report, "logon.aspx") is None
    assert GONE not in rules_of(verdict_of(report, "x.aspx"))


def test_what_exchange_ships_is_replaced_by_updates(server: RecordedServer) -> None:
    for name in ("errorFE.aspx", "expiredpassword.aspx", "signout.aspx"):
        server.came_and_went(f"{AUTH}/{name}")
    server.table.file(f"{AUTH}/frowny.aspx", INSTALLED, content=b"<%@ Page %>", in_use=False)
    assert [each for each in server.hunt().verdicts if each.subject.kind is SubjectKind.TRACE] == []


def test_an_update_that_removes_many_pages_is_of_low_weight(server: RecordedServer) -> None:
    for number in range(25):
        server.came_and_went(f"{EXCHANGE}/ClientAccess/ecp/part/{number}.aspx", after=timedelta(days=200))
    traces = [each for each in server.hunt().verdicts if each.subject.kind is SubjectKind.TRACE]
    assert {each.disposition for each in traces} == {Disposition.UNEXPLAINED}
    assert {each.findings[0].severity.label for each in traces} == {"low"}


def test_an_update_of_exchange_that_removes_an_own_page_accuses_nobody(server: RecordedServer) -> None:
    server.update(PLANTED)
    server.came_and_went(f"{AUTH}/company.aspx", when=PLANTED + 3 * MINUTE)
    found = verdict_of(server.hunt(), "company.aspx")
    assert found is not None
    assert found.disposition is Disposition.UNEXPLAINED


def test_uploads_deployments_and_editors_of_a_site(server: RecordedServer) -> None:
    server.came_and_went("inetpub/wwwroot/shop/report.aspx", after=timedelta(days=30))  # replaced by a deployment
    server.came_and_went("inetpub/wwwroot/shop/web.config")
    server.came_and_went("inetpub/wwwroot/shop/upload.tmp")
    server.table.file("inetpub/wwwroot/shop/old.aspx", INSTALLED, content=FORM, in_use=False)
    server.came_and_went("Windows/Temp/x.aspx")
    assert [each for each in server.hunt().verdicts if each.subject.kind is SubjectKind.TRACE] == []


def test_a_page_of_a_site_that_lived_for_minutes_is_unexplained(server: RecordedServer) -> None:
    server.came_and_went("inetpub/wwwroot/shop/x.aspx")
    found = verdict_of(server.hunt(), "x.aspx")
    assert found is not None
    assert found.disposition is Disposition.UNEXPLAINED


def test_the_same_path_twice_is_one_trace(server: RecordedServer) -> None:
    server.came_and_went(f"{AUTH}/x.aspx")
    server.came_and_went(f"{AUTH}/X.aspx", when=PLANTED + timedelta(days=1))
    found = verdict_of(server.hunt(), "x.aspx")
    assert found is not None
    assert len([each for each in found.findings if each.rule.id == GONE]) == 2


def test_a_text_that_became_a_page_and_went(server: RecordedServer) -> None:
    parent, number = server.table.directory(CLIENT), server.table.number()
    server.journal.write(PLANTED, "x.txt", number, parent)
    server.journal.rename(PLANTED + MINUTE, "x.txt", "x.aspx", number, parent)
    server.journal.remove(PLANTED + 2 * MINUTE, "x.aspx", number, parent)
    assert {GONE, RENAMED} <= rules_of(verdict_of(server.hunt(), "x.aspx"))


def test_a_collection_without_pages_has_the_file_table() -> None:
    server = RecordedServer(whole=False)
    server.table.file(f"{AUTH}/small.aspx", PLANTED, content=SHELL)
    server.table.file(f"{AUTH}/large.aspx", PLANTED, size_bytes=9_999)
    server.table.file(f"{AUTH}/errorFE.aspx", INSTALLED, size_bytes=9_999)
    server.table.file("inetpub/wwwroot/shop/default.aspx", INSTALLED, content=FORM)
    server.table.file("inetpub/wwwroot/shop/shell.aspx", INSTALLED, content=SHELL)
    report = server.hunt()
    small, large, shop = (verdict_of(report, name) for name in ("small.aspx", "large.aspx", "shell.aspx"))
    assert small is not None
    assert large is not None
    assert shop is not None
    assert (small.disposition, small.subject.presence) == (Disposition.MALICIOUS, Presence.NOT_COLLECTED)
    assert (large.disposition, rules_of(large)) == (Disposition.UNEXPLAINED, {MISSING})
    assert shop.disposition is Disposition.MALICIOUS
    assert "it was not collected" in message_of(shop, HISTORY)
    assert verdict_of(report, "errorFE.aspx") is None
    assert verdict_of(report, "default.aspx") is None


def test_hostile_records_end_in_a_report(server: RecordedServer) -> None:
    server.table.file(f"{AUTH}/evil\x1b[2J\n.aspx", PLANTED, content=SHELL, in_use=False)
    server.table.file(f"{AUTH}/\ud800.aspx", PLANTED, content=SHELL, in_use=False)
    server.journal = JournalBuilder()
    server.journal.data += b"\xff" * 5_000
    report = server.hunt()
    assert sum(each.disposition is Disposition.MALICIOUS for each in report.verdicts) == 2


def test_the_number_of_examined_pages_is_bounded(server: RecordedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_records, "MOST_EXAMINED", 1)
    server.came_and_went("inetpub/wwwroot/shop/a.aspx")
    server.came_and_went(f"{AUTH}/x.aspx")
    report = server.hunt()
    assert GONE in rules_of(verdict_of(report, "x.aspx"))  # directories of setup come first
    assert verdict_of(report, "a.aspx") is None
    (gap,) = (gap for gap in report.gaps if gap.code == "file-records-cut")
    assert gap.reason == "it has 2 pages that are gone or were not collected; 1 were examined"
    assert gap.matters


def test_file_records_and_snapshots_make_one_trace(server: RecordedServer) -> None:
    server.came_and_went(f"{AUTH}/x.aspx")
    server.snapshot("vss1", PLANTED + MINUTE, {f"{AUTH}/x.aspx": SHELL})
    found = verdict_of(server.hunt(), "x.aspx")
    assert found is not None
    assert {GONE, "WSH6036", "WSH1002"} <= rules_of(found)
    assert found.disposition is Disposition.MALICIOUS
    assert found.planting is not None
    assert found.planting.when_utc == PLANTED.replace(microsecond=0)


def test_a_deleted_page_is_looked_for_in_the_logs(server: RecordedServer) -> None:
    server.came_and_went(f"{AUTH}/x.aspx")
    fields = "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip sc-status time-taken\n"
    row = "2021-03-03 04:10:00 10.0.0.1 POST /owa/auth/x.aspx - 443 - 198.51.100.7 200 15\n"
    server.files["C/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log"] = (fields + row * 3).encode()
    found = verdict_of(server.hunt(), "x.aspx")
    assert found is not None
    assert found.use is not None
    assert found.use.answered == 3
    assert found.subject.presence is Presence.DELETED
