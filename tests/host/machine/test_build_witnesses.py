"""The witnesses of a build: program, setup log, registry and folders, each by itself, and never a crash."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.builders.hive import HiveTree, build_hive
from tests.builders.live_registry import FakeWinreg, live_tree
from tests.builders.servers import EXCHANGE, exchange_server
from tests.host.machine.test_setup_log import run_of
from webshellhunt.host.machine import build_witnesses as patching
from webshellhunt.host.machine.registry import read_live
from webshellhunt.host.walk.survey import survey
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.limits import Limits
from webshellhunt.model.patches import Witness, WitnessKind
from webshellhunt.model.report import ExchangeInstall
from webshellhunt.sources import MemorySource
from webshellhunt.sources.described import versioned_program

LOG = "ExchangeSetupLogs/ExchangeSetup.log"
HIVE = "Windows/System32/config/SOFTWARE"
PROGRAM = f"{EXCHANGE}/Bin/ExSetup.exe"
SETUP = {"MsiProductMajor": 15, "MsiProductMinor": 2, "MsiBuildMajor": 792, "MsiBuildMinor": 3}
UNINSTALL: HiveTree = {
    "Microsoft Exchange v15": {"DisplayName": "Microsoft Exchange Server 2019 Cumulative Update 8"},
    "{CD981244}": {
        "DisplayName": "Microsoft Exchange Server",
        "DisplayVersion": "15.2.792.3",
        "InstallDate": "20201220",
    },
    "Vendor": {"DisplayName": "Backup", "DisplayVersion": "15.2.9.9", "InstallDate": "20201220"},
}
SOFTWARE: HiveTree = {
    "Microsoft": {
        "ExchangeServer": {"v15": {"Setup": {**SETUP, "MsiInstallPath": "C:\\" + EXCHANGE.replace("/", "\\")}}},
        "Updates": {"Exchange 2019": {"KB5000871": {}, "SP1": {"KB5001779": {}}}, "Windows": {"KB1111111": {}}},
        "Windows": {"CurrentVersion": {"Uninstall": UNINSTALL}},
    }
}


def installed(files: dict[str, bytes], **options: object) -> ExchangeInstall:
    source = MemorySource({**exchange_server(), **files}, **options)  # type: ignore[arg-type]
    with source:
        (found,) = survey(source, Limits()).host.exchange
    return found


def told(install: ExchangeInstall) -> list[tuple[WitnessKind, str | None]]:
    return [(each.kind, each.build or each.update) for each in install.witnesses]


def test_a_server_that_tells_nothing_has_no_witness() -> None:
    assert installed({}).witnesses == ()


def test_the_program_tells_its_version_and_where_times_are_original_when() -> None:
    made, came = datetime(2021, 2, 20, tzinfo=UTC), datetime(2021, 3, 5, tzinfo=UTC)
    files = {PROGRAM: versioned_program((15, 2, 792, 10))}
    times = Timestamps(modified_utc=made, created_utc=came, original=True)
    for each, when in (
        (times, came),
        (times._replace(created_utc=None), made),
        (times._replace(original=False), None),
    ):
        install = installed(files, times={PROGRAM: each})
        assert install.build == "15.2.792.10"
        shown = "C:\\" + PROGRAM.replace("/", "\\")
        assert install.witnesses == (Witness(WitnessKind.SETUP_PROGRAM, shown, "15.2.792.10", when),)


def test_the_setup_log_tells_each_installation() -> None:
    text = run_of("15.2.792.3", "12/20/2020") + run_of("15.2.858.5", "03/20/2021")
    assert told(installed({LOG: text.encode()})) == [
        (WitnessKind.SETUP_LOG, "15.2.792.3"),
        (WitnessKind.SETUP_LOG, "15.2.858.5"),
    ]


def test_a_setup_log_without_any_folder_of_exchange_tells_the_build() -> None:
    files = {LOG: run_of("15.2.858.5", "03/20/2021").encode(), "Windows/System32/x.txt": b""}
    with MemorySource(files) as source:
        (install,) = survey(source, Limits()).host.exchange
    assert told(install) == [(WitnessKind.SETUP_LOG, "15.2.858.5")]
    assert install.path.startswith("a folder that the source does not contain, according to C:\\ExchangeSetupLogs")
    with MemorySource({**files, LOG: b"nothing"}) as source:
        assert survey(source, Limits()).host.exchange == ()


def test_a_log_that_cannot_be_read_or_is_too_large_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {**exchange_server(), LOG: run_of("15.2.858.5", "03/20/2021").encode()}
    with MemorySource(files, unreadable=[LOG]) as source:
        assert [(gap.code, gap.matters) for gap in survey(source, Limits()).gaps] == [("unreadable", False)]
    monkeypatch.setattr(patching, "LOG_BYTES", 100)
    with MemorySource(files) as source:
        assert [gap.code for gap in survey(source, Limits()).gaps] == ["too-large"]


@pytest.mark.parametrize("list_kind", [b"lf", b"lh", b"li", b"ri"])
def test_the_registry_tells_the_cumulative_update_and_the_updates_on_it(list_kind: bytes) -> None:
    install = installed({HIVE: build_hive(SOFTWARE, list_kind=list_kind)})
    assert told(install) == [
        (WitnessKind.REGISTRY, "15.2.792.3"),
        (WitnessKind.UPDATE_KEY, "KB5000871"),
        (WitnessKind.UPDATE_KEY, "KB5001779"),
        (WitnessKind.UNINSTALL_KEY, "15.2.792.3"),
    ]
    assert install.witnesses[-1].when_utc == datetime(2020, 12, 20, tzinfo=UTC)


def test_a_live_registry_tells_the_same() -> None:
    title = {"DisplayName": "Microsoft Exchange Server", "DisplayVersion": "15.2.792.3", "InstallDate": "20209999"}
    tree: HiveTree = {
        "ExchangeServer": {"v15": {"Setup": SETUP}},
        "Updates": {"Exchange 2019": {"KB5000871": {}}},
        "Windows": {"CurrentVersion": {"Uninstall": {"a": title}}},
    }
    keys = live_tree("SOFTWARE", {"Microsoft": tree})
    witnesses = read_live(FakeWinreg(keys)).witnesses
    assert [(each.kind, each.build or each.update, each.when_utc) for each in witnesses] == [
        (WitnessKind.REGISTRY, "15.2.792.3", None),
        (WitnessKind.UPDATE_KEY, "KB5000871", None),
        (WitnessKind.UNINSTALL_KEY, "15.2.792.3", None),
    ]


@pytest.mark.parametrize("wrong", [{"MsiBuildMinor": "3"}, {"MsiBuildMajor": b"\0\0\0\0"}])
def test_values_that_are_no_numbers_tell_nothing(wrong: dict[str, str | bytes]) -> None:
    tree: HiveTree = {"Microsoft": {"ExchangeServer": {"v15": {"Setup": {**SETUP, **wrong}}}}}
    assert installed({HIVE: build_hive(tree)}).witnesses == ()


def test_version_folders_are_weak_witnesses() -> None:
    front, prem = f"{EXCHANGE}/FrontEnd/HttpProxy/owa/auth", f"{EXCHANGE}/ClientAccess/Owa/prem"
    files = {f"{front}/15.2.792/x.css": b"", f"{front}/Current/x.css": b"", f"{prem}/15.2.792.3/x.js": b""}
    assert told(installed(files)) == [
        (WitnessKind.VERSION_FOLDER, "15.2.792"),
        (WitnessKind.VERSION_FOLDER, "15.2.792.3"),
    ]


def test_what_speaks_of_another_version_is_no_witness() -> None:
    old: HiveTree = {"Setup": {**SETUP, "MsiProductMajor": 14}}
    tree: HiveTree = {"Microsoft": {"ExchangeServer": {"v14": old, "v15": {"Setup": SETUP}}}}
    assert told(installed({HIVE: build_hive(tree)})) == [(WitnessKind.REGISTRY, "15.2.792.3")]
