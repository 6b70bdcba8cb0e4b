r"""The server loads native code from where no installer puts any.

What it finds:
    A native module, an ISAPI filter, a script processor or a FastCGI program that lies in ProgramData, in a folder for
    temporary files or that all users share, in ``PerfLogs`` or ``aspnet_client``, under a reserved name, or on a share.

Why it matters:
    It runs in the worker process, sees each request before any page does, and answers to a secret header under any
    address (IIS-Raid, RGDoor, BadIIS).

Looks like:
    ``<globalModules><add name="Cache" image="C:\ProgramData\cache.dll" /></globalModules>``.

Benign look-alikes:
    Script engines that somebody unpacked into ProgramData by hand. Modules in ``inetsrv``, the framework's folder,
    Exchange's ``Bin`` and Program Files are what each server has, whoever signed them, and are not told here.

Blind spots:
    A module in ``inetsrv`` or ``System32`` under a plausible name: WSH4020 tells it, since no known product has it
    there, and WSH4015 since when. Stock modules that were patched in memory.

References:
    https://attack.mitre.org/techniques/T1505/004/
    https://www.microsoft.com/en-us/security/blog/2022/07/26/malicious-iis-extensions-quietly-open-persistent-backdoors-into-servers/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.context.odd_places import odd_place
from webshellhunt.detectors.contract import claim, define_rule, detector, element_evidence
from webshellhunt.discovery.named_sections import NamedSection, iter_sections
from webshellhunt.discovery.xmltree import Element
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.sample import Sample

RULE = define_rule(
    "WSH4008",
    "program-loaded-from-odd-place",
    Severity.HIGH,
    Confidence.HIGH,
    page=__doc__,
    techniques=("T1505.004",),
)
_SECTIONS = {
    "system.webserver/globalmodules": ("image", "the native module"),
    "system.webserver/isapifilters": ("path", "the ISAPI filter"),
    "system.webserver/handlers": ("scriptProcessor", "the handler"),
    "system.webserver/fastcgi": ("fullPath", "the FastCGI program"),
}


@detector(RULE, on=Element)
def find(config: Element, sample: Sample) -> Iterator[Finding]:
    """Report each program that is registered from an odd place."""
    for section in iter_sections(config, *_SECTIONS):
        attribute, kind = _SECTIONS[section.name]
        for element in section.element.children:
            path = element.get(attribute).partition("|")[0]
            place = odd_place(path) if path else None
            if place is None:
                continue
            name = element.get("name") or path
            confidence = Confidence.HIGH if place.sure else Confidence.MEDIUM
            severity = RULE.severity
            message = f"{kind} {name} is {path}: {place.words}"
            if _does_nothing(section, sample):
                severity = Severity.LOW
                message = f"{message}; the section is locked above, so that it is an attempt only"
            evidence = element_evidence(element, sample)
            facts = {"name": name, "program": path}
            yield claim(RULE, message, evidence, severity=severity, confidence=confidence, facts=facts)


def _does_nothing(section: NamedSection, sample: Sample) -> bool:
    return section.name in sample.artifact.settings.locked_sections
