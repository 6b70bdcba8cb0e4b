"""Findings about a compiled library, which is made of a source in C#."""

from __future__ import annotations

from tests.builders.assemblies import dotnet_library
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.findings import Finding
from webshellhunt.model.limits import Job
from webshellhunt.model.places import Role
from webshellhunt.scan.scanner import examine_bytes

SITE_BIN = "C:\\inetpub\\wwwroot\\bin"
USING = "using System; using System.IO; using System.Web; using System.Text; using System.Collections.Generic;"


def findings_of(rule: str, source: str, folder: str = SITE_BIN, *, stubs: str = "") -> list[Finding]:
    """Return the findings of a rule in a library of a folder."""
    other = dotnet_library(USING + stubs, "Stubs") if stubs else None
    return findings_in(rule, dotnet_library(USING + source, "Portal", other), folder)


def findings_in(rule: str, data: bytes, folder: str = SITE_BIN) -> list[Finding]:
    """Return the findings of a rule in the bytes of a library of a folder."""
    artifact = Artifact("Portal.dll", f"{folder}\\Portal.dll", Role.BIN, len(data))
    examination = examine_bytes(data, artifact, Job())
    assert examination.gaps == ()
    return [each for each in examination.findings if each.rule.id == rule]
