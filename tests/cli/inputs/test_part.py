"""Parts of a list: each location is in exactly one of them, wherever it stands."""

from __future__ import annotations

from argparse import Namespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.cli.inputs.locations import locations_of
from webshellhunt.cli.inputs.part import Part


@given(st.text(), st.integers(1, 50))
def test_each_location_is_in_exactly_one_part(location: str, parts: int) -> None:
    assert sum(Part(number, parts).has(location) for number in range(1, parts + 1)) == 1


def test_parts_have_about_the_same_size() -> None:
    listed = [f"/evidence/EXCH{number:05}.zip" for number in range(10_000)]
    sizes = [sum(map(Part(number, 20).has, listed)) for number in range(1, 21)]
    assert sum(sizes) == 10_000
    assert (min(sizes) > 420, max(sizes) < 580) == (True, True)


def test_the_order_of_the_list_does_not_matter(capsys: pytest.CaptureFixture[str]) -> None:
    listed = [f"EXCH{number}" for number in range(60)]
    chosen = [
        locations_of(Namespace(locations=order, lists=[], part=Part(2, 3))).paths for order in (listed, listed[::-1])
    ]
    assert chosen[0] == chosen[1][::-1] != []
    assert capsys.readouterr().err.splitlines()[0] == f"webshellhunt: part 2/3: {len(chosen[0])} of 60 locations"
