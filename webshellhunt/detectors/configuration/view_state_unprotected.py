"""The protection of view state is switched off.

What it finds:
    ``enableViewStateMac="false"``, and settings with which ASP.NET accepts unsigned view state or other unsigned
    serialized data (``aspnet:AllowInsecureDeserialization``).

Why it matters:
    Unsigned view state is deserialized from any sender: code runs in the server without a file and without a key.

Looks like:
    ``<pages enableViewStateMac="false" />`` in the ``web.config`` of an application of Exchange.

Benign look-alikes:
    Old sites that ran on several servers without a common key. An update of 2014 ignores the attribute, so the finding
    has low severity outside of Exchange.

Blind spots:
    The registry value (``AspNetEnforceViewStateMac``) that makes the attribute effective again; the directive of a
    single page.

References:
    https://learn.microsoft.com/en-us/security-updates/securityadvisories/2013/2905247
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, element_evidence
from webshellhunt.host.iis.named_sections import iter_sections
from webshellhunt.host.iis.xml_tree import Element
from webshellhunt.model.places import EXCHANGE_ROLES
from webshellhunt.model.rules import Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH4006", "medium", "high", "T1190", "T1685")
_UNSAFE = frozenset({"aspnet:allowinsecuredeserialization"})


@detector(RULE, on=Element)
def find(config: Element, sample: Sample) -> Findings:
    """Report each setting that switches the protection off."""
    severity = Severity.MEDIUM if sample.artifact.role in EXCHANGE_ROLES else Severity.LOW
    for section in iter_sections(config, "system.web/pages", "appsettings"):
        for element in (section.element, *section.element.children):
            words = _words(element)
            if words is not None:
                yield claim(RULE, words, element_evidence(element, sample), severity=severity)


def _words(element: Element) -> str | None:
    if element.get("enableViewStateMac").lower() == "false":
        return "it makes ASP.NET accept view state without a signature"
    if element.get("key").lower() in _UNSAFE and element.get("value").lower() == "true":
        return f"it sets {element.get('key')}, so that ASP.NET deserializes unsigned data"
    return None
