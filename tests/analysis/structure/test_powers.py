"""What a page is able to do is looked for in what its constants are, not in each of their uses."""

from __future__ import annotations

import tracemalloc

import pytest

from webshellhunt.analysis.constants import Constant
from webshellhunt.analysis.structure.powers import find_powers, words_of_powers
from webshellhunt.lang.unit import Unit, build_unit


def _powers(unit: Unit, constants: list[Constant]) -> dict[str, int]:
    return find_powers(unit, constants, words_of_powers(unit, constants), starts_programs=lambda: False)


def test_a_long_constant_at_a_thousand_places_is_looked_through_once() -> None:
    code = f'use("{"a" * 64_000}" + "b");'
    unit = build_unit(code, "c#", [(0, len(code))])
    constants = [Constant("a" * 64_000 + "b", 2, 5, ("concatenate",))]
    tracemalloc.start()
    try:
        assert _powers(unit, constants * 1_000) == {}
        assert tracemalloc.get_traced_memory()[1] < 10 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("c#", "foreach (var d in DriveInfo.GetDrives()) { }", True),
        (
            "c#",
            "class Tool { void GetDrives() { } } void F() { Tool.GetDrives(); this.GetDrives(); GetDrives(); } ",
            False,
        ),
        ("c#", 'var words = "GetDrives";', False),
        ("vbscript", "For Each d In fso.Drives\nNext", True),
        ("vbscript", "Dim drives\ndrives = 1", False),
    ],
)
def test_a_word_counts_where_it_is_used(language: str, code: str, expected: bool) -> None:
    code += "\nx.CreateTextFile(a)\nx.DeleteFile(b)\n"  # a page with powers of few kinds is not looked at
    unit = build_unit(code, language, [(0, len(code))])
    assert ("list drives and folders" in _powers(unit, [])) is expected
