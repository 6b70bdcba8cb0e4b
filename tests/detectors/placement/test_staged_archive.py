"""Archives by their first bytes, where they lie, and under which name."""

from __future__ import annotations

import pytest

from webshellhunt.model.artifact import Artifact
from webshellhunt.model.limits import Job
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Confidence
from webshellhunt.scan.scanner import examine_bytes

MARKS = {
    "zip": b"PK\x03\x04\x14\0",
    "rar": b"Rar!\x1a\x07\x01\0",
    "7z": b"7z\xbc\xaf\x27\x1c\0\x04",
    "cab": b"MSCF\0\0\0\0",
    "pst": b"!BDN\0\0\0\0",
}
MEGABYTE = 1_000_000


def told(name: str, data: bytes, role: Role, size_bytes: int = 100) -> Confidence | None:
    path = f"x/{name}"
    findings = examine_bytes(data + bytes(64), Artifact(path, path, role, size_bytes), Job()).findings
    return next((found.confidence for found in findings if found.rule.id == "WSH6021"), None)


@pytest.mark.parametrize("extension", MARKS)
def test_each_kind_is_sure_where_only_scripts_lie(extension: str) -> None:
    assert told(f"a.{extension}", MARKS[extension], Role.ASPNET_CLIENT) is Confidence.HIGH
    assert told("a.dat", MARKS[extension], Role.OWA_AUTH) is Confidence.HIGH


@pytest.mark.parametrize(
    ("name", "role", "size", "expected"),
    [
        ("a.zip", Role.OWA, 100, Confidence.MEDIUM),
        ("a.xap", Role.OWA, 100, None),
        ("a.zip", Role.WWWROOT, 100, None),
        ("a.zip", Role.WWWROOT, MEGABYTE, Confidence.MEDIUM),
        ("a.zip", Role.SITE, 500 * MEGABYTE, None),
        ("a.zip", Role.GIVEN, 500 * MEGABYTE, None),
        ("a.zip", Role.DROP, MEGABYTE, None),
        ("a.zip", Role.DROP, 10 * MEGABYTE, Confidence.MEDIUM),
        ("a.png", Role.OWA, 100, Confidence.HIGH),
        ("a.png", Role.SITE, 100, Confidence.MEDIUM),
        ("a.docx", Role.WWWROOT, MEGABYTE, None),
    ],
)
def test_the_place_decides(name: str, role: Role, size: int, expected: Confidence | None) -> None:
    assert told(name, MARKS["zip"], role, size) is expected


def test_a_mailbox_in_the_default_site_is_sure_at_any_size() -> None:
    assert told("a.pst", MARKS["pst"], Role.WWWROOT) is Confidence.HIGH


def test_a_name_alone_is_no_archive() -> None:
    assert told("a.zip", b"text", Role.ASPNET_CLIENT) is None
