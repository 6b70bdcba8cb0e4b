"""A check of requests is taken away.

What it finds:
    The module by which Exchange shows requests to antivirus (AMSI), or IIS's request filtering, removed; the segment
    ``web.config``, or the extension ``.config``, no longer hidden; a page that request filtering always lets pass.

Why it matters:
    The checks stand in the way of exploits, and of a ``web.config`` that is to be asked for as a page.

Looks like:
    ``<modules><remove name="HttpRequestFilteringModule" /></modules>``; ``<hiddenSegments><remove
    segment="web.config" />``.

Benign look-alikes:
    Administrators who switch AMSI off by the documented setting override, which stands elsewhere. Sites for developers
    that show all of their sources: one of 293 benign ones.

Blind spots:
    AMSI switched off by setting override, policy or in memory; ``.config`` mapped to another handler with all checks
    in place.

References:
    https://learn.microsoft.com/en-us/exchange/antispam-and-antimalware/amsi-integration-with-exchange
    https://attack.mitre.org/techniques/T1685/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from webshellhunt.detectors.contract import claim, define_rule, detector, element_evidence
from webshellhunt.discovery.named_sections import NamedSection, iter_sections
from webshellhunt.discovery.sections import MODULES
from webshellhunt.discovery.xmltree import Element
from webshellhunt.late import late_pattern
from webshellhunt.model.findings import Finding
from webshellhunt.model.places import EXCHANGE_ROLES, Role
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.sample import Sample

RULE = define_rule(
    "WSH4012", "request-check-switched-off", Severity.MEDIUM, Confidence.HIGH, page=__doc__, techniques=("T1685",)
)
_FILTERING = "system.webserver/security/requestfiltering"
_CHECKS = {
    "httprequestfilteringmodule": "the module that shows requests to antivirus",
    "requestfilteringmodule": "request filtering",
}
_PAGE = late_pattern(r"\.(?:as[hmp]x|asp|config)$", re.IGNORECASE)
_LONGEST_EXTENSION = 16
_WATCHED = EXCHANGE_ROLES | {Role.ASPNET_CLIENT, Role.IIS_CONFIG}


@detector(RULE, on=Element)
def find(config: Element, sample: Sample) -> Iterator[Finding]:
    """Report each check that is removed."""
    for section in iter_sections(config, MODULES, _FILTERING):
        taken = _modules(section) if section.name == MODULES else chain(_hidden(section), _let_pass(section))
        for element, what in taken:
            locked = section.name in sample.artifact.settings.locked_sections
            message = f"it takes away {what}" + (f" for {section.location}" if section.location else "")
            if locked:
                message += ", in a section that is locked above it: an attempt"
            yield claim(
                RULE,
                message,
                element_evidence(element, sample),
                severity=Severity.LOW if locked else RULE.severity,
                confidence=Confidence.HIGH if sample.artifact.role in _WATCHED else Confidence.MEDIUM,
            )


def _modules(section: NamedSection) -> Iterator[tuple[Element, str]]:
    for element in section.element.children:
        what = _CHECKS.get(element.get("name").lower())
        if element.tag.lower() == "remove" and what is not None:
            yield element, what


def _hidden(section: NamedSection) -> Iterator[tuple[Element, str]]:
    """Yield what no longer hides configuration files, once."""
    for part, name, own in (
        ("hiddenSegments", "segment", "web.config"),
        ("fileExtensions", "fileExtension", ".config"),
    ):
        added = {e.get(name).lower() for p in section.element.find_all(part) for e in p.find_all("add")}
        for element in (child for p in section.element.find_all(part) for child in p.children):
            tag, value = element.tag.lower(), element.get(name).lower()
            cleared = tag == "clear" and own not in added
            if cleared or (value == own and (tag == "remove" or element.get("allowed").lower() == "true")):
                yield element, f"what hides {own} from visitors"
                return


def _let_pass(section: NamedSection) -> Iterator[tuple[Element, str]]:
    """Yield pages whose requests aren't looked at."""
    for allowed in section.element.find_all("alwaysAllowedUrls/add"):
        url = allowed.get("url")
        if _PAGE.search(url[-_LONGEST_EXTENSION:]):
            yield allowed, f"every check of requests to {url}"
