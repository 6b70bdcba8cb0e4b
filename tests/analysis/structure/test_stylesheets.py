"""Scripts of stylesheets: where they stand, in which language."""

from __future__ import annotations

import pytest

from webshellhunt.analysis.structure.stylesheets import NAMESPACE, iter_stylesheet_scripts

HEAD = f"<xsl:stylesheet xmlns:m='{NAMESPACE}'>"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<m:script language='C#'>a</m:script>", [("c#", "a")]),
        ('<m:script implements-prefix="u" language = "VBScript">a &lt; b</m:script>', [("vbscript", "a < b")]),
        ("<m:script><![CDATA[a < b && c]]></m:script>", [("jscript", " a < b && c ")]),
        ("<m:script>a</m:script><m:script language='vb'>b", [("jscript", "a"), ("vb", "b")]),
        ("<m:scripts>a</m:scripts>", []),
    ],
)
def test_scripts(body: str, expected: list[tuple[str, str]]) -> None:
    assert list(iter_stylesheet_scripts(HEAD + body)) == expected


def test_a_text_without_the_namespace_is_none() -> None:
    assert list(iter_stylesheet_scripts("<m:script>a</m:script>")) == []


def test_many_scripts_are_bounded() -> None:
    assert len(list(iter_stylesheet_scripts(HEAD + "<m:script>" * 50_000))) == 8
