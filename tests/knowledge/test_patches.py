"""The patch state: what is open at a build, and what is only not known to be closed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.builders.tables import each_row
from webshellhunt.knowledge.exchange_builds import KnownBuild, load_builds, product_words, written
from webshellhunt.knowledge.patches import find_patch_state
from webshellhunt.model.patches import CveState, FixState, PatchState, Witness, WitnessKind
from webshellhunt.model.report import ExchangeInstall, Host


def state_of(build: str | None, *witnesses: Witness) -> PatchState:
    state = find_patch_state(Host(exchange=(ExchangeInstall(r"C:\Exchange", build, witnesses),)))
    assert state is not None
    return state


def cve(state: PatchState, name: str) -> CveState | None:
    return next((each for each in state.cves if each.cve == name), None)


def waves(state: PatchState, of: FixState) -> set[str]:
    return {each.wave.slug for each in state.waves_in(of)}


def said(kind: WitnessKind, build: str | None, when: datetime | None = None, update: str | None = None) -> Witness:
    return Witness(kind, "somewhere", build, when, update)


@each_row(
    ("build", "name", "expected"),
    [
        ("15.2.792.3", "CVE-2021-26855", FixState.OPEN),
        ("15.2.792.10", "CVE-2021-26855", FixState.CLOSED),
        # Newer than the newest cumulative update that got the fix, although its own never got one by that name.
        ("15.2.858.5", "CVE-2021-26855", FixState.CLOSED),
        # Higher than a fixed build, but of a cumulative update that never got the fix.
        ("15.1.2242.4", "CVE-2021-34473", FixState.OPEN),
        ("15.1.1847.7", "CVE-2020-0688", FixState.CLOSED),
        ("15.1.1779.8", "CVE-2020-0688", FixState.OPEN),
        # Two sources name 1415.8 and 1415.10: the lower counts.
        ("15.1.1415.8", "CVE-2021-26855", FixState.CLOSED),
        # Fixed in February, and again in March.
        ("15.2.1118.25", "CVE-2023-21707", FixState.OPEN),
        ("15.2.1118.26", "CVE-2023-21707", FixState.CLOSED),
        ("14.3.513.0", "CVE-2021-26857", FixState.CLOSED),
        ("14.3.509.0", "CVE-2021-26857", FixState.OPEN),
    ],
)
def test_a_build_is_fixed_by_the_newest_update_or_by_its_own(build: str, name: str, expected: FixState) -> None:
    found = cve(state_of(build), name)
    assert found is not None
    assert found.state is expected


@each_row(("build", "name"), [("14.3.509.0", "CVE-2021-26855"), ("15.2.2562.17", "CVE-2021-26855")])
def test_a_product_that_never_got_a_fix_is_not_affected(build: str, name: str) -> None:
    assert cve(state_of(build), name) is None


def test_what_needs_more_than_a_build_is_never_called_closed() -> None:
    extended = cve(state_of("15.2.1748.49"), "CVE-2025-53786")
    assert extended is not None
    assert extended.state is FixState.UNSETTLED
    assert extended.note is not None
    assert "hybrid" in extended.note
    protection = cve(state_of("15.2.1544.4"), "CVE-2024-21410")
    assert protection is not None
    assert protection.state is FixState.UNSETTLED


def test_a_current_server_is_open_to_no_wave() -> None:
    state = state_of("15.2.1748.49")
    assert (state.product, state.update, state.released) == ("Exchange 2019", "CU15 Aug26SU", date(2026, 8, 11))
    assert (state.known, state.exact, state.vulnerable) == (True, True, False)
    assert waves(state, FixState.CLOSED) >= {"proxylogon", "proxyshell", "owa-script-2026"}
    assert state.support_ends == date(2025, 10, 14)


AS_OF = load_builds().as_of


def test_an_unknown_build_between_two_known_ones_is_compared_by_order() -> None:
    between = state_of("15.1.2176.5")
    assert between.standing == "between Exchange 2016 CU19 Feb21SU and Exchange 2016 CU19 Mar21SU"
    assert (between.update, between.newer_than_data) == ("CU19", None)
    assert "proxylogon" in waves(between, FixState.OPEN)
    unknown_cu = state_of("15.2.1600.1")
    assert unknown_cu.standing == "between Exchange 2019 CU14 Sep26SUv2 and Exchange 2019 CU15"
    assert (unknown_cu.product, unknown_cu.update, unknown_cu.newer_than_data) == ("Exchange 2019", None, None)


def test_a_build_of_another_product_is_none_of_those_known() -> None:
    foreign = state_of("8.3.83.0")
    assert foreign.standing == f"none of the builds in this data (of {AS_OF})"
    assert (foreign.product, foreign.cves, foreign.vulnerable) == (None, (), False)


def newest_of_each_branch() -> list[KnownBuild]:
    newest: dict[tuple[int, ...], KnownBuild] = {}
    for row in load_builds().rows:
        newest[row.number[:3]] = row
    return list(newest.values())


@pytest.mark.parametrize("row", newest_of_each_branch(), ids=lambda row: written(row.number))
def test_a_build_above_the_last_known_of_its_branch_is_newer_than_the_data_and_never_open(row: KnownBuild) -> None:
    first, second, third, fourth = row.number
    state = state_of(written((first, second, third, fourth + 1)))
    assert state.newer_than_data == AS_OF
    assert state.standing is not None
    assert state.standing.startswith(f"newer than {product_words(row.product)} {row.title}, the newest ")
    assert state.standing.endswith(f" in this data (of {AS_OF})")
    assert state.cves_in(FixState.OPEN) == ()
    assert not state.vulnerable


def test_what_a_newer_build_closes_by_its_number_stays_closed() -> None:
    newer = state_of("15.2.1748.77")
    assert (newer.product, newer.update) == ("Exchange 2019", "CU15")
    assert waves(newer, FixState.UNSETTLED) == set()
    old = state_of("15.2.792.99")
    assert "proxylogon" in waves(old, FixState.CLOSED)
    assert "proxynotshell" in waves(old, FixState.UNSETTLED)
    shell = cve(old, "CVE-2022-41040")
    assert shell is not None
    assert shell.note == f"the build is newer than this data (of {AS_OF})"


@each_row("build", ["15.2.3100.1", "15.3.1.0", "16.0.1.0"])
def test_a_build_of_a_later_branch_is_newer_than_the_data(build: str) -> None:
    state = state_of(build)
    assert (state.newer_than_data, state.update, state.vulnerable) == (AS_OF, None, False)
    assert state.cves_in(FixState.OPEN) == ()


@each_row(
    ("build", "open_to"),
    [
        ("15.2.2562.46", {"CVE-2026-69356", "CVE-2026-55007", "CVE-2026-96940"}),
        ("15.2.2562.49", {"CVE-2026-96940"}),
        ("15.2.2562.53", set()),
        ("15.1.2507.72", {"CVE-2026-69356", "CVE-2026-96940"}),
        ("15.1.2507.75", set()),
        ("15.2.1544.46", {"CVE-2026-96940"}),
    ],
)
def test_the_updates_of_september_and_october_2026(build: str, open_to: set[str]) -> None:
    asked = {"CVE-2026-69356", "CVE-2026-55007", "CVE-2026-96940"}
    state = state_of(build)
    assert state.known
    assert {each.cve for each in state.cves_in(FixState.OPEN)} & asked == open_to


def test_registry_and_folders_tell_the_least_build_only() -> None:
    registry = state_of(None, said(WitnessKind.REGISTRY, "15.2.792.3"))
    assert (registry.basis, registry.exact) == (WitnessKind.REGISTRY, False)
    # CU8 had a fix of ProxyLogon, which may be installed; it never had one of ProxyNotShell.
    assert "proxylogon" in waves(registry, FixState.UNSETTLED)
    assert "proxynotshell" in waves(registry, FixState.OPEN)
    folders = state_of(
        None, *(said(WitnessKind.VERSION_FOLDER, each) for each in ("15.2.721", "15.2.792", "15.2.792.3"))
    )
    assert (folders.build, folders.basis) == ("15.2.792.3", WitnessKind.VERSION_FOLDER)
    assert not folders.vulnerable
    assert waves(folders, FixState.UNSETTLED) >= {"proxylogon", "proxynotshell"}
    assert waves(folders, FixState.CLOSED) == {"static-machine-key"}


def test_the_setup_program_outweighs_what_stayed_behind() -> None:
    state = state_of(
        "15.2.858.5",
        said(WitnessKind.VERSION_FOLDER, "15.2.1118.7"),
        said(WitnessKind.SETUP_PROGRAM, "15.2.858.5"),
    )
    assert (state.build, state.exact) == ("15.2.858.5", True)


def test_a_folder_that_anybody_can_make_does_not_pass_for_a_patch() -> None:
    made_up = said(WitnessKind.VERSION_FOLDER, "15.2.9999.9")
    state = state_of(None, said(WitnessKind.REGISTRY, "15.2.792.3"), made_up)
    assert (state.build, state.basis) == ("15.2.792.3", WitnessKind.REGISTRY)
    folders = state_of(None, said(WitnessKind.VERSION_FOLDER, "15.2.792.3"), made_up)
    assert folders.build == "15.2.792.3"


def test_an_update_by_its_article_is_a_build_of_the_branch() -> None:
    state = state_of(
        None, said(WitnessKind.REGISTRY, "15.2.792.3"), said(WitnessKind.UPDATE_KEY, None, update="KB5000871")
    )
    assert (state.build, state.basis, state.exact) == ("15.2.792.10", WitnessKind.UPDATE_KEY, False)
    assert "proxylogon" in waves(state, FixState.CLOSED)
    unknown = state_of(None, said(WitnessKind.REGISTRY, "15.2.792.3"), said(WitnessKind.UPDATE_KEY, None, update="KB1"))
    assert unknown.build == "15.2.792.3"


def test_when_a_build_came_is_told_by_the_first_credible_witness() -> None:
    log = datetime(2021, 3, 20, 23, tzinfo=UTC)
    state = state_of(
        "15.2.858.5",
        said(WitnessKind.SETUP_PROGRAM, "15.2.858.5", datetime(2021, 2, 20, tzinfo=UTC)),
        said(WitnessKind.UNINSTALL_KEY, "15.2.858.5", datetime(2021, 3, 21, tzinfo=UTC)),
        said(WitnessKind.SETUP_LOG, "15.2.858.5", log),
        said(WitnessKind.SETUP_LOG, "15.2.792.3", datetime(2020, 12, 20, tzinfo=UTC)),
    )
    # The program's own time lies before the release: it is that of its making.
    assert (state.installed, state.installed_by) == (log.date(), WitnessKind.SETUP_LOG)
    logon = next(each for each in state.waves if each.wave.slug == "proxylogon")
    assert (logon.closed_on, logon.closed_by) == (log.date(), WitnessKind.SETUP_LOG)
    # The fix may have come before, on the cumulative update that was there until then.
    assert (logon.closed_exactly, logon.open_on) == (False, date(2020, 12, 20))


def test_a_build_that_a_run_of_setup_found_was_there_by_then() -> None:
    when = datetime(2021, 3, 25, tzinfo=UTC)
    state = state_of(None, said(WitnessKind.SETUP_LOG_FOUND, "15.2.858.5", when))
    assert (state.build, state.exact, state.basis) == ("15.2.858.5", False, WitnessKind.SETUP_LOG_FOUND)
    assert (state.installed, state.installed_by) == (when.date(), WitnessKind.SETUP_LOG_FOUND)
    # The fix itself, found and not installed by that run: it came by then, not then.
    fixed = state_of("15.2.792.10", said(WitnessKind.SETUP_LOG_FOUND, "15.2.792.10", when))
    logon = next(each for each in fixed.waves if each.wave.slug == "proxylogon")
    assert (logon.closed_on, logon.closed_exactly) == (when.date(), False)
    older = state_of("15.2.858.5", said(WitnessKind.SETUP_LOG_FOUND, "15.2.792.3", when))
    assert (older.installed, older.waves_in(FixState.OPEN) == ()) == (None, False)


def test_the_build_that_is_the_fix_tells_the_very_day() -> None:
    when = datetime(2021, 3, 5, tzinfo=UTC)
    state = state_of("15.2.792.10", said(WitnessKind.SETUP_PROGRAM, "15.2.792.10", when))
    logon, key = (next(w for w in state.waves if w.wave.slug == each) for each in ("proxylogon", "static-machine-key"))
    assert (logon.closed_on, logon.closed_exactly, logon.open_on) == (when.date(), True, None)
    assert (key.closed_on, key.closed_exactly) == (when.date(), False)


def test_without_a_witness_nothing_is_said_of_when() -> None:
    state = state_of("15.2.858.5")
    assert (state.installed, state.installed_by, state.released) == (None, None, date(2021, 3, 16))


def test_a_host_without_a_build_has_no_patch_state() -> None:
    assert find_patch_state(Host()) is None
    assert find_patch_state(Host(exchange=(ExchangeInstall(r"C:\Exchange"),))) is None
    assert find_patch_state(Host(exchange=(ExchangeInstall(r"C:\Exchange", "rubbish"),))) is None


def test_of_several_installations_the_lowest_build_counts() -> None:
    host = Host(exchange=(ExchangeInstall("a", "15.2.1748.49"), ExchangeInstall("b", "15.2.792.3")))
    state = find_patch_state(host)
    assert state is not None
    assert (state.path, state.vulnerable) == ("b", True)
