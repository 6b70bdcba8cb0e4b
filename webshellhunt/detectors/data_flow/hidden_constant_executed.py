"""A page executes code that it hides in a constant.

What it finds:
    An evaluating call whose argument is a constant that the page puts together or decodes: by concatenation, character
    codes, replacement or reversal, or by a decoding function or loop of the page. Where the decoding can be computed
    (VBScript, VB.NET), the decoded text is examined, and is a finding only if it could do harm.

Why it matters:
    A legitimate page has no reason to hide its code from its readers; shells hide from scanners this way.

Looks like:
    ``Execute`` of a function call with one long unreadable string.

Benign look-alikes:
    Copy-protected commercial scripts (they exist in classic ASP) and generated ``Execute`` of short assignments.

Blind spots:
    Text that is read from a database, a file or another page before it is executed. A decoding that exceeds the work
    limit or uses an object is reported as such; the hidden text stays unread.
"""

from webshellhunt.analysis.prefilter import is_relevant
from webshellhunt.analysis.prefilter.features import flows_to
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1006", "high", "medium", "T1505.003", "T1027.010")


@detector(RULE, on=Code, needs=[flows_to("evaluate")])
def find(code: Code, layer: Layer) -> Findings:
    """Report hidden code that is executed, unless its content is a finding of another rule."""
    for flow in code.analysis.flows:
        if flow.kind != "evaluate":
            continue
        if flow.trace is not None and flow.trace.kind == "decoded":
            message = f"the page decodes text of its own and executes it as code: {flow.words}"
            yield claim(RULE, message, layer.place_evidence(code, flow.place))
        elif flow.constant is not None and flow.hidden and is_relevant(flow.constant, code.unit.language):
            message = f"the page executes code that a constant hides: {flow.name}"
            yield claim(RULE, message, layer.place_evidence(code, flow.place))
