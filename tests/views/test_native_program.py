"""Native programs as a view of a file."""

from __future__ import annotations

import pytest

from tests.builders.images import image
from webshellhunt.errors import BinaryError
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.places import Role
from webshellhunt.views.native_program import native_program

MODULE = image("RegisterModule", company="Microsoft Corporation")


def artifact(path: str, role: Role = Role.GIVEN) -> Artifact:
    return Artifact("x", path, role, 0)


@pytest.mark.parametrize(
    ("path", "role", "place", "owner"),
    [
        (r"C:\Windows\SysWOW64\inetsrv\x.dll", Role.GIVEN, r"%windir%\system32\inetsrv\x.dll", "Windows"),
        ("Windows/System32/x.dll", Role.GIVEN, r"%windir%\system32\x.dll", "Windows"),
        (r"D:\Mail\owa\x.dll", Role.OWA, r"?:\mail\owa\x.dll", "Exchange"),
        (r"C:\Program Files\Microsoft\Exchange Server\V15\Bin\x.dll", Role.GIVEN, r"%exchange%\bin\x.dll", "Exchange"),
        (r"C:\Program Files\Maker\x.dll", Role.GIVEN, r"%programfiles%\maker\x.dll", None),
    ],
)
def test_the_place_has_an_owner(path: str, role: Role, place: str, owner: str | None) -> None:
    program = native_program(artifact(path, role), MODULE)
    assert program is not None
    assert (program.kind, program.place, program.owner) == ("module of IIS", place, owner)
    assert (program.claims_microsoft, program.is_vouched, program.listens) == (True, False, False)
    assert program.facts["signature"] == "unsigned"


@pytest.mark.parametrize("data", [b"", b"MZ RegisterModule", image("Other"), image("Other", texts=["RegisterModule"])])
def test_other_files_are_none(data: bytes) -> None:
    assert native_program(artifact("x.dll"), data) is None


def test_a_damaged_one_is_an_error() -> None:
    with pytest.raises(BinaryError):
        native_program(artifact("x.dll"), MODULE[:100] + b"RegisterModule")
