r"""Compiled pages are kept elsewhere than where everybody looks for them.

What it finds:
    ``tempDirectory`` of ``<compilation>``: for a directory of Exchange or the whole server with high confidence, and
    with more weight where the folder is an odd one.

Why it matters:
    What remains of deleted shells is found under ``Temporary ASP.NET Files``; this setting takes it out of sight, or
    lets a writer of the other folder plant assemblies that the server then loads as its own pages.

Looks like:
    ``<compilation tempDirectory="C:\ProgramData\asp" />``.

Benign look-alikes:
    Hosts that moved it to another drive for room.

Blind spots:
    Junctions in place of the folder.

References:
    https://learn.microsoft.com/en-us/dotnet/api/system.web.configuration.compilationsection.tempdirectory
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.detectors.contract import claim, define_rule, detector, element_evidence
from webshellhunt.host.iis.named_sections import iter_sections
from webshellhunt.host.iis.sections import COMPILATION
from webshellhunt.host.iis.xml_tree import Element
from webshellhunt.knowledge.odd_folders import odd_place
from webshellhunt.model.findings import Finding
from webshellhunt.model.places import EXCHANGE_ROLES
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(
    "WSH4014", "compiled-pages-moved", Severity.MEDIUM, Confidence.HIGH, page=__doc__, techniques=("T1564",)
)


@detector(RULE, on=Element)
def find(config: Element, sample: Sample) -> Iterator[Finding]:
    """Report each folder that compiled pages are moved to."""
    for section in iter_sections(config, COMPILATION):
        folder = section.element.get("tempDirectory")
        if folder:
            place = odd_place(folder)
            sure = place is not None or sample.artifact.role in EXCHANGE_ROLES
            message = f"compiled pages are kept in {folder}" + (f": {place.words}" if place is not None else "")
            confidence = Confidence.HIGH if sure else Confidence.LOW
            evidence = element_evidence(section.element, sample)
            yield claim(RULE, message, evidence, confidence=confidence, facts={"folder": folder})
