"""Snapshots bound the time of a planting, and have pages that are gone; updates and deployments accuse nobody."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest

from tests.builders.file_records import CLOSE, EXTEND
from tests.builders.recorded_server import AUTH, PLANTED, SHELL, RecordedServer, message_of, rules_of, verdict_of
from tests.builders.servers import EXCHANGE
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.source_form import Snapshot
from webshellhunt.model.verdict import Disposition, Presence, SubjectKind
from webshellhunt.witnesses import snapshots

FIRST, SECOND = datetime(2021, 3, 1, tzinfo=UTC), datetime(2021, 3, 5, tzinfo=UTC)
OLD = datetime(2016, 3, 1, 8, tzinfo=UTC)
SEEN, ONLY = "WSH6035", "WSH6036"
OTHER = SHELL.replace(b'"c"', b'"d"')


@pytest.fixture
def server() -> RecordedServer:
    return RecordedServer()


def with_snapshots(
    server: RecordedServer, first: dict[str, bytes | None], second: dict[str, bytes | None]
) -> RecordedServer:
    server.snapshot("HarddiskVolumeShadowCopy2", SECOND, second)
    server.snapshot("HarddiskVolumeShadowCopy1", FIRST, first)
    return server


def test_the_planting_is_between_two_snapshots(server: RecordedServer) -> None:
    server.plant(f"{AUTH}/x.aspx", set_to=OLD)
    with_snapshots(server, {}, {f"{AUTH}/x.aspx": SHELL})
    found = verdict_of(server.hunt(records=False), "x.aspx")
    words = "absent in the shadow copy of 2021-03-01T00:00:00Z, present since the shadow copy of 2021-03-05T00:00:00Z"
    assert message_of(found, SEEN) == words
    assert found is not None
    assert found.planting is not None
    # The time of the file is older, and so false; a bound is no time, and the fix was public between the two.
    assert (found.planting.when_utc, found.planting.waves, found.planting.before_fix) == (None, ("ProxyLogon",), None)
    assert found.planting.sentence == (
        "planted between 2021-03-01 (absent in a shadow copy) and 2021-03-05 (present in a shadow copy), "
        "in the window of ProxyLogon; its times differ by 1,826 days"
    )


def test_bounds_far_apart_name_no_wave_and_no_moment(server: RecordedServer) -> None:
    server.plant(f"{AUTH}/x.aspx", set_to=OLD)
    server.snapshot("HarddiskVolumeShadowCopy1", FIRST, {})
    server.snapshot("HarddiskVolumeShadowCopy2", datetime(2023, 6, 5, tzinfo=UTC), {f"{AUTH}/x.aspx": SHELL})
    report = server.hunt(records=False)
    found = verdict_of(report, "x.aspx")
    assert found is not None
    assert found.planting is not None
    assert (found.planting.when_utc, found.planting.waves, found.planting.before_fix) == (None, (), None)
    assert "ProxyLogon" not in found.planting.sentence
    assert [moment for moment in report.timeline if moment.event.startswith("planted")] == []


def test_a_page_that_was_changed_is_not_said_to_have_been_absent(server: RecordedServer) -> None:
    server.plant(f"{AUTH}/x.aspx", set_to=OLD)
    with_snapshots(server, {f"{AUTH}/x.aspx": b"<html>"}, {f"{AUTH}/x.aspx": SHELL})
    file = next(each for each in server.hunt(records=False).verdicts if each.subject.kind is SubjectKind.FILE)
    assert file.planting is not None
    assert "2021-03-01 (other content in a shadow copy)" in file.planting.sentence
    assert "absent" not in file.planting.sentence


def test_a_stock_page_that_was_changed_has_the_day_of_its_last_write(server: RecordedServer) -> None:
    installed, changed = datetime(2021, 1, 10, tzinfo=UTC), datetime(2021, 6, 1, tzinfo=UTC)
    number = server.plant(f"{AUTH}/logon.aspx", when=installed)
    parent = server.table.directory(AUTH)
    server.journal.write(installed, "logon.aspx", number, parent)
    server.journal.add(changed, EXTEND | CLOSE, "logon.aspx", number, parent)
    server.snapshot("HarddiskVolumeShadowCopy1", datetime(2021, 5, 1, tzinfo=UTC), {})
    found = next(
        each for each in server.hunt().verdicts if each.findings and each.subject.path.endswith(r"auth\logon.aspx")
    )
    assert found.planting is not None
    assert found.planting.when_utc == changed
    assert "ProxyLogon" not in found.planting.sentence


def test_a_true_time_of_the_file_is_kept(server: RecordedServer) -> None:
    server.plant(f"{AUTH}/x.aspx")
    with_snapshots(server, {}, {f"{AUTH}/x.aspx": SHELL})
    found = verdict_of(server.hunt(records=False), "x.aspx")
    assert found is not None
    assert found.planting is not None
    assert found.planting.when_utc == PLANTED


def test_a_page_that_was_there_before_and_one_with_other_content(server: RecordedServer) -> None:
    server.plant(f"{AUTH}/x.aspx")
    server.plant(f"{AUTH}/y.aspx")
    pages: dict[str, bytes | None] = {f"{AUTH}/x.aspx": SHELL, f"{AUTH}/y.aspx": b"<html>"}
    report = with_snapshots(server, pages, {**pages, f"{AUTH}/y.aspx": SHELL}).hunt()
    assert (
        message_of(verdict_of(report, "x.aspx"), SEEN) == "present in the shadow copy of 2021-03-01T00:00:00Z already"
    )
    file = next(each for each in report.verdicts if each.subject.path.endswith("y.aspx"))
    assert message_of(file, SEEN).startswith("with other content in the shadow copy of 2021-03-01")


def test_a_page_that_is_only_in_a_snapshot(server: RecordedServer) -> None:
    both: dict[str, bytes | None] = {f"{AUTH}/x.aspx": SHELL}
    report = with_snapshots(server, both, both).hunt()
    found = verdict_of(report, "x.aspx")
    assert found is not None
    assert (found.subject.kind, found.subject.presence) == (SubjectKind.TRACE, Presence.DELETED)
    assert found.disposition is Disposition.MALICIOUS
    assert {"WSH1002", ONLY} <= rules_of(found)
    span = "the shadow copy of 2021-03-01T00:00:00Z to the shadow copy of 2021-03-05T00:00:00Z"
    assert message_of(found, ONLY) == f"the page is in {span}, and was deleted since"


def test_a_harmless_page_in_a_directory_of_setup_is_suspicious_by_its_absence(server: RecordedServer) -> None:
    found = verdict_of(with_snapshots(server, {f"{AUTH}/x.aspx": b"<html>"}, {}).hunt(), "x.aspx")
    assert found is not None
    assert found.disposition is Disposition.SUSPICIOUS


def test_a_stock_page_that_was_a_shell_then(server: RecordedServer) -> None:
    report = with_snapshots(server, {}, {f"{AUTH}/logon.aspx": SHELL}).hunt()
    found = verdict_of(report, "logon.aspx")
    assert found is not None
    assert (found.subject.kind, found.disposition) == (SubjectKind.TRACE, Disposition.MALICIOUS)
    assert "has other content now" in message_of(found, SEEN)
    assert "Exchange ships no such page in this directory" not in found.reasons


def test_two_contents_of_one_path_are_two_traces(server: RecordedServer) -> None:
    report = with_snapshots(server, {f"{AUTH}/x.aspx": SHELL}, {f"{AUTH}/x.aspx": OTHER}).hunt()
    found = [each for each in report.verdicts if each.subject.path.endswith(r"auth\x.aspx")]
    assert {each.subject.sha256 for each in found} == {hashlib.sha256(each).hexdigest() for each in (SHELL, OTHER)}
    assert [each.disposition for each in found] == [Disposition.MALICIOUS] * 2


def test_updates_and_deployments_are_silent(server: RecordedServer) -> None:
    then: dict[str, bytes | None] = {
        f"{AUTH}/logon.aspx": b'<%@ Page Language="C#" %><html>of an older build</html>',
        f"{AUTH}/frowny.aspx": b"<html>",
        f"{EXCHANGE}/ClientAccess/ecp/default.aspx": b"<html>",
        "inetpub/wwwroot/shop/old.aspx": b'<form method="post">',
        "Windows/Temp/x.aspx": SHELL,
    }
    report = with_snapshots(server, then, then).hunt()
    assert [each for each in report.verdicts if each.disposition > Disposition.BENIGN] == []
    assert [gap for gap in report.gaps if gap.stage == "witnesses"] == []


def test_pages_that_an_update_removed_accuse_nobody(server: RecordedServer) -> None:
    own: dict[str, bytes | None] = {f"{AUTH}/own{number}.aspx": b"<html>%d" % number for number in range(30)}
    traces = [each for each in with_snapshots(server, {}, own).hunt().verdicts if each.findings]
    assert len(traces) == 30
    assert {each.disposition for each in traces} == {Disposition.UNEXPLAINED}


def test_an_own_page_that_went_when_stock_pages_were_replaced_accuses_nobody(server: RecordedServer) -> None:
    older: dict[str, bytes | None] = {f"{EXCHANGE}/ClientAccess/ecp/{number}.aspx": b"<html>" for number in range(30)}
    server.files |= {f"C/{path}": b"<html>newer" for path in older}
    found = verdict_of(with_snapshots(server, {}, {**older, f"{AUTH}/health.aspx": b"<html>OK"}).hunt(), "health.aspx")
    assert found is not None
    assert found.disposition is Disposition.UNEXPLAINED


def test_a_shell_that_went_with_many_pages_is_still_one(server: RecordedServer) -> None:
    pages: dict[str, bytes | None] = {f"{AUTH}/own{number}.aspx": b"<html>" for number in range(30)}
    found = verdict_of(with_snapshots(server, {}, {**pages, f"{AUTH}/x.aspx": SHELL}).hunt(), "x.aspx")
    assert found is not None
    assert found.disposition is Disposition.MALICIOUS


def test_a_page_that_went_long_before_the_many_is_alone(server: RecordedServer) -> None:
    pages: dict[str, bytes | None] = {f"{AUTH}/own{number}.aspx": b"<html>" for number in range(30)}
    found = verdict_of(with_snapshots(server, {**pages, f"{AUTH}/x.aspx": b"<html>"}, pages).hunt(), "x.aspx")
    assert found is not None
    assert found.disposition is Disposition.SUSPICIOUS


@pytest.mark.parametrize(
    ("name", "collected", "seen"),
    [
        ("x.php", False, True), ("x.php", True, True), ("x.inc", False, True), ("x.txt", True, False),
        ("x.html", False, False), ("x.html", True, True),
    ],
)  # fmt: skip
def test_files_that_are_no_pages(server: RecordedServer, name: str, collected: bool, seen: bool) -> None:
    server.form = server.form._replace(is_collection=collected)
    found = verdict_of(with_snapshots(server, {}, {f"{AUTH}/{name}": SHELL}).hunt(), name)
    assert (found is not None) == seen
    assert found is None or found.disposition >= Disposition.SUSPICIOUS


def test_settings_and_scripts_that_are_gone_accuse_nobody_and_are_no_company(server: RecordedServer) -> None:
    own: dict[str, bytes | None] = {f"{AUTH}/{number}.config": b"<configuration/>" for number in range(30)}
    own |= {f"inetpub/wwwroot/blog/{number}.php": b"<?php echo 1;" for number in range(30)}
    report = with_snapshots(server, {}, {**own, f"{AUTH}/x.aspx": b"<html>"}).hunt()
    assert [each.subject.path[-6:] for each in report.verdicts if each.findings] == ["x.aspx"]
    found = verdict_of(report, "x.aspx")
    assert found is not None
    assert found.disposition is Disposition.SUSPICIOUS


def test_in_a_collection_without_the_directory_absent_is_not_collected(server: RecordedServer) -> None:
    with_snapshots(server, {f"{AUTH}/x.aspx": SHELL, f"{AUTH}/y.aspx": b"<html>"}, {})
    server.form = server.form._replace(is_collection=True)
    for path in [each for each in server.files if each.startswith(f"C/{AUTH}/")]:
        del server.files[path]
    server.files[f"C/{AUTH}/web.config"] = b"<configuration/>"
    report = server.hunt()
    found = verdict_of(report, "x.aspx")
    assert found is not None
    assert (found.subject.presence, found.disposition) == (Presence.NOT_COLLECTED, Disposition.MALICIOUS)
    assert "was not collected from the drive itself" in message_of(found, SEEN)
    assert verdict_of(report, "y.aspx") is None


def test_in_a_collection_with_the_directory_absent_is_deleted(server: RecordedServer) -> None:
    with_snapshots(server, {f"{AUTH}/x.aspx": SHELL}, {})
    server.form = server.form._replace(is_collection=True)
    found = verdict_of(server.hunt(), "x.aspx")
    assert found is not None
    assert (found.subject.presence, found.disposition) == (Presence.DELETED, Disposition.MALICIOUS)


def test_in_a_collection_a_file_that_is_absent_bounds_nothing(server: RecordedServer) -> None:
    server.plant(f"{AUTH}/x.aspx", set_to=OLD)
    with_snapshots(server, {}, {f"{AUTH}/x.aspx": SHELL})
    server.form = server.form._replace(is_collection=True)
    found = verdict_of(server.hunt(records=False), "x.aspx")
    assert message_of(found, SEEN).startswith("not collected in the shadow copy of 2021-03-01")
    assert found is not None
    assert found.planting is not None
    assert found.planting.when_utc == OLD


def test_in_a_copy_of_changed_files_absent_says_nothing(server: RecordedServer) -> None:
    server.plant(f"{AUTH}/x.aspx", set_to=OLD)
    with_snapshots(server, {f"{AUTH}/other.aspx": b"<html>"}, {f"{AUTH}/x.aspx": SHELL})
    changed = tuple(each._replace(only_changed=True) for each in server.form.snapshots)
    server.form = server.form._replace(is_collection=True, snapshots=changed)
    found = verdict_of(server.hunt(records=False), "x.aspx")
    assert message_of(found, SEEN) == "present in the shadow copy of 2021-03-05T00:00:00Z already"


def test_an_equal_size_and_time_is_not_read(server: RecordedServer) -> None:
    with_snapshots(server, {}, {f"{AUTH}/logon.aspx": SHELL})
    same = Timestamps(OLD, OLD, None, original=True)
    server.files[f"C/{AUTH}/logon.aspx"] = b" " * len(SHELL)
    server.times |= {f"{top}/{AUTH}/logon.aspx": same for top in ("C", "@HarddiskVolumeShadowCopy2")}
    assert verdict_of(server.hunt(), "logon.aspx") is None


def test_a_snapshot_of_an_unknown_drive_and_a_broken_one(server: RecordedServer) -> None:
    server.files["D:/x.txt"] = b""
    server.form = server.form._replace(snapshots=(Snapshot("vss1", "@none"), Snapshot("vss2", "@none", "C")))
    server.plant(f"{AUTH}/x.aspx")
    report = server.hunt()
    assert {gap.code for gap in report.gaps if gap.stage == "witnesses"} <= {"snapshot-not-read"}
    assert [gap.matters for gap in report.gaps if gap.code == "snapshot-not-read"] == [True]
    assert SEEN not in rules_of(verdict_of(report, "x.aspx"))


def test_the_work_is_bounded(server: RecordedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "MOST_EXAMINED", 3)
    pages: dict[str, bytes | None] = {f"{AUTH}/{number}.aspx": b"%d" % number for number in range(9)}
    report = with_snapshots(server, pages, {}).hunt()
    assert "snapshots-cut" in {gap.code for gap in report.gaps}
    monkeypatch.setattr(snapshots, "MOST_ENTRIES", 3)
    assert "snapshots-cut" in {gap.code for gap in server.hunt().gaps}
