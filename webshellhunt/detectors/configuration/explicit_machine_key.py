"""A configuration file contains an explicit machine key.

What it finds:
    A ``machineKey`` with keys in hexadecimal instead of ``AutoGenerate``.

Why it matters:
    An attacker who read the file once, through a web shell or a vulnerability, can forge view state until the key is
    changed: removing the web shell is not enough. The finding shows which keys to rotate.

Looks like:
    ``validationKey`` with 40 to 128 digits.

Benign look-alikes:
    Web farms and SharePoint need the same key on each server. The finding is therefore information only, except in a
    directory of Exchange, whose setup has keys generated since February 2020: a key there is suspicious.

Blind spots:
    Keys that were read from the memory of the server.

References:
    https://learn.microsoft.com/en-us/dotnet/api/system.web.configuration.machinekeysection
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, element_evidence
from webshellhunt.host.iis.xml_tree import Element
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.places import EXCHANGE_ROLES
from webshellhunt.model.rules import Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH4005", "info", "high", "T1552.001")
_KEY = lazy_pattern(r"[0-9A-Fa-f]{16,512}+")
_NAMES = (("validationKey", "validation_key"), ("decryptionKey", "decryption_key"))


@detector(RULE, on=Element)
def find(config: Element, sample: Sample) -> Findings:
    """Report each ``machineKey`` with explicit keys."""
    for element in config.named("machinekey"):
        found = {fact: _KEY.match(element.get(name).strip()) for name, fact in _NAMES}
        keys = {fact: key[0] for fact, key in found.items() if key is not None}
        if keys:
            message = "it contains the machine key: a reader of this file can forge view state until the key is changed"
            severity = RULE.severity
            if sample.artifact.role in EXCHANGE_ROLES:
                severity, message = Severity.MEDIUM, f"{message}; setup of Exchange has keys generated instead"
            yield claim(RULE, message, element_evidence(element, sample), severity=severity, facts=keys)
