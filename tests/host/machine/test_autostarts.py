"""What the registry starts, loads and opens, one autostart each."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import pytest

from tests.builders.hive import HiveTree, Typed, Written, build_hive
from tests.builders.live_registry import FakeWinreg, live_tree
from tests.persistence.rows_registry import tree_of
from webshellhunt.host.machine.autostarts import Autostart, AutostartKind, iter_autostarts
from webshellhunt.host.walk.survey import survey
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Limits
from webshellhunt.sources.memory import MemorySource

CONFIG = "C/Windows/System32/config"
WHEN = datetime(2025, 1, 2, tzinfo=UTC)


def autostarts(files: dict[str, bytes], gaps: list[Gap] | None = None) -> list[Autostart]:
    paths = survey(MemorySource(files), Limits()).paths
    return list(iter_autostarts(paths, [] if gaps is None else gaps))


def test_a_service_has_its_values_and_those_of_its_parameters() -> None:
    service: HiveTree = {"ImagePath": Typed(2, "a.exe"), "Type": 16, "Parameters": {"ServiceDll": "b.dll"}}
    tree: HiveTree = {
        "Select": {"Current": 3},
        "ControlSet003": {"Services": {"X": Written(WHEN, service), "Empty": {}}},
    }
    (found,) = autostarts({f"{CONFIG}/SYSTEM": build_hive(tree)})
    assert (found.kind, found.name, found.command) == (AutostartKind.SERVICE, "X", "a.exe")
    assert found.key == r"HKLM\SYSTEM\CurrentControlSet\Services\X"
    assert (found.text("parameters\\ServiceDll"), found.number_of("Type"), found.number_of("ImagePath")) == (
        "b.dll",
        16,
        None,
    )
    assert found.written_utc == WHEN
    assert found.hive == r"C:\Windows\System32\config\SYSTEM"


def test_hives_of_accounts_and_of_the_system_account_name_their_owner() -> None:
    run = build_hive(tree_of({"Software\\Microsoft\\Windows\\CurrentVersion\\Run": {"x": "a.exe"}}))
    found = autostarts({f"{CONFIG}/DEFAULT": run, "C/Users/bob/NTUSER.DAT": run})
    assert [(each.account, each.command) for each in found] == [("SYSTEM", "a.exe"), ("bob", "a.exe")]


def test_the_live_registry_has_autostarts_too(monkeypatch: pytest.MonkeyPatch) -> None:
    services: HiveTree = {"CurrentControlSet": {"Services": {"X": Written(WHEN, {"ImagePath": "a.exe"})}}}
    monkeypatch.setitem(sys.modules, "winreg", FakeWinreg(live_tree("SYSTEM", services)))
    source = MemorySource({}, location="C:\\")
    source.live = True
    (found,) = list(iter_autostarts(survey(source, Limits()).paths, []))
    assert (found.key, found.hive, found.written_utc) == (r"HKLM\SYSTEM\CurrentControlSet\Services\X", "", WHEN)


def test_without_hives_there_is_nothing() -> None:
    assert autostarts({"C/Windows/System32/inetsrv/x.dll": b""}) == []
