"""Stories of forms: where the drive is, what is gone, what was not collected, and two servers in one place."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest

import webshellhunt as wsh
from tests.builders import triage
from tests.builders.event_logs import Event
from tests.builders.servers import HOST_CONFIG, application_host
from tests.stories.evidence import (
    INTRUDER,
    Ran,
    Server,
    Told,
    at,
    tarred,
    times,
    write,
    zipped,
)
from tests.stories.test_exploitation_grades import PAGE, set_url

GONE = "/aspnet_client/gone.aspx"


def attacked(*, page: bool = True, gone: bool = False) -> Server:
    """Return a server with a shell, or with the remnant of one that is gone, and the requests for it."""
    server = Server()
    server.visitors("03", "04")
    if page:
        server.shell()
        server.call("POST", "/aspnet_client/x1.aspx", times("03 04:05:00", 3))
    if gone:
        server.ran(GONE)
        server.call("POST", GONE, times("03 04:10:00", 4))
    return server


def zip_at(folder: Path, files: dict[str, bytes], name: str = "EXCH01.zip") -> Path:
    path = folder / name
    path.write_bytes(zipped(files))
    return path


TOPS = [
    "",
    "EXCH01",
    "C",
    "EXCH01/C",
    "C_drive",
    "EXCH01/C_drive",
    "Evidence/EXCH01/C$",
    "uploads/auto/C%3A",
    "[root]",
    "EXCH01-20261120/[root]",
]


@pytest.mark.parametrize("top", TOPS)
def test_a_drive_in_an_archive_has_the_paths_of_the_server(top: str, tmp_path: Path) -> None:
    told = Ran("hunt", zip_at(tmp_path, attacked().below(top)))
    found = told.one("x1.aspx")
    assert found["path"] == r"C:\inetpub\wwwroot\aspnet_client\x1.aspx", found["path"]
    assert found["disposition"] == "malicious"
    assert found["use"] is not None, found["use"]
    assert found["use"]["answered"] == 3, found["use"]
    assert told.summary["host"]["exchange"], "Exchange not found"
    assert told.status == 1


@pytest.mark.parametrize("top", ["EXCH01", "Evidence/EXCH01/C$", "EXCH01/C"])
def test_a_drive_in_a_folder_has_the_paths_of_the_server(top: str, tmp_path: Path) -> None:
    told = Ran("hunt", write(tmp_path / "case", attacked().below(top)))
    found = told.one("x1.aspx")
    assert found["path"] == r"C:\inetpub\wwwroot\aspnet_client\x1.aspx", found["path"]
    assert found["use"] is not None, found["use"]
    assert found["use"]["answered"] == 3, found["use"]


@pytest.mark.parametrize("top", ["EXCH01", "EXCH01/C"])
def test_a_clean_drive_below_a_top_folder_is_a_server(top: str, tmp_path: Path) -> None:
    told = Ran("hunt", zip_at(tmp_path, attacked(page=False).below(top)))
    told.quiet()
    assert told.summary["host"]["exchange"], "Exchange not found"
    assert told.summary["patch_state"] is not None
    assert told.summary["coverage"]["pages"] == "held", told.summary["coverage"]


@pytest.mark.parametrize("inside", ["EXCH01", "C", ""])
def test_an_archive_inside_a_folder_is_opened(inside: str, tmp_path: Path) -> None:
    (tmp_path / "case").mkdir()
    zip_at(tmp_path / "case", attacked().below(inside))
    told = Ran("hunt", tmp_path / "case")
    assert told.status != 0, told.summary.get("assessment")
    opened_or_told(told, "EXCH01.zip")


def opened_or_told(told: Ran, name: str) -> None:
    """Require that the server in an archive was hunted, or that a gap says that it was not."""
    found = [each for each in told.accused if each["path"].endswith("x1.aspx")]
    unread = [each for each in told.gaps if each["matters"] and name in str(each["path"])]
    assert found or unread, (int(told.status), told.summary["assessment"]["sentence"], told.names, told.gaps)
    assert told.status in (1, 3), told.status


@pytest.mark.parametrize("outer", ["zip", "tar.gz"])
@pytest.mark.parametrize("inner", ["EXCH01.zip", "case/EXCH01.zip", "EXCH01.tar.gz"])
def test_an_archive_inside_an_archive_inside_a_folder(outer: str, inner: str, tmp_path: Path) -> None:
    drive = attacked().below("C")
    held = {inner: zipped(drive) if inner.endswith("zip") else tarred(drive)}
    place = write(tmp_path / "case", {f"outer.{outer}": zipped(held) if outer == "zip" else tarred(held)})
    opened_or_told(Ran("hunt", place), f"outer.{outer}")


@pytest.mark.parametrize("inner", ["EXCH01.zip", "case/EXCH01.zip"])
def test_an_archive_inside_an_archive_given_by_itself(inner: str, tmp_path: Path) -> None:
    outer = zip_at(tmp_path, {inner: zipped(attacked().below("C"))}, "outer.zip")
    opened_or_told(Ran("hunt", outer), "EXCH01.zip")


def test_a_clean_server_in_an_archive_without_compression_is_not_accused(tmp_path: Path) -> None:
    """Its files are readable in the archive as they are; together they are no page and no configuration."""
    data = zipped(attacked(page=False).below("EXCH01"), zipfile.ZIP_STORED)
    Ran("hunt", write(tmp_path / "case", {"EXCH01.zip": data})).quiet()


@pytest.mark.parametrize("form", ["folder", "zip"])
def test_two_servers_in_one_place_are_two_hosts(form: str, tmp_path: Path) -> None:
    one, two = attacked(), attacked(page=False)
    files = {**one.below("EXCH01/C"), **two.below("EXCH02/C")}
    place = write(tmp_path / "case", files) if form == "folder" else zip_at(tmp_path, files, "both.zip")
    told = Ran("hunt", place)
    assert len(told.document) == 2, f"{len(told.document)} report(s): {[each['location'] for each in told.document]}"
    locations = [each["location"] for each in told.document]
    assert any("EXCH01" in each for each in locations), locations
    assert any("EXCH02" in each for each in locations), locations
    accused = [
        [each["path"] for each in report["verdicts"] if each["disposition"] == "malicious"] for report in told.document
    ]
    assert [len(each) for each in accused] == [1, 0], accused
    assert told.status == 1


def test_two_servers_are_refused_by_the_library(tmp_path: Path) -> None:
    files = {**attacked().below("EXCH01/C"), **attacked(page=False).below("EXCH02/C")}
    place = write(tmp_path / "case", files)
    with pytest.raises(wsh.WebShellHuntError) as refused:
        wsh.hunt(str(place))
    assert "EXCH01" in str(refused.value)
    assert "EXCH02" in str(refused.value)


def test_two_drives_of_one_server_are_one_host(tmp_path: Path) -> None:
    server = attacked()
    files = {**server.below("EXCH01/C"), "EXCH01/D/Backup/notes.txt": b"x", "EXCH01/D/Data/mail.txt": b"y"}
    told = Ran("hunt", write(tmp_path / "case", files))
    assert len(told.document) == 1
    assert told.one("x1.aspx")["path"].startswith("C:\\inetpub")


def test_an_empty_folder_is_incomplete(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    told = Ran("hunt", tmp_path / "empty")
    assert told.status == 3, told.summary["assessment"]["sentence"]
    assert told.state == "incomplete", told.state


def test_an_empty_archive_is_incomplete(tmp_path: Path) -> None:
    told = Ran("hunt", zip_at(tmp_path, {}))
    assert told.status in (2, 3), told.status


def test_a_plain_folder_is_told_as_one(tmp_path: Path) -> None:
    told = Ran("hunt", write(tmp_path / "pages", {"a/index.html": b"<p>", "a/b.aspx": b"<p>"}))
    told.quiet()
    assert "folder" in told.sentence or "no Exchange" in told.text or "no IIS" in told.text, told.sentence
    told.says(r"plain folder|no Exchange|neither Exchange|no server")


# what is gone


@pytest.mark.parametrize("form", ["folder", "zip", "zip -r", "velociraptor", "kape"])
def test_a_page_that_is_gone_from_a_collected_directory(form: str, tmp_path: Path) -> None:
    server = attacked(page=False, gone=True)
    server.add("inetpub/wwwroot/aspnet_client/system_web/4_0_30319/extra.js", b"var a;", at("2019-02-11 14:02:31"))
    told = _told(form, server, tmp_path)
    found = told.one("gone.aspx")
    assert found["presence"] == "deleted", found["presence"]
    assert found["use"]["answered"] == 4
    assert (found["use"]["first_utc"], found["use"]["last_utc"]) == ("2021-03-03T04:10:00Z", "2021-03-03T04:13:00Z")
    assert found["use"]["clients"] == [INTRUDER]
    told.says("deleted")


@pytest.mark.parametrize("form", ["folder", "zip", "velociraptor", "kape"])
def test_a_page_whose_directory_was_not_collected(form: str, tmp_path: Path) -> None:
    server = attacked(page=False, gone=True)
    server.remove("inetpub/wwwroot/", "FrontEnd/HttpProxy/", "ClientAccess/")
    told = _told(form, server, tmp_path)
    found = told.one("gone.aspx")
    assert found["presence"] == "not_collected", found["presence"]
    told.never(r"gone\.aspx\S* (ran|was).{0,60}deleted")
    told.says("Look for these files on the server now")
    told.never("no other evidence is left|Search backups")


@pytest.mark.parametrize("form", ["velociraptor", "kape"])
def test_a_page_that_the_targets_of_a_tool_leave_out(form: str, tmp_path: Path) -> None:
    """KAPE's targets take web.config, logs and remnants, and no page: what is absent was not collected."""
    source = attacked(page=False, gone=True).source()
    make = triage.kape if form == "kape" else triage.velociraptor
    told = Ran("hunt", make(source, wanted=triage.is_in_kape_targets).write_zip(tmp_path / "collection.zip"))
    assert told.one("gone.aspx")["presence"] == "not_collected"
    told.never(r"was deleted")


def test_a_page_alone_in_its_directory_that_is_gone() -> None:
    """The directory is there and empty now: neighbours are no condition."""
    server = attacked(page=False, gone=True)
    server.ran("/owa/auth/kq7w.aspx", application="owa")
    server.call("POST", "/owa/auth/kq7w.aspx", times("03 05:10:00", 4))
    told = server.hunt()
    assert told.one("kq7w.aspx")["presence"] == "deleted"


def test_a_stock_page_that_ran_and_is_there() -> None:
    server = Server()
    server.visitors("03")
    server.sign_ins("/owa/auth/logon.aspx", count=20)
    server.hunt().quiet()


def test_a_page_known_by_requests_alone_is_gone() -> None:
    server = attacked(page=False)
    server.call("POST", "/aspnet_client/only.aspx", times("03 04:10:00", 6))
    found = server.hunt().one("only.aspx")
    assert found["presence"] == "deleted"
    assert found["disposition"] in ("suspicious", "malicious")
    assert found["use"]["answered"] == 6


def test_a_page_that_defender_removed_is_gone() -> None:
    server = attacked(page=False)
    server.call("POST", "/aspnet_client/caught.aspx", times("03 04:10:00", 2))
    path = r"C:\inetpub\wwwroot\aspnet_client\caught.aspx"
    values = {"Threat Name": "Backdoor:ASP/Chopper.F!dha", "Action Name": "Quarantine", "Path": f"file:_{path}"}
    channel = "Microsoft-Windows-Windows Defender/Operational"
    server.events(channel, Event(1117, "Microsoft-Windows-Windows Defender", values, channel, "2021-03-03T05:14:10Z"))
    found = server.hunt().one("caught.aspx")
    assert found["presence"] == "deleted", found["presence"]


def test_remnants_without_page_directories_are_incomplete(tmp_path: Path) -> None:
    """A triage collection: configuration and compiled remnants of stock pages, and no page directory."""
    server = Server()
    server.visitors("03")
    server.remove("inetpub/wwwroot/", "FrontEnd/HttpProxy/", "ClientAccess/")
    told = Ran("hunt", triage.kape(server.source(), dedupe=False).write_zip(tmp_path / "kape.zip"))
    assert told.state == "incomplete", (told.state, told.sentence)
    assert told.summary["coverage"]["pages"] != "held", told.summary["coverage"]
    assert told.status == 3, told.status
    told.never(r"^Nothing was found in the examined files")


def test_remnants_of_a_plain_zip_without_page_directories_are_incomplete(tmp_path: Path) -> None:
    server = Server()
    server.remove("inetpub/wwwroot/", "FrontEnd/HttpProxy/", "ClientAccess/")
    told = Ran("hunt", zip_at(tmp_path, server.below("C")))
    assert told.state == "incomplete", (told.state, told.sentence)
    assert told.status == 3, told.status


def test_a_gone_page_of_a_remnant_without_requests_is_not_called_used(tmp_path: Path) -> None:
    server = attacked(page=False)
    server.ran(GONE)
    told = server.hunt()
    assert told.one("gone.aspx")["presence"] == "deleted"
    assert "Used by" not in told.sentence, told.sentence


def _told(form: str, server: Server, tmp_path: Path) -> Told:
    source = server.source()
    if form == "folder":
        return Ran("hunt", write(tmp_path / "EXCH01", server.below("C")))
    if form == "zip":
        return Ran("hunt", zip_at(tmp_path, server.below("C")))
    if form == "zip -r":
        return Ran("hunt", zip_at(tmp_path, server.below("EXCH01")))
    if form == "velociraptor":
        return Ran("hunt", triage.velociraptor(source).write_zip(tmp_path / "Collection-EX01.zip"))
    return Ran("hunt", triage.kape(source, dedupe=False).write_folder(tmp_path / "kape"))


def test_logs_inside_a_compressed_file_count(tmp_path: Path) -> None:
    server = attacked()
    files = server.below("C")
    name = next(each for each in files if each.endswith("u_ex210303.log") and "W3SVC1" in each)
    files[name + ".gz"] = gzip.compress(files.pop(name), mtime=0)
    told = Ran("hunt", write(tmp_path / "EXCH01", files))
    assert told.use("x1.aspx")["answered"] == 3


@pytest.mark.parametrize("form", ["kape", "velociraptor"])
def test_logs_of_exchange_in_a_collection_without_exchange(form: str, tmp_path: Path) -> None:
    """The targets of a tool take the logs of Exchange and none of its programs and pages."""
    server = Server()
    server.visitors("03")
    set_url(server, "03 04:10:08", f"http://f/{PAGE}")
    make = triage.kape if form == "kape" else triage.velociraptor
    told = Ran("hunt", make(server.source(), wanted=triage.is_in_kape_targets).write_zip(tmp_path / "collection.zip"))
    assert [each for each in told.summary["traffic"]["coverage"] if each["log"] == "ecp_server"], (
        "the ECP log was not read"
    )
    told.says("ProxyLogon was exploited")
    told.never(r"no Exchange\b")
    assert told.status == 1


def test_a_collection_of_iis_alone_says_nothing_of_exchange(tmp_path: Path) -> None:
    """A web server without Exchange: its configuration has no directory of Exchange."""
    server = Server()
    host = application_host(("/", "%SystemDrive%\\inetpub\\wwwroot")).decode()
    files = {path: data for path, data in server.drive().items() if path.startswith("inetpub/")}
    files[HOST_CONFIG] = host.encode()
    told = Ran("hunt", write(tmp_path / "WEB01", {f"C/{path}": data for path, data in files.items()}))
    told.quiet()
    told.never(r"OPEN to|open to ProxyLogon")
    assert not told.summary["host"]["exchange"], told.summary["host"]
