"""The language of code, however a page names it."""

from __future__ import annotations

import pytest

from webshellhunt.model.settings import PageKind, PageSettings
from webshellhunt.pages.languages import default_language, encoded_language, normal_language, plain_language


@pytest.mark.parametrize(
    ("name", "kind", "language"),
    [
        ("C#", PageKind.WEB_FORM, "c#"),
        ("CSharp", PageKind.WEB_FORM, "c#"),
        ("VisualBasic", PageKind.WEB_FORM, "vb"),
        ("JavaScript", PageKind.CLASSIC_ASP, "jscript"),
        ("VBScript", PageKind.CLASSIC_ASP, "vbscript"),
        ("Perl", PageKind.CLASSIC_ASP, "perl"),
    ],
)
def test_every_name_of_a_language(name: str, kind: PageKind, language: str) -> None:
    assert normal_language(name, kind, PageSettings()) == language


def test_configuration_decides_for_pages_that_declare_none() -> None:
    assert default_language(PageKind.WEB_FORM, PageSettings(default_language="c#")) == "c#"
    assert default_language(PageKind.CLASSIC_ASP, PageSettings(asp_language="jscript")) == "jscript"


def test_the_name_of_an_encoded_language_leads_back() -> None:
    assert encoded_language("vbscript") != "vbscript"
    assert plain_language(encoded_language("vbscript")) == "vbscript"
