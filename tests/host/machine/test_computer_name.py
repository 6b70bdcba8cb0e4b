from __future__ import annotations

import sys

import pytest

from tests.builders.hive import HiveTree, build_hive
from tests.builders.live_registry import FakeKey, FakeWinreg
from webshellhunt.host.machine.computer_name import find_computer_name
from webshellhunt.host.machine.paths import Lookup
from webshellhunt.host.walk.survey import survey
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Limits
from webshellhunt.sources.memory import MemorySource

PLACE = "C/Windows/System32/config/SYSTEM"
KEY = "SYSTEM\\CurrentControlSet\\Control\\ComputerName\\ComputerName"


def named(name: str) -> HiveTree:
    return {"Control": {"ComputerName": {"ComputerName": {"ComputerName": name}}}}


def found(data: bytes | None, gaps: list[Gap] | None = None) -> str | None:
    source = MemorySource({PLACE: data} if data is not None else {"C/x": b""})
    return find_computer_name(Lookup(source), ["D", "C"], [] if gaps is None else gaps)


def test_the_current_control_set_decides() -> None:
    tree: HiveTree = {"Select": {"Current": 2}, "ControlSet001": named("OLD"), "ControlSet002": named("EXCH01")}
    assert found(build_hive(tree)) == "EXCH01"


@pytest.mark.parametrize("current", [0, 1000, 0xFFFFFFFF])
def test_a_number_that_is_none_is_the_first(current: int) -> None:
    assert found(build_hive({"Select": {"Current": current}, "ControlSet001": named("EXCH01")})) == "EXCH01"


def test_no_hive_and_no_name() -> None:
    gaps: list[Gap] = []
    assert found(None, gaps) is None
    assert found(build_hive({"Select": {"Current": 1}}), gaps) is None
    assert gaps == []


def test_a_long_name_is_cut() -> None:
    name = found(build_hive({"ControlSet001": named("A" * 500)}))
    assert name is not None
    assert len(name) == 64


@pytest.mark.parametrize("data", [b"", b"regf", b"x" * 8192, build_hive({"ControlSet001": named("E")})[:4200]])
def test_a_broken_hive_is_a_gap_that_matters(data: bytes) -> None:
    gaps: list[Gap] = []
    assert found(data, gaps) is None
    assert [(gap.code, gap.path, gap.matters) for gap in gaps] == [("broken-registry", PLACE, True)]


def test_a_running_system_is_asked_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    source = MemorySource({PLACE: build_hive({"ControlSet001": named("IMAGE")})}, location="C:\\")
    source.live = True
    monkeypatch.setitem(sys.modules, "winreg", FakeWinreg({KEY: FakeKey({"ComputerName": "LIVE"}, [])}))
    assert find_computer_name(Lookup(source), [""], []) == "LIVE"
    monkeypatch.setitem(sys.modules, "winreg", FakeWinreg({}))
    assert find_computer_name(Lookup(source), [""], []) is None
    monkeypatch.setitem(sys.modules, "winreg", None)
    assert find_computer_name(Lookup(source), [""], []) is None


def test_the_survey_names_the_host() -> None:
    files = {PLACE: build_hive({"ControlSet001": named("EXCH01")}), "C/inetpub/wwwroot/x.htm": b""}
    assert survey(MemorySource(files), Limits()).host.name == "EXCH01"
