"""Which files are kept: the accused ones, and what belongs to them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders.bags import CONTENT, FOLDER, PAGE, report_of, shell_source
from tests.builders.hive import HiveTree, build_hive, dirty
from tests.builders.quarantine import quarantined
from tests.builders.read_logs import logged
from webshellhunt.errors import UnreadableError
from webshellhunt.keeping import selection as selection_module
from webshellhunt.keeping.selection import ACCUSED, Selection, Wanted
from webshellhunt.model.artifact import Entry
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import SubjectKind
from webshellhunt.pipeline import hunt
from webshellhunt.sources.described import open_described
from webshellhunt.sources.memory import MemorySource

HOSTS = Path(__file__).parents[2] / "fixtures" / "hosts"
CONFIG = "C/Windows/System32/inetsrv/config/applicationHost.config"


def selected(report: Report, source: MemorySource) -> dict[str, Wanted]:
    return {each.path: each for each in Selection(report, logged(source)).find()}


def test_an_accused_file_is_kept_with_its_streams() -> None:
    source = shell_source()
    found = selected(report_of(source), source)
    assert list(found) == [PAGE, f"{PAGE}:Zone.Identifier"]
    assert found[PAGE].reasons == [ACCUSED]
    stream = found[f"{PAGE}:Zone.Identifier"]
    assert stream.reasons == ["alternate stream of an accused file"]
    assert stream.server_path == r"C:\inetpub\wwwroot\aspnet_client\x.aspx:Zone.Identifier"
    assert stream.entry is not None
    assert stream.entry.times == found[PAGE].entry.times  # type: ignore[union-attr]


def test_an_accused_stream_is_kept() -> None:
    source = MemorySource({f"{FOLDER}/logo.png": b"\x89PNG", f"{FOLDER}/logo.png:x.aspx": CONTENT})
    assert f"{FOLDER}/logo.png:x.aspx" in selected(hunt(source), source)


def test_a_harmless_server_has_nothing_to_keep() -> None:
    source = MemorySource({f"{FOLDER}/y.aspx": b"<p>hello</p>"})
    assert not selected(report_of(source), source)


def test_the_configuration_and_the_program_of_an_accused_registration() -> None:
    target = "C/Windows/Temp/odd.dll"
    module = r'<add name="OwaPassword" image="C:\Windows\Temp\odd.dll" />'
    config = (
        f"<configuration><system.webServer><globalModules>{module}</globalModules></system.webServer></configuration>"
    )
    source = MemorySource({CONFIG: config.encode(), target: b"MZ"})
    found = selected(hunt(source), source)
    assert CONFIG in found
    assert found[target].reasons == ["loaded by an accused setting"]
    del source  # the file may also be missing
    without = MemorySource({CONFIG: config.encode()})
    assert set(selected(hunt(without), without)) == {CONFIG}


def test_remnants_of_a_deleted_page_are_kept() -> None:
    source = open_described(HOSTS / "compiled-remnants.host").source()
    report = hunt(source)
    traces = [each for each in report.accused if each.subject.kind is SubjectKind.TRACE]
    found = selected(report, source)
    names = {each.path.rpartition("/")[2] for each in found.values()}
    assert traces
    assert "session.aspx.f5dba9b9.compiled" in names


@pytest.mark.parametrize("product", ["Windows Defender", "Microsoft Antimalware"])
def test_the_quarantined_content_of_a_removed_page_is_kept(product: str) -> None:
    top = f"C/ProgramData/Microsoft/{product}"
    page = r"C:\inetpub\wwwroot\aspnet_client\x.aspx"
    source = MemorySource({f"{FOLDER}/y.aspx": b"<p>hello</p>", **quarantined(page, CONTENT, "Backdoor:A", top=top)})
    report = hunt(source)
    (kept,) = selected(report, source).values()
    assert kept.path.startswith(f"{top}/Quarantine/ResourceData/")
    assert kept.reasons == ["quarantined content of an accused page"]
    (lost,) = selected(report, MemorySource({f"{FOLDER}/y.aspx": b""})).values()
    assert (lost.server_path, lost.failure) == (kept.server_path, "it does not exist (any more)")


def test_a_file_of_two_verdicts_is_one() -> None:
    source = shell_source()
    report = report_of(source)
    (verdict,) = report.accused
    twice = replace(report, verdicts=(verdict, replace(verdict, reasons=("another",))))
    (page, _) = selected(twice, source).values()
    assert len(page.verdicts) == 2


def test_a_report_that_was_stored_selects_the_same() -> None:
    source = shell_source()
    report = report_of(source)
    again = Report.from_dict(json.loads(json.dumps(report.to_dict())))
    assert list(selected(again, source)) == list(selected(report, source))


def test_a_subject_without_a_path_in_the_source_is_looked_up() -> None:
    source = shell_source()
    report = report_of(source)
    (verdict,) = report.accused
    bare = replace(verdict, subject=replace(verdict.subject, entry_path=None))
    assert PAGE in selected(replace(report, verdicts=(bare,)), source)


def test_a_file_that_is_gone_is_still_listed() -> None:
    report = report_of(shell_source())
    (gone,) = selected(report, MemorySource({"C/inetpub/wwwroot/other.aspx": b""})).values()
    assert (gone.entry, gone.failure) == (None, "it does not exist (any more)")
    (locked, *_) = selected(report, MemorySource({PAGE: b""}, unreadable=[PAGE])).values()
    assert locked.entry is not None


def test_streams_that_can_not_be_listed_are_told() -> None:
    class Silent(MemorySource):
        def streams(self, path: str) -> tuple[Entry, ...]:
            raise UnreadableError("locked", path=path)

    (page,) = selected(report_of(shell_source()), Silent({PAGE: CONTENT})).values()
    assert (page.failure, page.streams_failure) == (None, "its alternate streams can't be listed: locked")


def test_a_link_is_the_file_that_it_leads_to() -> None:
    report = report_of(shell_source())
    source = MemorySource({f"{FOLDER}/real.aspx": CONTENT}, links={PAGE: f"{FOLDER}/real.aspx"})
    (page,) = selected(report, source).values()
    assert page.entry is not None
    assert page.entry.size_bytes == len(CONTENT)


def test_beyond_the_limit_nothing_is_looked_up() -> None:
    source = MemorySource({f"{FOLDER}/{number}.aspx": CONTENT for number in range(9)})
    looked_up = logged(source)
    selection = Selection(report_of(source), looked_up, 4)
    assert len(selection.find()) == 4
    assert selection.omitted == 5


def test_long_paths_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection_module, "MOST_CHARACTERS", 200)
    source = MemorySource({f"{FOLDER}/{number}.aspx": CONTENT for number in range(9)})
    selection = Selection(report_of(source), logged(source))
    assert (len(selection.find()), selection.omitted) == (3, 6)


def test_the_hive_of_an_accused_service_is_kept_with_its_logs_and_its_program() -> None:
    service: HiveTree = {"ImagePath": "C:\\ProgramData\\upd\\u.exe -k", "Start": 2, "Type": 16}
    before: HiveTree = {"Select": {"Current": 1}, "ControlSet001": {"Services": {}}}
    after: HiveTree = {"Select": {"Current": 1}, "ControlSet001": {"Services": {"Updater": service}}}
    hive, *logs = dirty(build_hive(before), build_hive(after))
    system = "C/Windows/System32/config/SYSTEM"
    files = {system: hive, f"{system}.LOG1": logs[0], f"{system}.LOG2": logs[1], "C/ProgramData/upd/u.exe": b"MZ"}
    others = {"C/Windows/System32/config/SOFTWARE": build_hive({}), CONFIG: b"<configuration/>"}
    source = MemorySource({**files, **others})
    found = selected(hunt(source), source)
    assert set(found) == set(files)
    assert found[system].reasons == ["registry hive of an accused registration"]
    assert found["C/ProgramData/upd/u.exe"].reasons == ["started by an accused registration"]


def test_the_settings_of_the_machine_are_kept_with_an_accused_setting() -> None:
    module = r'<add name="OwaPassword" image="C:\Windows\Temp\odd.dll" />'
    config = (
        f"<configuration><system.webServer><globalModules>{module}</globalModules></system.webServer></configuration>"
    )
    machine = "C/Windows/Microsoft.NET/Framework64/v4.0.30319/Config/machine.config"
    source = MemorySource({CONFIG: config.encode(), machine: b"<configuration/>"})
    assert machine in selected(report_of(source), source)
