"""What a visitor sends is loaded as code.

What it finds:
    Bytes or text of the request that arrive at ``Assembly.Load``, a source compiler, a deserialiser or a stylesheet
    with script.

Why it matters:
    This is how encrypted staged shells (Godzilla, Behinder and kin) work: the page is a loader, the crime comes by
    post.

Looks like:
    ``Request.BinaryRead`` or a decoded parameter, perhaps decrypted, then ``Assembly.Load`` and ``CreateInstance``.

Benign look-alikes:
    Plug-in pages that load a named assembly from their own folder.

Blind spots:
    Loaders that reach ``Load`` by reflection under a computed name.

References:
    https://attack.mitre.org/techniques/T1620/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.sample import Code, Layer

RULE = define_rule(
    "WSH1003", "request-loads-code", Severity.CRITICAL, Confidence.HIGH, page=__doc__, techniques=("T1505.003", "T1620")
)


@detector(RULE, on=Code)
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report each road from the request to a loader."""
    for flow in code.analysis.all_flows():
        if flow.kind == "load" and flow.from_visitor:
            evidence = layer.token_evidence(code, flow.token)
            facts = {"request_key": flow.key, "language": code.unit.language}
            yield claim(RULE, f"code that a visitor sends is loaded: {flow.words}", evidence, facts=facts)
