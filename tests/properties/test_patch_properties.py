"""Laws of the tables: every build and every vulnerability answers, and a newer build of a branch never loses a fix."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from tests.builders.steps import at_most
from webshellhunt.knowledge.cves import Cves, iter_states, load_cves
from webshellhunt.knowledge.exchange_builds import BuildTable, KnownBuild, find_build, load_builds, written
from webshellhunt.knowledge.patches import find_patch_state
from webshellhunt.model.patches import FixState, Witness, WitnessKind
from webshellhunt.model.report import ExchangeInstall, Host

TABLE: BuildTable = load_builds()
CVES: Cves = load_cves()
NUMBERS = st.tuples(st.sampled_from([8, 14, 15, 16]), st.integers(0, 3), st.integers(0, 3000), st.integers(0, 99))


def states(number: tuple[int, int, int, int], *, exact: bool = True) -> dict[str, FixState]:
    return {each.cve: each.state for each in iter_states(TABLE.place(number), exact=exact)}


def branches() -> dict[tuple[str, str], list[KnownBuild]]:
    found: dict[tuple[str, str], list[KnownBuild]] = {}
    for row in TABLE.rows:
        found.setdefault((row.product, row.cu), []).append(row)
    return found


def is_monotone(rows: Sequence[KnownBuild]) -> bool:
    closed: set[str] = set()
    for row in rows:
        now = states(row.number)
        if closed & {name for name, state in now.items() if state is FixState.OPEN}:
            return False
        closed |= {name for name, state in now.items() if state is not FixState.OPEN}
    return True


def test_a_branch_is_one_triple_of_numbers() -> None:
    for (product, _), rows in branches().items():
        if product != "Exchange2010":
            assert len({row.number[:3] for row in rows}) == 1


def test_at_or_above_the_fixed_build_of_its_branch_nothing_is_open() -> None:
    checked = 0
    for row in TABLE.rows:
        now = states(row.number)
        for cve, affected in CVES.get(row.product, {}).items():
            own = [fix.builds[row.cu] for fix in affected.fixes.values() if row.cu in fix.builds]
            if own and len(own) == len(affected.fixes):
                assert (now[cve] is FixState.OPEN) == (row.number < max(own) and row.number < _newest(cve, row.product))
                checked += 1
    assert checked > 1000


def _newest(cve: str, product: str) -> tuple[int, int, int, int]:
    return max(fix.newest for fix in CVES[product][cve].fixes.values())


def test_a_newer_build_of_a_branch_never_loses_a_fix() -> None:
    assert all(is_monotone(rows) for rows in branches().values())


def test_every_fixed_build_is_a_known_one() -> None:
    known = {row.number for row in TABLE.rows}
    fixed = {
        build
        for product in CVES.values()
        for affected in product.values()
        for fix in affected.fixes.values()
        for build in fix.builds.values()
    }
    assert fixed <= known


def test_the_newest_build_of_a_supported_branch_is_open_to_no_wave() -> None:
    for product in ("Exchange2016", "Exchange2019", "ExchangeSE"):
        newest = max(row.number for row in TABLE.rows if row.product == product)
        state = find_patch_state(Host(exchange=(ExchangeInstall("x", written(newest)),)))
        assert state is not None
        assert not state.vulnerable


@given(NUMBERS)
def test_any_number_has_a_place_and_a_state(number: tuple[int, int, int, int]) -> None:
    assert find_build(written(number)) == number
    placed = TABLE.place(number)
    assert (placed.known is None) == (placed.standing is not None)
    state = find_patch_state(Host(exchange=(ExchangeInstall("x", written(number)),)))
    assert state is not None
    assert state.build == written(number)


@given(NUMBERS)
def test_what_may_still_be_closed_is_never_said_to_be_open(number: tuple[int, int, int, int]) -> None:
    exact, least = states(number), states(number, exact=False)
    assert exact.keys() == least.keys()
    for cve, state in least.items():
        assert state is exact[cve] or (state is FixState.UNSETTLED and exact[cve] is FixState.OPEN)


@given(st.tuples(st.sampled_from([row.number for row in TABLE.rows if row.number[0] == 15]), st.integers(1, 50)))
def test_an_unknown_build_is_at_least_what_the_one_below_it_is(step: tuple[tuple[int, int, int, int], int]) -> None:
    (first, second, third, fourth), more = step
    below, above = states((first, second, third, fourth)), states((first, second, third, fourth + more))
    for cve, state in below.items():
        if state is FixState.CLOSED:
            assert above[cve] is FixState.CLOSED


def test_many_witnesses_cost_little() -> None:
    when = datetime(2026, 1, 1, tzinfo=UTC)
    many = tuple(Witness(WitnessKind.SETUP_LOG, "x", f"15.2.{700 + n}.1", when) for n in range(600))
    with at_most(9_500_000):
        assert find_patch_state(Host(exchange=(ExchangeInstall("x", "15.2.1748.49", many),))) is not None
