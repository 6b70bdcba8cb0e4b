r"""The server loads native code from a folder that no installer uses.

What it finds:
    A native module, an ISAPI filter, a script processor or a FastCGI program in ProgramData, in a folder for temporary
    files or one that all users share, in ``PerfLogs`` or ``aspnet_client``, under a reserved name, or on a share. The
    same for a .NET assembly that ``codeBase`` locates there or at a web address, and for the folders in which Exchange
    looks for assemblies (``BinSearchFolders``).

Why it matters:
    The code runs in the worker process and sees each request before any page does; it can answer to a secret header at
    any address (IIS-Raid, RGDoor, BadIIS). With ``codeBase`` an unchanged stock entry loads another file than the
    product's.

Looks like:
    ``<globalModules><add name="Cache" image="C:\ProgramData\cache.dll" /></globalModules>``.

Benign look-alikes:
    Script engines that an administrator unpacked into ProgramData. Modules in ``inetsrv``, the framework's folder,
    Exchange's ``Bin`` and Program Files are usual, with any signature, and are not reported here.

Blind spots:
    A module in ``inetsrv`` or ``System32`` under a plausible name: WSH4020 reports it if no known product installs it
    there, and WSH4015 dates it. An assembly that ``codeBase`` or ``probing`` finds in a plausible folder. Stock modules
    that were patched in memory.

References:
    https://attack.mitre.org/techniques/T1505/004/
    https://www.microsoft.com/en-us/security/blog/2022/07/26/malicious-iis-extensions-quietly-open-persistent-backdoors-into-servers/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from webshellhunt.detectors.contract import claim, define_rule, detector, element_evidence
from webshellhunt.host.iis.named_sections import NamedSection, iter_sections
from webshellhunt.host.iis.xml_tree import Element
from webshellhunt.knowledge.odd_folders import OddPlace, odd_place
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(
    "WSH4008", "program-loaded-from-odd-place", Severity.HIGH, Confidence.HIGH, page=__doc__, techniques=("T1505.004",)
)
_FILE_URL = lazy_pattern(r"\s*file:(?:///|(?=//))", re.IGNORECASE)
_WEB_URL = lazy_pattern(r"\s*(?:https?|ftp)://", re.IGNORECASE)
_LONGEST = 1_024
_MOST_FOLDERS = 50
_MOST_PLACES = 500
_SECTIONS = {
    "system.webserver/globalmodules": ("image", "the native module"),
    "system.webserver/isapifilters": ("path", "the ISAPI filter"),
    "system.webserver/handlers": ("scriptProcessor", "the handler"),
    "system.webserver/fastcgi": ("fullPath", "the FastCGI program"),
}


@detector(RULE, on=Element)
def find(config: Element, sample: Sample) -> Iterator[Finding]:
    """Report each registered program or assembly in an odd folder."""
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
                message = f"{message}; a parent configuration locks this section, so this has no effect"
            evidence = element_evidence(element, sample)
            facts = {"name": name, "program": path}
            yield claim(RULE, message, evidence, severity=severity, confidence=confidence, facts=facts)
    yield from _assemblies(config, sample)


def _assemblies(config: Element, sample: Sample) -> Iterator[Finding]:
    """Report each odd folder of .NET assemblies, from ``codeBase`` and from Exchange's search folders."""
    named = [("codeBase locates an assembly at", each, each.get("href")) for each in config.named("codebase")]
    for added in config.named("add"):
        if added.get("key").lower() == "binsearchfolders" and len(named) < _MOST_PLACES:
            folders = added.get("value").split(";")[:_MOST_FOLDERS]
            named += [("Exchange looks for assemblies in", added, folder) for folder in folders]
    for words, element, path in named[:_MOST_PLACES]:
        place = _place_of_assembly(path[:_LONGEST])
        if place is not None:
            confidence = Confidence.HIGH if place.sure else Confidence.MEDIUM
            message, evidence = f"{words} {path}: {place.words}", element_evidence(element, sample)
            yield claim(RULE, message, evidence, confidence=confidence, facts={"program": path})


def _place_of_assembly(address: str) -> OddPlace | None:
    """Return the oddity of a place, which is a path or an address; ``None`` for an ordinary one."""
    if _WEB_URL.match(address) is not None:
        return OddPlace("a web address", sure=True)
    path = _FILE_URL.sub("", address, count=1)
    return odd_place(unquote(path) if path != address else path)


def _does_nothing(section: NamedSection, sample: Sample) -> bool:
    return section.name in sample.artifact.settings.locked_sections
