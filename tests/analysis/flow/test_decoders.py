"""Evaluators of texts that the page decodes, and that are not worked out."""

from __future__ import annotations

import pytest

from tests.builders.inert import live, unit_of
from webshellhunt.analysis.flow.decoders import find_decoded
from webshellhunt.analysis.folding import literals_of

FUNCTION = "Function f(a)\nf = g(a)\nEnd Function\n"
HIDDEN = '"7b!2c-44x907b!2c"'


def origins(code: str, told: list[int] | None = None, declared: frozenset[str] = frozenset()) -> list[str]:
    unit = unit_of(code, "vbscript")
    found = find_decoded(unit.index, literals_of(unit.tokens), told or [], declared)
    return [flow.trace.origin for flow in found if flow.trace]


@pytest.mark.parametrize(
    "code", [f"Exec·ute f({HIDDEN})", f"x = f({HIDDEN})\nExec·ute x", f"x = f({HIDDEN})\ny = x & z\nExec·ute y"]
)
def test_a_function_of_the_page_makes_the_text(code: str) -> None:
    assert origins(FUNCTION + code) == ["f('7b!2c-44x907b!2c'…)"]


@pytest.mark.parametrize(
    "code",
    [
        'Exec·ute f("short")',
        'Exec·ute f("onlylettersinhere")',
        f"Exec·ute other({HIDDEN})",
        f"c.Exec·ute f({HIDDEN})",
        f"x = f({HIDDEN})",
    ],
)
def test_anything_else_hides_nothing(code: str) -> None:
    assert origins(FUNCTION + code) == []


def test_a_function_that_reads_a_file_decodes_nothing() -> None:
    code = f"Function f(a)\nf = fso.OpenTextFile(a).ReadAll\nEnd Function\nExec·ute f({HIDDEN})"
    assert origins(code) == []


def test_a_known_evaluator_is_left_out() -> None:
    code = f"{FUNCTION}Exec·ute f({HIDDEN})"
    unit = unit_of(code, "vbscript")
    place = next(at for at, value in enumerate(unit.tokens.values) if value.startswith("exec"))
    assert origins(code, [place]) == []


def test_a_function_that_calls_one_which_reads_a_file_decodes_nothing() -> None:
    reading = "Function g(a)\nSet s = fso.OpenTextFile(a)\ng = s.ReadAll\nEnd Function\n"
    assert origins(f"{reading}{FUNCTION}Exec·ute f({HIDDEN})") == []


def test_a_function_that_gets_something_else_as_well_decodes_nothing() -> None:
    assert origins(f"{FUNCTION}Exec·ute f({HIDDEN}, template)") == []


def test_a_function_of_the_page_with_the_name_of_an_evaluator_evaluates_nothing() -> None:
    own = "Function Exec·ute(a)\nSet Exec·ute = conn.Exec·ute(a)\nEnd Function\n"
    assert origins(f"{own}{FUNCTION}Exec·ute f({HIDDEN})") == []


def test_a_function_of_an_include_with_the_name_of_an_evaluator_evaluates_nothing() -> None:
    name = live("exec·ute")
    assert origins(f"{FUNCTION}Exec·ute f({HIDDEN})", declared=frozenset({name})) == []
