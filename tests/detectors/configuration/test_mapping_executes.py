"""A mapping in force makes a page of anything; one that is locked is an attempt."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import read
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.findings import Finding
from webshellhunt.model.limits import Job
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Severity
from webshellhunt.model.settings import HandlerMapping, PageKind, PageSettings
from webshellhunt.scan.scanner import examine_bytes

MAPPING = HandlerMapping("*.png", PageKind.WEB_FORM, "web.config", "build-provider", 7)
PAGE = read("mapping_executes/picture").data


def _found(data: bytes, mapping: HandlerMapping, path: str = "images/logo.png") -> list[Finding]:
    artifact = Artifact(path, path, Role.WWWROOT, len(data), settings=PageSettings(mappings=(mapping,)))
    return [f for f in examine_bytes(data, artifact, Job()).findings if f.rule.id == "WSH4001"]


def test_the_mapping_and_where_it_stands_are_told() -> None:
    (finding,) = _found(PAGE, MAPPING)
    assert finding.severity is Severity.MEDIUM
    assert finding.facts == {"mapping": "*.png", "declared_in": "web.config, line 7", "mapped_by": "build-provider"}


def test_a_locked_mapping_is_an_attempt() -> None:
    (finding,) = _found(PAGE, MAPPING._replace(locked=True))
    assert finding.severity is Severity.LOW
    assert "has no effect" in finding.message


def test_a_place_without_a_line_is_told_without_one() -> None:
    (finding,) = _found(PAGE, MAPPING._replace(line=None))
    assert finding.facts["declared_in"] == "web.config"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_the_code_counts_in_any_encoding(encoding: str) -> None:
    assert _found(PAGE.decode().encode(encoding), MAPPING)


def test_the_code_counts_in_an_encoding_that_the_configuration_declares() -> None:
    artifact = Artifact("a/logo.png", "a/logo.png", Role.WWWROOT, len(PAGE))
    settings = PageSettings(file_encoding="IBM037", mappings=(MAPPING,))
    found = examine_bytes(PAGE.decode().encode("cp037"), artifact._replace(settings=settings), Job()).findings
    assert "WSH4001" in {finding.rule.id for finding in found}


def test_a_picture_without_code_is_a_picture() -> None:
    assert _found(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", MAPPING) == []


def test_a_name_that_the_mapping_does_not_cover_is_none_of_its_files() -> None:
    assert _found(PAGE, MAPPING, "images/logo.gif") == []
