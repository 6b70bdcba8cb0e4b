"""What a page is able to do is looked for in what its constants are, not in each of their uses."""

from __future__ import annotations

import tracemalloc

from webshellhunt.code.constants import iter_constants
from webshellhunt.code.cutting import build_unit
from webshellhunt.code.flow import FlowAnalysis
from webshellhunt.code.powers import find_powers


def test_a_long_constant_at_a_thousand_places_is_looked_through_once() -> None:
    code = f'use("{"a" * 64_000}" + "b");'
    unit = build_unit(code, "c#", [(0, len(code))])
    calls = FlowAnalysis(unit)._calls
    constants = [each for each in iter_constants(unit.tokens) if each.steps]
    assert constants
    tracemalloc.start()
    try:
        assert find_powers(calls, constants * 1_000) == {}
        assert tracemalloc.get_traced_memory()[1] < 10 << 20
    finally:
        tracemalloc.stop()
