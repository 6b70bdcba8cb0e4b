"""Where a build stands among the known, and that the table is in the form that its readers expect."""

from __future__ import annotations

from datetime import date

import pytest

from webshellhunt.knowledge.exchange_builds import Build, BuildTable, KnownBuild, find_build, load_builds, written

DAY = date(2026, 10, 8)


def row(number: Build, cu: str, su: str = "", product: str = "Exchange2019") -> KnownBuild:
    return KnownBuild(number, product, cu, su, date(2026, 1, 1), "")


TABLE = BuildTable(
    (
        row((15, 1, 2507, 6), "CU23", product="Exchange2016"),
        row((15, 2, 1544, 4), "CU14"),
        row((15, 2, 1544, 9), "CU14", "Aug26SU"),
        row((15, 2, 1748, 8), "CU15"),
    ),
    DAY,
)


@pytest.mark.parametrize(
    ("number", "standing", "newer"),
    [
        ((15, 2, 1544, 9), None, False),
        ((15, 2, 1544, 7), "between Exchange 2019 CU14 and Exchange 2019 CU14 Aug26SU", False),
        ((15, 2, 1600, 1), "between Exchange 2019 CU14 Aug26SU and Exchange 2019 CU15", False),
        (
            (15, 2, 1544, 10),
            "newer than Exchange 2019 CU14 Aug26SU, the newest build of its branch in this data (of 2026-10-08)",
            True,
        ),
        (
            (15, 2, 1748, 9),
            "newer than Exchange 2019 CU15, the newest build of its branch in this data (of 2026-10-08)",
            True,
        ),
        ((15, 2, 1800, 1), "newer than Exchange 2019 CU15, the newest build in this data (of 2026-10-08)", True),
        ((15, 3, 1, 0), "newer than every build in this data (of 2026-10-08)", True),
        ((15, 2, 1, 0), "none of the builds in this data (of 2026-10-08)", False),
        ((15, 0, 9999, 0), "none of the builds in this data (of 2026-10-08)", False),
        ((8, 3, 83, 0), "none of the builds in this data (of 2026-10-08)", False),
    ],
)
def test_a_build_has_a_place(number: Build, standing: str | None, newer: bool) -> None:
    placed = TABLE.place(number)
    assert placed.standing == standing
    assert placed.newer_than_data == (DAY if newer else None)


def test_an_unknown_build_of_a_branch_keeps_its_cumulative_update() -> None:
    assert [TABLE.place((15, 2, 1544, last)).cu for last in (7, 10)] == ["CU14", "CU14"]
    assert [TABLE.place((15, 2, branch, 1)).cu for branch in (1600, 1800)] == [None, None]


def test_the_table_reaches_to_october_2026() -> None:
    last = {r.product: (written(r.number), r.su, r.released) for r in load_builds().rows}
    assert last["ExchangeSE"] == ("15.2.2562.53", "Sep26SUv2", date(2026, 10, 2))
    assert last["Exchange2019"] == ("15.2.1748.53", "Sep26SUv2", date(2026, 10, 2))
    assert last["Exchange2016"] == ("15.1.2507.75", "Sep26SUv2", date(2026, 10, 2))
    assert load_builds().by_update("KB5129955", (15, 2, 2562)) == (15, 2, 2562, 53)
    assert max(r.released for r in load_builds().rows) <= load_builds().as_of


@pytest.mark.parametrize(
    ("text", "number"), [("15.02.2562.053", (15, 2, 2562, 53)), ("15.2.2562", (15, 2, 2562, 17)), ("15.2", None)]
)
def test_a_number_is_read_as_vendors_write_it(text: str, number: Build | None) -> None:
    assert find_build(text) == number
