"""Conditional compilation: lines that are never compiled have no tokens."""

from __future__ import annotations

import pytest

from webshellhunt.lang.conditional import drop_dead_lines
from webshellhunt.lang.tokens import tokenize


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("#If False Then\na\n#End If\nb", ["b"]),
        ("#If True Then\na\n#Else\nb\n#End If\nc", ["a", "c"]),
        ("#If DEBUG Then\na\n#Else\nb\n#End If", ["a", "b"]),
        ("#If False Then\na\n#ElseIf True Then\nb\n#Else\nc\n#End If", ["b"]),
        ("#If False Then\n#If True Then\na\n#End If\n#End If\nb", ["b"]),
        ("#End If\na\n#Else\nb", ["a", "b"]),
        ("#If False Then\na", ["a"]),
        ("", []),
    ],
)
def test_lines_that_are_never_compiled(code: str, names: list[str]) -> None:
    tokens = tokenize(code, "vb")
    drop_dead_lines(tokens)
    assert [value for value in tokens.values if value in ("a", "b", "c")] == names
