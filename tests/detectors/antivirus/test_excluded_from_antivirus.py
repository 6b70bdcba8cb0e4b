"""Exclusions: a note, those of pages first."""

from __future__ import annotations

import pytest

from webshellhunt.antivirus.records import Exclusion
from webshellhunt.detectors.antivirus.excluded_from_antivirus import find
from webshellhunt.model.rules import Severity
from webshellhunt.views.detected_files import AntivirusSettings

DATABASES = Exclusion("extension", ".edb", "MPLog", 4)


@pytest.mark.parametrize(
    "exclusion",
    [
        Exclusion("path", r"C:\inetpub\wwwroot"),
        Exclusion("path", r"C:\inetpub\wwwroot\x\*"),
        Exclusion("path", r"C:\inetpub"),
        Exclusion("path", r"C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\owa\auth"),
        Exclusion("extension", ".config"),
    ],
)
def test_exclusions_of_pages_come_first(exclusion: Exclusion) -> None:
    (found,) = find(AntivirusSettings([DATABASES, exclusion], ()))
    assert found.severity is Severity.INFO
    assert found.message == f"Defender has 2 exclusions, 1 of pages or web directories: {exclusion.value}"
    assert found.facts["exclusions"] == (f"{exclusion.kind} {exclusion.value}", "extension .edb")


@pytest.mark.parametrize(
    "exclusion",
    [DATABASES, Exclusion("path", r"D:\Databases"), Exclusion("process", r"C:\x\EdgeTransport.exe")],
)
def test_other_exclusions_are_counted(exclusion: Exclusion) -> None:
    (found,) = find(AntivirusSettings([exclusion], ()))
    assert found.message == "Defender has 1 exclusion"


def test_no_exclusion_is_no_note() -> None:
    assert list(find(AntivirusSettings((), ()))) == []


def test_an_exclusion_that_no_product_needs_is_low() -> None:
    (found,) = find(AntivirusSettings([DATABASES, Exclusion("extension", "aspx"), Exclusion("path", "C:\\")], ()))
    assert found.severity is Severity.LOW
    assert found.message == (
        "Defender has 3 exclusions, 1 of pages or web directories: aspx; "
        "no product needs aspx (the server executes .aspx files), C:\\ (it is a whole drive)"
    )


@pytest.mark.parametrize(
    ("exclusion", "of_pages"),
    [
        (Exclusion("process", r"%SystemRoot%\System32\inetsrv\w3wp.exe"), True),
        (Exclusion("process", r"%SystemRoot%\System32\WindowsPowerShell\v1.0\PowerShell.exe"), False),
    ],
)
def test_an_exclusion_that_microsoft_withdrew_is_named_and_a_note(exclusion: Exclusion, *, of_pages: bool) -> None:
    (found,) = find(AntivirusSettings([DATABASES, exclusion], ()))
    assert found.severity is Severity.INFO
    concerned = f", 1 of pages or web directories: {exclusion.value}" if of_pages else ""
    assert found.message == f"Defender has 2 exclusions{concerned}; Microsoft recommends {exclusion.value} no longer"
