"""A configuration file holds a machine key of its own.

What it finds:
    A ``machineKey`` with keys in hexadecimal instead of ``AutoGenerate``.

Why it matters:
    Who read the file once, through a shell or a hole, can forge view state until the key is changed: removing the shell
    isn't enough. It tells which keys to rotate.

Looks like:
    ``validationKey`` with 40 to 128 digits.

Benign look-alikes:
    Farms and SharePoint need the same key on each server. So this is information and weighs nothing by itself.

Blind spots:
    Keys that were taken from the memory of the server, wherever they come from.

References:
    https://learn.microsoft.com/en-us/dotnet/api/system.web.configuration.machinekeysection
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.detectors.contract import claim, define_rule, detector, element_evidence
from webshellhunt.host.iis.xml_tree import Element
from webshellhunt.lazy_pattern import late_pattern
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(
    "WSH4005", "explicit-machine-key", Severity.INFO, Confidence.HIGH, page=__doc__, techniques=("T1552.001",)
)
_KEY = late_pattern(r"[0-9A-Fa-f]{16,}")


@detector(RULE, on=Element)
def find(config: Element, sample: Sample) -> Iterator[Finding]:
    """Report each ``machineKey`` with keys of its own."""
    for element in config.named("machinekey"):
        if any(_KEY.match(element.get(name)) for name in ("validationKey", "decryptionKey")):
            message = "it holds the machine key itself: whoever read this file can forge view state until it is changed"
            yield claim(RULE, message, element_evidence(element, sample))
