"""Files outside the web roots are found once on a complete system, unless the walk reaches them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from tests.builders.servers import EXCHANGE, HOST_CONFIG, exchange_server
from webshellhunt.host.walk.files_outside_web_roots import iter_files_outside_web_roots
from webshellhunt.host.walk.survey import survey
from webshellhunt.host.walk.walk import walk
from webshellhunt.model.artifact import Artifact, Entry, Timestamps
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Limits
from webshellhunt.sources.memory import MemorySource

OUTSIDE_FILES = (
    f"{EXCHANGE}/TransportRoles/Agents/agents.config",
    f"{EXCHANGE}/TransportRoles/Agents/fetagents.config",
    f"{EXCHANGE}/Bin/EdgeTransport.exe.config",
    "Windows/Microsoft.NET/Framework64/v4.0.30319/Aspnet.config",
    "Windows/System32/Tasks/A",
    "Windows/System32/Tasks/Microsoft/Windows/B",
    "Windows/System32/WindowsPowerShell/v1.0/profile.ps1",
    "Windows/System32/inetsrv/w3wp.exe.config",
    "Windows/System32/mmc.exe.config",
    "Windows/Tasks/At1.job",
    "Windows/System32/GroupPolicy/Machine/Scripts/scripts.ini",
    "Windows/System32/GroupPolicy/Machine/Scripts/Startup/a.cmd",
    "Windows/Setup/Scripts/SetupComplete.cmd",
    "Windows/System32/wbem/AutoRecover/4A1F.mof",
    "Windows/ServiceProfiles/NetworkService/AppData/Roaming/Microsoft/Windows/PowerShell/PSReadLine/a_history.txt",
    "Windows/System32/config/systemprofile/AppData/Roaming/Microsoft/Windows/PowerShell/PSReadLine/a_history.txt",
    "Users/exadmin/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Startup/a.lnk",
    "Users/exadmin/AppData/Roaming/Microsoft/Windows/PowerShell/PSReadLine/a_history.txt",
    "ProgramData/Microsoft/Windows/Start Menu/Programs/StartUp/a.exe",
    "ProgramData/Microsoft/Windows/WER/ReportArchive/AppCrash_w3wp.exe_1/Report.wer",
    "inetpub/logs/FailedReqLogFiles/W3SVC1/fr000001.xml",
)
IN_DROP_FOLDER = "ProgramData/Microsoft/Windows/Start Menu/Programs/StartUp/a.bat"
STAGED = ("ProgramData/mail.zip", "Windows/Temp/lsass.dmp")
NOT_STAGED = ("ProgramData/Vendor/mail.zip", "ProgramData/notes.docx")


def found(files: Mapping[str, bytes]) -> tuple[list[str], list[str]]:
    source = MemorySource(files)
    surveyed = survey(source, Limits())
    walked = [item.entry_path for item in walk(source, surveyed, Limits()) if isinstance(item, Artifact)]
    return walked, [
        item.entry_path for item in iter_files_outside_web_roots(surveyed, Limits()) if isinstance(item, Artifact)
    ]


def with_outside_files(*, whole: bool) -> Mapping[str, bytes]:
    files = dict.fromkeys((*OUTSIDE_FILES, *STAGED, *NOT_STAGED), b"x")
    return {**exchange_server(whole=whole), **files}


def test_on_a_whole_system_they_are_looked_for() -> None:
    walked, outside = found(with_outside_files(whole=True))
    assert sorted(outside) == sorted(OUTSIDE_FILES)
    assert not set(walked) & set(outside)


def test_what_the_walk_of_a_drop_folder_examines_comes_once() -> None:
    walked, outside = found({**with_outside_files(whole=True), IN_DROP_FOLDER: b"x"})
    assert (walked.count(IN_DROP_FOLDER), outside.count(IN_DROP_FOLDER)) == (1, 0)


def test_in_a_folder_the_walk_comes_to_them() -> None:
    walked, outside = found(with_outside_files(whole=False))
    assert outside == []
    assert set(walked) >= set(OUTSIDE_FILES)


def test_only_the_top_of_a_drop_place_is_looked_at_for_archives() -> None:
    walked, _ = found(with_outside_files(whole=True))
    assert set(walked) >= set(STAGED)
    assert not set(walked) & set(NOT_STAGED)


def test_large_files_among_the_tasks_are_none() -> None:
    files = {**exchange_server(whole=True), "Windows/System32/Tasks/big": bytes(1024 * 1024 + 1)}
    assert found(files)[1] == []


def test_a_program_that_the_server_loads_is_looked_at_unless_every_server_has_it() -> None:
    names = ("cachuri", "hhealth", "absent")
    modules = "".join(f'<add name="{name}" image="%windir%\\System32\\inetsrv\\{name}.dll" />' for name in names)
    section = f"<system.webServer><globalModules>{modules}</globalModules></system.webServer>"
    config = f"<configuration>{section}</configuration>"
    inetsrv = "Windows/System32/inetsrv"
    files = dict.fromkeys((f"{inetsrv}/cachuri.dll", f"{inetsrv}/hhealth.dll"), b"MZ")
    server = {**exchange_server(whole=True), **files, HOST_CONFIG: config.encode()}
    assert found(server)[1] == [f"{inetsrv}/hhealth.dll"]


def test_a_neighbour_that_crashes_the_look_at_it_costs_itself_alone() -> None:
    class Hostile(MemorySource):
        def locate(self, path: str) -> str | None:
            if path.endswith(("Tasks/A", "agents.config")):
                raise RuntimeError("broken")
            return super().locate(path)

        def list(self, path: str) -> list[Entry]:
            if path.endswith("Tasks/Microsoft"):
                raise RuntimeError("broken")
            return super().list(path)

    source = Hostile({**with_outside_files(whole=True), "Windows/System32/Tasks/C": b"x"})
    surveyed = survey(source, Limits())
    items = list(iter_files_outside_web_roots(surveyed, Limits()))
    paths = [item.entry_path for item in items if isinstance(item, Artifact)]
    broken = (*OUTSIDE_FILES[:2], "Windows/System32/Tasks/A")
    lost = (*broken, "Windows/System32/Tasks/Microsoft/Windows/B")
    assert sorted(paths) == sorted({*OUTSIDE_FILES, "Windows/System32/Tasks/C"} - {*lost})
    gaps = [item for item in items if isinstance(item, Gap)]
    assert {(gap.code, gap.stage) for gap in gaps} == {("examination-failed", "walk")}
    assert sorted(gap.path for gap in gaps) == sorted((*broken, "Windows/System32/Tasks/Microsoft"))


def test_targets_that_crash_their_search_cost_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("webshellhunt.host.walk.files_outside_web_roots.iter_registrations", broken)
    source = MemorySource(with_outside_files(whole=True))
    items = list(iter_files_outside_web_roots(survey(source, Limits()), Limits()))
    assert sorted(item.entry_path for item in items if isinstance(item, Artifact)) == sorted(OUTSIDE_FILES)
    assert [item.path for item in items if isinstance(item, Gap)] == ["applicationHost.config"]


def test_libraries_whose_times_stand_alone_are_looked_for() -> None:
    """Setup wrote the others in one hour."""
    inetsrv, batch = "Windows/System32/inetsrv", datetime(2020, 1, 1, 3, tzinfo=UTC)
    lone = {f"{inetsrv}/lone.dll": 400, f"{EXCHANGE}/Bin/lone.exe": 500, "Windows/SysWOW64/lone.dll": 0}
    names = {f"{inetsrv}/m{n}.dll": n / 60 for n in range(9)} | {f"{EXCHANGE}/Bin/m{n}.dll": n / 60 for n in range(9)}
    files = dict.fromkeys((*lone, *names, f"{inetsrv}/lone.txt", f"{inetsrv}/config/a.dll"), b"x")

    class Dated(MemorySource):
        def list(self, path: str) -> list[Entry]:
            return [each._replace(times=times_of(each.path)) for each in super().list(path)]

    def times_of(path: str) -> Timestamps:
        time = batch + timedelta(hours={**names, **lone}.get(path, 0))
        return Timestamps(modified_utc=time, created_utc=time, original=True)

    surveyed = survey(Dated({**exchange_server(whole=True), **files}), Limits())
    outside = [
        each.entry_path for each in iter_files_outside_web_roots(surveyed, Limits()) if isinstance(each, Artifact)
    ]
    assert set(outside) >= set(lone)
    assert not set(outside) & set(names)
