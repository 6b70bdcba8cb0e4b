"""Names of languages and their aliases."""

from __future__ import annotations

import pytest

from webshellhunt.lang.language_names import base_language
from webshellhunt.lang.tokens import tokenize


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("C#", "c#"),
        ("csharp", "c#"),
        ("VB", "vb"),
        ("VBScript.Encode", "vbscript"),
        ("JScript.Encode", "jscript"),
        ("javascript", "jscript"),
        ("perlscript", "jscript"),
        ("", "jscript"),
    ],
)
def test_language_names(name: str, language: str) -> None:
    assert base_language(name) == language
    assert tokenize("x", name).language == language
