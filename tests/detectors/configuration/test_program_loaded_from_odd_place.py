"""Programs and assemblies of odd places: by each way in which a configuration names a place."""

from __future__ import annotations

import pytest

from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence
from webshellhunt.pipeline import examine

RULE = "WSH4008"
OWA = "Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa/web.config"
BIND = '<runtime><assemblyBinding xmlns="urn:schemas-microsoft-com:asm.v1"><dependentAssembly>{}</dependentAssembly>'


def told(text: str) -> list[Finding]:
    found = examine(f"<configuration>{text}</configuration>".encode(), path=OWA).findings
    return [each for each in found if each.rule.id == RULE]


def code_base(href: str) -> str:
    return BIND.format(f'<codeBase version="1.0.0.0" href="{href}" />') + "</assemblyBinding></runtime>"


@pytest.mark.parametrize(
    ("href", "words"),
    [
        ("file:///C:/Windows/Temp/x.dll", "the folder for temporary files"),
        ("FILE:///c:/%57indows/T%65mp/x.dll", "the folder for temporary files"),
        (r"C:\ProgramData\x.dll", "ProgramData"),
        ("file://host/share/x.dll", "a share of another machine"),
        (r"\\host\share\x.dll", "a share of another machine"),
        ("http://host/x.dll", "a web address"),
    ],
)
def test_an_assembly_that_code_base_leads_to_an_odd_place(href: str, words: str) -> None:
    (found,) = told(code_base(href))
    assert words in found.message
    assert found.facts["program"] == href


@pytest.mark.parametrize("href", ["", "bin/x.dll", "file:///C:/Program%20Files/x/x.dll", "file:///C:/Windows/x.dll"])
def test_an_assembly_of_any_other_place(href: str) -> None:
    assert told(code_base(href)) == []


def test_the_folders_in_which_exchange_looks_for_assemblies() -> None:
    text = r'<appSettings><add key="BinSearchFolders" value="%ExchangeInstallDir%bin;C:\Users\Public" /></appSettings>'
    (found,) = told(text)
    assert found.confidence is Confidence.HIGH
    assert r"C:\Users\Public: the public folder of all users" in found.message
    assert told(text.replace("BinSearchFolders", "Other")) == []


def test_a_bounded_number_is_told() -> None:
    folders = ";".join([r"C:\Users\Public"] * 200)
    text = "<appSettings>" + f'<add key="BinSearchFolders" value="{folders}" />' * 100 + "</appSettings>"
    assert 0 < len(told(text)) <= 500
