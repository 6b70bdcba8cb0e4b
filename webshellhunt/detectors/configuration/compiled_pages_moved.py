r"""Compiled pages are kept in another folder than the default one.

What it finds:
    ``tempDirectory`` of ``<compilation>``. Confidence is high in a configuration of Exchange, and for a folder from
    which no installer runs code.

Why it matters:
    Remnants of deleted web shells are found under ``Temporary ASP.NET Files``. This setting moves them out of sight.
    An account that may write to the other folder can also plant assemblies there, which the server loads as its own
    pages.

Looks like:
    ``<compilation tempDirectory="C:\ProgramData\asp" />``.

Benign look-alikes:
    Hosts where the folder was moved to a larger drive.

Blind spots:
    A junction in place of the folder.

References:
    https://learn.microsoft.com/en-us/dotnet/api/system.web.configuration.compilationsection.tempdirectory
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, element_evidence
from webshellhunt.host.iis.named_sections import iter_sections
from webshellhunt.host.iis.sections import COMPILATION
from webshellhunt.host.iis.xml_tree import Element
from webshellhunt.knowledge.odd_folders import odd_place
from webshellhunt.model.places import EXCHANGE_ROLES
from webshellhunt.model.rules import Confidence
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH4014", "medium", "high", "T1564")


@detector(RULE, on=Element)
def find(config: Element, sample: Sample) -> Findings:
    """Report each folder to which compiled pages are moved."""
    for section in iter_sections(config, COMPILATION):
        folder = section.element.get("tempDirectory")
        if folder:
            place = odd_place(folder)
            sure = place is not None or sample.artifact.role in EXCHANGE_ROLES
            message = f"compiled pages are kept in {folder}" + (f": {place.words}" if place is not None else "")
            confidence = Confidence.HIGH if sure else Confidence.LOW
            evidence = element_evidence(section.element, sample)
            yield claim(RULE, message, evidence, confidence=confidence, facts={"folder": folder})
