"""A configuration file makes the server execute what should be sent as it is.

What it finds:
    The file is executed only because a handler or build provider maps its name: a picture, a text, a configuration
    file. A mapping in a section that is locked above it does nothing, and is told as an attempt.

Why it matters:
    A shell under a name that no one suspects, and that scanners which go by extension never open.

Looks like:
    ``*.png`` mapped to the page handler in a ``web.config`` of the site.

Benign look-alikes:
    Applications that serve extensionless or custom names by a handler of their own: these are no page handlers.

    Exchange's own ``Autodiscover.xml``, which its setup maps, is left out; another file under the same mapping is not.

Blind spots:
    Custom managed handlers that compile what they are given; a stock page under a stock mapping whose content was
    changed, which the baseline and the rules about its code are for.

References:
    https://attack.mitre.org/techniques/T1505/004/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.detectors.contract import claim, define_rule, detector, has_handler_mapping
from webshellhunt.host.iis.stock_configuration import is_stock_page
from webshellhunt.model.findings import Evidence, Finding, Span
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(
    "WSH4001",
    "mapping-executes-static-file",
    Severity.MEDIUM,
    Confidence.MEDIUM,
    page=__doc__,
    techniques=("T1505.003", "T1505.004"),
)


@detector(RULE, on=Sample, prefilter=has_handler_mapping)
def find(sample: Sample) -> Iterator[Finding]:
    """Report a file with server code that is executed by a mapping alone."""
    mapping = sample.nature.mapping
    if mapping is None or not any(layer.has_code for layer in sample.layers):
        return
    if mapping.stock and is_stock_page(sample.artifact.path):
        return
    where = f"{mapping.declared_in}" + (f", line {mapping.line}" if mapping.line is not None else "")
    facts = {"mapping": mapping.pattern, "declared_in": where, "mapped_by": mapping.mapped_by}
    evidence = Evidence(sample.artifact.path, "raw", Span(0, 0), 1, 1, "")
    if mapping.locked:
        message = f"{where} tries to make the server execute {mapping.pattern}, in a section that is locked above it"
        yield claim(RULE, message, evidence, severity=Severity.LOW, facts=facts)
    elif mapping.stock:
        # The mapping is to stay: nobody is told to take it back.
        message = f"the server executes this file, which is not Exchange's, by Exchange's own mapping {mapping.pattern}"
        yield claim(RULE, message, evidence, facts={"mapping": mapping.pattern, "mapped_by": mapping.mapped_by})
    else:
        yield claim(
            RULE, f"the server executes this file because {where} maps {mapping.pattern}", evidence, facts=facts
        )
