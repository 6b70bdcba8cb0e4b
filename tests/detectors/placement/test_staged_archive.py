"""Archives by their first bytes, where they lie, and under which name."""

from __future__ import annotations

import struct

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


FOLDER = "aspnet_client/system_web/4_0_30319/crystalreportviewers13/ActiveXControls"


def cabinet(publisher: bytes) -> bytes:
    signature = b"\x30\x82" + publisher
    return b"MSCF" + bytes(40) + struct.pack("<II", 64, len(signature)) + bytes(12) + signature


@pytest.mark.parametrize(
    ("path", "publisher", "is_reported"),
    [
        (f"{FOLDER}/PrintControl.cab", b"SAP SE", False),
        (f"{FOLDER}/PrintControl_res_zh-cn.cab", b"Business Objects", False),
        (f"{FOLDER}/PrintControl.cab", b"Contoso", True),
        (f"{FOLDER}/mail.cab", b"SAP SE", True),
        ("aspnet_client/PrintControl.cab", b"SAP SE", True),
    ],
)
def test_the_signed_cabinets_of_crystal_reports_belong_there(path: str, publisher: bytes, is_reported: bool) -> None:
    data = cabinet(publisher)
    findings = examine_bytes(data, Artifact(path, path, Role.ASPNET_CLIENT, len(data)), Job()).findings
    assert any(found.rule.id == "WSH6021" for found in findings) is is_reported


@pytest.mark.parametrize(("flags", "expected"), [(b"\0", Confidence.MEDIUM), (b"\x01", Confidence.HIGH)])
def test_an_open_archive_of_a_site_is_less_sure_than_an_encrypted_one(flags: bytes, expected: Confidence) -> None:
    assert told("client.png", MARKS["zip"] + flags, Role.WWWROOT) is expected
    assert told("client.png", MARKS["zip"] + flags, Role.OWA) is Confidence.HIGH
