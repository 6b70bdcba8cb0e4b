"""What a visitor sends is evaluated as code.

What it finds:
    Text of the request (any form of it, also staged through a variable, a function of the page, the session, or a
    header) that arrives at ``eval``, ``Execute``, ``ExecuteGlobal``, a script control or the compiler's evaluator, in
    any of the page's languages; also where the evaluated code is itself a constant that was spelled to hide it. Less
    gravely where that text stands in code of the page's own as a name does: ``"new " & x``, ``"page." & x & "()"``.

Why it matters:
    This is a China Chopper page: whoever knows the parameter runs code as the server. One line is enough.

Looks like:
    One call, its argument the request; the rest of the page may be anything.

Benign look-alikes:
    Page engines that evaluate their own templates, and calculators that convert to a number first: neither hands over
    the visitor's text. Frameworks that make the class, or call the method, whose name a visitor sends: a hole, not a
    back door.

Blind spots:
    Names are followed without order and without the values of arrays; reflection by computed names is not followed.

References:
    https://attack.mitre.org/software/S0020/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.code.trace import Flow
from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule("WSH1001", "request-reaches-eval", Severity.CRITICAL, Confidence.HIGH, page=__doc__)
_RUN = "code that a visitor sends is run"


@detector(RULE, on=Code)
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report each road from the request to an evaluating sink."""
    for flow in code.analysis.flows:
        if flow.kind != "evaluate":
            continue
        inner = next((f for f in flow.inner if f.from_visitor and f.kind == "evaluate"), None)
        if flow.from_visitor:
            yield _claim(code, layer, flow, flow)
        elif inner is not None:
            yield _claim(code, layer, flow, inner)


def _claim(code: Code, layer: Layer, flow: Flow, road: Flow) -> Finding:
    trace = road.trace
    assert trace is not None
    hidden = " (in a constant that hides it)" if road is not flow else ""
    names = road.shape.is_name
    what = "what a visitor sends names what is called, by code that is put together and run" if names else _RUN
    return claim(
        RULE,
        f"{what}: {road.words}{hidden}",
        layer.token_evidence(code, flow.token),
        severity=Severity.HIGH if names else None,
        confidence=Confidence.MEDIUM if names else None,
        facts={"request_key": trace.key, "language": code.unit.language},
    )
