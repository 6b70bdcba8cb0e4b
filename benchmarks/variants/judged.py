"""Fixtures as pages, and what is said of a page."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.variants.page_file import PageFile
from webshellhunt.defang import Fixture
from webshellhunt.host.walk.roles import role_at
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.limits import Job
from webshellhunt.model.settings import HandlerMapping, PageKind, PageSettings
from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.scan.scanner import examine_bytes
from webshellhunt.verdict.judge import judge

_BY_DIGEST = "known-indicator"


def page_of(fixture: Fixture) -> PageFile:
    """Place a fixture where its path says, under the mapping that its header names."""
    mappings: tuple[HandlerMapping, ...] = ()
    if fixture.mapping:
        pattern, kind = fixture.mapping.split()
        mappings = (HandlerMapping(pattern, PageKind(kind), "web.config"),)
    told_by_keys = not {"WSH1010", "WSH1047"}.isdisjoint(fixture.expect)
    return PageFile(fixture.path, fixture.data, PageSettings(mappings=mappings), told_by_keys)


def verdict_of(page: PageFile) -> Verdict:
    """Judge a page, the digests of published shells aside: no variant of a file has the same."""
    role = role_at(page.path.split("/")[:-1])
    artifact = Artifact(page.path, page.path, role, len(page.data), settings=page.settings)
    examination = examine_bytes(page.data, artifact, Job())
    findings = tuple(finding for finding in examination.findings if finding.rule.slug != _BY_DIGEST)
    return judge(replace(examination, findings=findings))


def disposition_of(page: PageFile) -> Disposition:
    """Return the disposition of a page."""
    return verdict_of(page).disposition
