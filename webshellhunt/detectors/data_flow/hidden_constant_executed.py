"""A page runs code that it keeps hidden from a reader.

What it finds:
    An evaluating call whose argument is a constant put together or decoded in the page: by concatenation, character
    codes, replacement or reversal, or by a decoding function or loop of the page's own. Where such a decoding can be
    worked out (VBScript, VB.NET), what it hides is read, and is a finding only if it could matter.

Why it matters:
    Honest code has no reason to hide its own text from whoever reads the page; shells hide from scanners that way.

Looks like:
    ``Execute`` of a function call with one long unreadable string.

Benign look-alikes:
    Protected commercial scripts (they exist in classic ASP) and generated ``Execute`` of short assignments.

Blind spots:
    Text that is read from a database, a file or another page before it is run. A decoding that costs more than it may,
    or that takes an object, is told as such, and what it hides stays unread.

References:
    https://attack.mitre.org/techniques/T1027/010/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.code.relevance import is_relevant
from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    "WSH1006",
    "hidden-constant-executed",
    Severity.HIGH,
    Confidence.MEDIUM,
    page=__doc__,
    techniques=("T1505.003", "T1027.010"),
)


@detector(RULE, on=Code)
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report hidden code that is run, unless what it hides is told by another rule already."""
    for flow in code.analysis.flows:
        if flow.kind != "evaluate":
            continue
        if flow.trace is not None and flow.trace.kind == "decoded":
            message = f"text that the page decodes for itself is run as code: {flow.words}"
            yield claim(RULE, message, layer.token_evidence(code, flow.token))
        elif flow.constant is not None and flow.hidden and is_relevant(flow.constant, code.unit.language):
            message = f"a constant that hides code is run by {flow.name}"
            yield claim(RULE, message, layer.token_evidence(code, flow.token))
