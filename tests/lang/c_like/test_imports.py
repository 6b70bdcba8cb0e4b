from __future__ import annotations

import pytest

from tests.builders.outlines import outline

CASES = [
    (
        "c#",
        "using A.B; using static C.D; using E = F.G;",
        "Import(name='A.B'); Import(name='C.D', is_static=True); Import(name='F.G', alias='E')",
    ),
    ("c#", "using var a = b();", "Declaration(name='a', var, b(), modifiers=using)"),
    ("c#", "global using A;", "Import(name='A')"),
    ("c#", "import java.io.*;", "Import(name='java.io')"),
    (
        "jscript",
        "import System.IO; package A { class B { } }",
        "Import(name='System.IO'); Class(name='A', kind='namespace', [Class(name='B', kind='class')])",
    ),
]


@pytest.mark.parametrize(("language", "code", "expected"), CASES)
def test_imports(language: str, code: str, expected: str) -> None:
    """The tree of imports."""
    assert outline(code, language) == expected
