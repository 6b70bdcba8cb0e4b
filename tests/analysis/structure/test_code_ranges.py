"""The names of the code in ranges of its text."""

from __future__ import annotations

from webshellhunt.analysis.structure.code_ranges import are_shown, places_in, unparsed_names
from webshellhunt.lang.unit import Unit, build_unit


def unit_of(code: str) -> Unit:
    return build_unit(code, "vbscript", [(0, len(code))])


def test_ranges_that_begin_in_names_or_plain_constants() -> None:
    code = 'a "b.c", "d <e>"'
    unit = unit_of(code)
    assert places_in(unit, [(0, 1)]) == frozenset({0})
    assert places_in(unit, [(2, 9)]) == frozenset({1, 2})
    assert places_in(unit, [(0, 1), (9, len(code))]) is None


def test_names_that_no_rule_fits() -> None:
    unit = unit_of("a b )) c then )\nd e")
    assert {unit.tokens.values[at] for at in unparsed_names(unit)} & {"a", "b", "c"}
    assert unit.tokens.values.index("d") not in unparsed_names(unit)


def test_constants_that_are_shown() -> None:
    code = 'Response.Write "d <e>"\nf.Write "g <h>"\nx = y'
    unit = unit_of(code)
    shown, kept = code.index("d <e>"), code.index("g <h>")
    assert are_shown(unit, [(shown, shown + 5)])
    assert not are_shown(unit, [(shown, shown + 5), (kept, kept + 5)])
    assert not are_shown(unit, [(0, shown + 5)])
    assert not are_shown(unit, [])
