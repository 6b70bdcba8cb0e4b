"""Code that a library loads by itself."""

from __future__ import annotations

import pytest

from tests.builders.compiled import findings_of
from tests.persistence.rows_compiled import boot, loads


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ('new System.Net.WebCl·ient().Downl·oadData("http://192.0.2.1/")', "from the network"),
        ('Convert.FromBase64String("TVqQ")', "that it decodes from a text"),
        ('(byte[])Microsoft.Win32.Registry.GetValue("a", "b", null)', "from the registry"),
        ('File.ReadAllBytes(@"C:\\Users\\Public\\a")', "C:\\Users\\Public\\a"),
    ],
)
def test_the_origin_of_the_code_is_said(what: str, words: str) -> None:
    (finding,) = findings_of("WSH5007", boot(loads(what)))
    assert words in finding.message


@pytest.mark.parametrize("what", ['"System.Web, Version=4.0.0.0"', 'File.ReadAllBytes("a.dll")', "new byte[9]"])
def test_names_and_files_of_the_site_are_ordinary(what: str) -> None:
    assert findings_of("WSH5007", boot(loads(what))) == []


def test_a_source_in_a_text_is_compiled() -> None:
    body = (
        "new Mic·rosoft.CSh·arp.CSharpCodePro·vider().CompileAssem·blyFromSource("
        'new System.CodeDom.Compiler.CompilerParameters(), "class A { }");'
    )
    (finding,) = findings_of("WSH5007", boot(body))
    assert "compiles a source" in finding.message
