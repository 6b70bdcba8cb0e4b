"""What a flow looks for in the constants of a page costs what they are long, not what they are long at every use."""

from __future__ import annotations

import tracemalloc

from webshellhunt.code.cutting import build_unit
from webshellhunt.code.flow import FlowAnalysis


def test_a_long_constant_at_a_thousand_places_is_looked_through_once() -> None:
    code = f'string a = "{"a" * 64_000}" + "b"; {"use(a);" * 1_000}'
    unit = build_unit(code, "c#", [(0, len(code))])
    tracemalloc.start()
    try:
        analysis = FlowAnalysis(unit)
        analysis.powers()
        assert "a" * 64_000 in analysis.told
        assert tracemalloc.get_traced_memory()[1] < 40 << 20
    finally:
        tracemalloc.stop()
