"""Which statements run only if others do."""

from __future__ import annotations

import pytest

from tests.builders.inert import unit_of
from webshellhunt.code.blocks import Blocks


def blocks_of(code: str, language: str) -> tuple[Blocks, dict[str, int]]:
    """Return the blocks of a code, and the numbers of its statements of one name."""
    unit = unit_of(code, language)
    numbers = {
        unit.value(start): number for number, (start, end) in enumerate(unit.statements) if end - start in (1, 3)
    }
    return Blocks(unit, [value.lower() for value in unit.tokens.values], [None] * len(unit.statements)), numbers


@pytest.mark.parametrize(
    ("language", "code", "sure"),
    [
        ("vbscript", "a\nb", True),
        ("vbscript", "If x Then\na\nEnd If\nb", False),
        ("vbscript", "If x Then a\nb", False),
        ("vbscript", "If x Then a Else b", False),
        ("vbscript", "If x Then\na\nElse\nb\nEnd If", False),
        ("vbscript", "If x Then\na\nElseIf y Then\nb\nEnd If", False),
        ("vbscript", "a\nIf x Then b", True),
        ("vbscript", "For i = 1 To 2\na\nNext\nb", False),
        ("vbscript", "For i = 1 To 2\na\nb\nNext", True),
        ("vbscript", "Do While x\na\nLoop\nb", False),
        ("vbscript", "While x\na\nWend\nb", False),
        ("vbscript", "Select Case x\nCase 1\na\nCase 2\nb\nEnd Select", False),
        ("vbscript", "Select Case x\nCase 1\na\nEnd Select\nb", False),
        ("vbscript", "With x\na\nEnd With\nb", True),
        ("vb", "Try\na\nCatch e\nb\nEnd Try", False),
        ("vbscript", "Next\nEnd If\na\nLoop\nb", True),
        ("c#", "a; b;", True),
        ("c#", "if (x) { a; } b;", False),
        ("c#", "a; if (x) { b; }", True),
        ("c#", "if (x) { a; } else { b; }", False),
        ("c#", "switch (x) { case 1: f(); a; break; case 2: g(); b; }", False),
        ("jscript", "} a; { b;", True),
    ],
)
def test_what_has_run_for_sure(language: str, code: str, sure: bool) -> None:
    blocks, numbers = blocks_of(code, language)
    assert blocks.is_sure(numbers["a"], numbers["b"]) is sure


@pytest.mark.parametrize(
    ("language", "code", "repeats"),
    [
        ("vbscript", "b\na", False),
        ("vbscript", "Do\nb\na\nLoop", True),
        ("vbscript", "Do\nb\nLoop\na", False),
        ("vbscript", "For i = 1 To 2\nIf x Then b\na\nNext", True),
        ("c#", "while (x) { b; a; }", True),
        ("c#", "for (i = 0; i < 9; i++) { if (x) { b; } a; }", True),
        ("c#", "if (x) { b; a; }", False),
    ],
)
def test_what_a_loop_runs_again(language: str, code: str, repeats: bool) -> None:
    blocks, numbers = blocks_of(code, language)
    assert blocks.repeats(numbers["a"], numbers["b"], without=None) is repeats


def test_what_a_loop_gives_anew_each_time_is_not_left_from_the_last_time() -> None:
    blocks, numbers = blocks_of("c\nDo\nd\nb\na\nLoop", "vbscript")
    assert blocks.repeats(numbers["a"], numbers["b"], without=numbers["c"])
    assert not blocks.repeats(numbers["a"], numbers["b"], without=numbers["d"])


def test_blocks_are_not_followed_without_end() -> None:
    blocks, numbers = blocks_of("while (x) { " * 3_000 + "b; a; " + "}" * 3_000, "c#")
    assert blocks.repeats(numbers["a"], numbers["b"], without=None)


@pytest.mark.parametrize(
    ("language", "code", "excludes"),
    [
        ("vbscript", "If x Then\na\nElse\nb\nEnd If", True),
        ("vbscript", "If x Then\na\nElseIf y Then\nb\nEnd If", True),
        ("vbscript", "If x Then\na\nElseIf y Then\nc\nElse\nb\nEnd If", True),
        ("vbscript", "If x Then a Else b", True),
        ("vbscript", "If x Then\na\nEnd If\nIf y Then\nb\nEnd If", False),
        ("vbscript", "If x Then\na\nIf y Then\nb\nEnd If\nEnd If", False),
        ("vbscript", "Select Case x\nCase 1\na\nCase 2\nIf y Then\nb\nEnd If\nEnd Select", True),
        ("vbscript", "Select Case x\nCase 1\na\nIf y Then\nb\nEnd If\nEnd Select", False),
        ("vbscript", "Select Case x\nCase 1\na\nEnd Select\nSelect Case x\nCase 2\nb\nEnd Select", False),
        ("vbscript", "Do\nIf x Then\na\nElse\nb\nEnd If\nLoop", False),
        ("c#", "if (x) { a; } else { b; }", True),
        ("c#", "if (x) { a; } else if (y) { c; } else { b; }", True),
        ("c#", "if (x) { a; } if (y) { b; }", False),
        ("c#", "switch (x) { case 1: f(); a; break; case 2: g(); b; }", False),
        ("jscript", "for (;;) { if (x) { a; } else { b; } }", False),
    ],
)
def test_what_only_one_branch_runs(language: str, code: str, excludes: bool) -> None:
    blocks, numbers = blocks_of(code, language)
    assert blocks.excludes(numbers["a"], numbers["b"]) is excludes
