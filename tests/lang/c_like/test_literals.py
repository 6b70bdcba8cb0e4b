from __future__ import annotations

import pytest

from tests.builders.outlines import outline

CASES = [
    ("c#", "x = 'a';", "Assign(x, operator='=', character:a)"),
    (
        "c#",
        "x = 10; y = 0x1F; z = 1.5f; w = 2L; v = 1e3;",
        (
            "Assign(x, operator='=', 10); Assign(y, operator='=', 31); Assign(z, operator='=', 1.5); "
            "Assign(w, operator='=', 2); Assign(v, operator='=', 1000.0)"
        ),
    ),
    ("c#", "x = true; y = null;", "Assign(x, operator='=', True); Assign(y, operator='=', None)"),
    (
        "jscript",
        "x = 'a'; y = 017; z = 018; w = 0b11;",
        (
            "Assign(x, operator='=', 'a'); Assign(y, operator='=', 15); Assign(z, operator='=', 18); "
            "Assign(w, operator='=', 3)"
        ),
    ),
    ("jscript", "x = /a[/]b/g;", "Assign(x, operator='=', pattern:/a[/]b/g)"),
]


@pytest.mark.parametrize(("language", "code", "expected"), CASES)
def test_literals(language: str, code: str, expected: str) -> None:
    """The tree of literals."""
    assert outline(code, language) == expected
