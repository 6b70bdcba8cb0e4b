from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.logs import row, text_log
from webshellhunt.host.walk.survey import survey
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Limits
from webshellhunt.model.traffic import LogKind
from webshellhunt.scan.log_places import Found, FoundLog, PackedLogs, find_logs, find_logs_in, why_no_log
from webshellhunt.sources import open_source
from webshellhunt.sources.memory import MemorySource

ROWS = text_log(LogKind.IIS, row(path="/"))
CONFIG = b"""<configuration><system.applicationHost><sites>
<site name="Default Web Site" id="7"><logFile directory="D:\\weblogs" /><application path="/">
<virtualDirectory path="/" physicalPath="C:\\inetpub\\wwwroot" /></application></site></sites></system.applicationHost>
</configuration>"""


def _found(files: dict[str, bytes], *, alone: bool = False) -> list[Found]:
    return list(find_logs(survey(MemorySource(files), Limits()), alone=alone))


def _logs(files: dict[str, bytes]) -> list[tuple[str, LogKind, int | None]]:
    return [(each.log.path, each.log.kind, each.log.site) for each in _found(files) if isinstance(each, FoundLog)]


def test_the_configuration_names_the_folder_of_the_logs() -> None:
    files = {
        "C/Windows/System32/inetsrv/config/applicationHost.config": CONFIG,
        "D/weblogs/W3SVC7/u_ex210303.log": ROWS,
        "D/weblogs/W3SVC7/notes.docx": b"x",
    }
    assert _logs(files) == [(r"D:\weblogs\W3SVC7\u_ex210303.log", LogKind.IIS, 7)]


def test_the_logs_of_exchange_are_below_its_installation() -> None:
    top = "C/Program Files/Microsoft/Exchange Server/V15"
    files = {
        f"{top}/FrontEnd/HttpProxy/owa/auth/logon.aspx": b"x",
        f"{top}/Logging/HttpProxy/Owa/HttpProxy_2021030304-1.LOG": text_log(LogKind.HTTP_PROXY, row(path="/owa")),
        f"{top}/Logging/Other/other.log": b"x",
    }
    assert [kind for _, kind, _ in _logs(files)] == [LogKind.HTTP_PROXY]


def test_an_empty_log_and_other_event_logs_are_left_out() -> None:
    files = {
        "C/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log": b"",
        "C/Windows/System32/winevt/Logs/Setup.evtx": b"ElfFile\0",
        "C/Windows/System32/winevt/Logs/System.evtx": b"ElfFile\0",
        "C/Windows/System32/winevt/Logs/Microsoft-Windows-Windows Defender%4Operational.evtx": b"ElfFile\0",
    }
    assert [path for path, _, _ in _logs(files)] == [
        r"C:\Windows\System32\winevt\Logs\Microsoft-Windows-Windows Defender%4Operational.evtx",
        r"C:\Windows\System32\winevt\Logs\System.evtx",
    ]


def test_a_folder_of_copied_logs_is_searched_by_path_and_alone_by_content() -> None:
    assert len(_logs({"copy/W3SVC2/u_ex210303.log": ROWS})) == 1
    found = _found({"copy/today.txt": ROWS, "copy/notes.docx": b"\xff\xd8"}, alone=True)
    kinds = [
        each.log.kind if isinstance(each, FoundLog) else each.code for each in found if not isinstance(each, PackedLogs)
    ]
    assert kinds == ["log-format-not-read", LogKind.IIS]


def test_a_place_that_the_user_names_is_told_by_its_own_paths(tmp_path: Path) -> None:
    (tmp_path / "access.log").write_bytes(ROWS)
    with open_source(tmp_path) as source:
        (found,) = find_logs_in(source, 3)
    assert isinstance(found, FoundLog)
    assert (found.place, found.log.kind) == (3, LogKind.IIS)
    assert found.log.path == str(tmp_path / "access.log")


def test_a_folder_that_can_not_be_listed_is_a_gap() -> None:
    files = {"inetpub/logs/LogFiles/W3SVC1/u_ex210303.log": ROWS}
    source = MemorySource(files, unreadable=("inetpub/logs/LogFiles/W3SVC1",))
    (found,) = find_logs(survey(source, Limits()))
    assert isinstance(found, Gap)
    assert found.stage == "logs"
    assert found.matters


def test_pages_settings_and_pictures_are_no_candidates_for_logs_unless_their_content_is_one() -> None:
    names = ("web.config", "x.aspx", "logo.png", "style.css")
    files = {f"copy/{name}": b"<x/>" for name in names}
    (only,) = _found({**files, "copy/renamed.aspx": ROWS}, alone=True)
    assert isinstance(only, FoundLog)
    assert only.log.path.endswith("renamed.aspx")


def test_a_log_in_a_format_that_is_not_read_matters_and_a_document_does_not() -> None:
    native = b"192.0.2.1, -, 10/1/2021, 7:19:08, W3SVC1, WEB01, 192.0.2.2, 613, 747, 143, 304, 0, GET, /, -,\r\n"
    found = _found({"copy/access.txt": native, "copy/photo.docx": b"\xff\xd8"}, alone=True)
    assert [(each.path, each.matters) for each in found if isinstance(each, Gap)] == [
        ("copy/access.txt", True),
        ("copy/photo.docx", False),
    ]


def test_logs_behind_a_link_are_gaps_and_archives_are_places_of_their_own() -> None:
    folder = "C/inetpub/logs/LogFiles"
    links = {f"{folder}/W3SVC2": None, f"{folder}/W3SVC1/u_ex210304.log": None}
    packed = b"PK\x05\x06" + bytes(18)
    files = {f"{folder}/W3SVC1/u_ex210303.log": ROWS, f"{folder}/W3SVC1/2020.zip": packed}
    found = list(find_logs(survey(MemorySource(files, links=links), Limits())))
    gaps = {each.path.rpartition("\\")[2]: each.code for each in found if isinstance(each, Gap)}
    assert gaps == {"W3SVC2": "log-link-not-followed", "u_ex210304.log": "log-link-not-followed"}
    (archive,) = [each for each in found if isinstance(each, PackedLogs)]
    assert (archive.path.rpartition("\\")[2], archive.source_path) == ("2020.zip", None)


def test_a_renamed_log_at_the_place_of_logs_is_read() -> None:
    folder = "C/inetpub/logs/LogFiles/W3SVC1"
    names = ("u_ex210303.log.1", "march.txt", "export", "u_ex210302.log.bak")
    found = _logs({f"{folder}/{name}": ROWS for name in names})
    assert [(kind, site) for _, kind, site in found] == [(LogKind.IIS, 1)] * 4


def test_a_site_is_searched_by_names_and_a_folder_without_one_by_content() -> None:
    site = {"copy/site/a.aspx": b"<p>", "copy/site/data.txt": ROWS, "copy/site/iis_march.txt": ROWS}
    assert [path for path, _, _ in _logs(site)] == ["copy/site/iis_march.txt"]
    assert len(_logs({path: data for path, data in site.items() if "aspx" not in path})) == 2


class Counting(MemorySource):
    """Counts the bytes that are read of each file."""

    def read(self, path: str, limit_bytes: int, offset: int = 0) -> bytes:
        """Return bytes of a file."""
        data = super().read(path, limit_bytes, offset)
        COUNTED[path] = COUNTED.get(path, 0) + len(data)
        return data


COUNTED: dict[str, int] = {}


def test_the_sizes_of_files_with_the_name_of_a_log_alone_are_looked_at_in_a_site() -> None:
    looked: list[str] = []

    class Looking(MemorySource):
        def names(self, path: str) -> dict[str, EntryKind]:
            return {name: entry.kind for name, entry in self._tree[path].items()}

        def stat(self, path: str) -> Entry | None:
            looked.append(path)
            return super().stat(path)

    surveyed = survey(
        Looking({"site/a.aspx": b"<p>", "site/b.txt": ROWS, "site/iis_march.txt": ROWS, "site/iis_april.txt": b""}),
        Limits(),
    )
    looked.clear()
    (found,) = find_logs(surveyed)
    assert isinstance(found, FoundLog)
    assert found.entry_path == "site/iis_march.txt"
    assert {path for path in looked if path.endswith("txt")} == {"site/iis_april.txt", "site/iis_march.txt"}


def test_no_file_of_a_site_is_opened_to_see_whether_it_is_a_log() -> None:
    files = {f"site/{number}.txt": b"x" * 200_000 for number in range(20)} | {"site/a.aspx": b"<p>"}
    surveyed = survey(Counting(files), Limits())
    COUNTED.clear()
    assert not list(find_logs(surveyed))
    assert not COUNTED
    del files["site/a.aspx"]
    surveyed = survey(Counting(files), Limits())
    COUNTED.clear()
    assert not list(find_logs(surveyed))
    assert max(COUNTED.values()) <= 2 * 64 * 1024


@pytest.mark.parametrize("name", ["raw.ibl", "notes.txt", "empty.log"])
def test_the_reason_why_a_file_is_no_log(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes({"raw.ibl": bytes(99), "notes.txt": b"hello", "empty.log": b""}[name])
    with open_source(path, logs=True) as source:
        reason = why_no_log(source)
    assert reason is not None
    assert reason.startswith("not read as a log: ")
    with open_source(tmp_path) as source:
        assert why_no_log(source) is None


def test_a_collection_has_logs_in_folders_that_no_setting_names() -> None:
    files = {
        "C/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log": ROWS,
        "C/Program Files/Microsoft/Exchange Server/V15/Logging/ECP/Server/ECPServer20210303-1.LOG": text_log(
            LogKind.ECP_SERVER, row()
        ),
    }
    assert [kind for _, kind, _ in _logs(files)] == [LogKind.IIS, LogKind.ECP_SERVER]
