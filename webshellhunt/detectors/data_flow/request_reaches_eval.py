"""Request data is evaluated as code.

What it finds:
    Text of the request (in any form, also staged through a variable, a function of the page, the session, or a header)
    that reaches ``eval``, ``Execute``, ``ExecuteGlobal``, a script control or the evaluator of the compiler, in any
    language of the page; also where the evaluated code is itself an obfuscated constant. The severity is lower where
    the request only names a class or method in code of the page: ``"new " & x``, ``"page." & x & "()"``, where it is a
    quoted value of an expression whose quotation marks are escaped, where the page compares its beginning with several
    words, and where it ends the name of one of several variables in an expression: ``Eval("rate_" & x)``. Statements of
    Visual Basic in which it is nothing else than quoted values are run with a variable for each of them, and only what
    they do with it is reported. An ``Execute`` that the page or an include declares as a function is that function;
    what it does with its argument is followed.

Why it matters:
    This is a China Chopper page: a client that knows the parameter executes code as the server. One line is enough.

Looks like:
    One call with the request as its argument; the rest of the page may be anything.

Benign look-alikes:
    Template engines that evaluate their own templates, and calculators that convert to a number first: neither passes
    request data on. Frameworks that create the class, or call the method, that the request names: a vulnerability, not
    a back door. A blog engine that gathers statements with escaped texts and executes them: no finding. On 14,580
    honest files of the corpus the rule is critical for none and high for one (a developer's page of a blog).

Blind spots:
    Names are followed without the values of arrays; reflection by computed names is not followed. A value that
    evaluated text stores in the session or a file, and that another page executes, is only suspicious.

References:
    https://attack.mitre.org/software/S0020/
"""

from webshellhunt.analysis.flow.flows import Flow
from webshellhunt.analysis.flow.holes import CHOSEN, NAMED, QUOTED
from webshellhunt.analysis.prefilter.features import flows_to
from webshellhunt.detectors.contract import Findings, claim_flow, define_rule, detector
from webshellhunt.knowledge.published_writers import find_published_at
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1001", "critical", "high")
_EXECUTED = "request data is executed as code"
_HOLES = {
    QUOTED: "request data is a quoted value in code that is executed, its quotation marks escaped",
    CHOSEN: "request data is a part of code that is executed, after the page compares its beginning with several words",
    NAMED: "request data ends the name of a variable in an expression that is evaluated",
}


@detector(RULE, on=Code, needs=[flows_to("evaluate")])
def find(code: Code, layer: Layer) -> Findings:
    """Report each data flow from the request to an evaluating sink."""
    for flow in code.analysis.flows:
        if flow.kind != "evaluate":
            continue
        inner = next((f for f in flow.inner if f.from_visitor and f.kind == "evaluate"), None)
        if flow.from_visitor:
            yield _claim(code, layer, flow, flow)
        elif inner is not None:
            yield _claim(code, layer, flow, inner)


def _claim(code: Code, layer: Layer, flow: Flow, source: Flow) -> Finding:
    trace = source.trace
    assert trace is not None
    hidden = " (hidden in a constant)" if source is not flow else ""
    fact = _part_of(source) if source is flow or source.shape.is_name else None
    analysis = code.analysis
    is_part = source is flow and not flow.shape.is_whole and bool(flow.shape.before)
    known = find_published_at(analysis.index, analysis.words(), flow.place, flow.kind) if is_part else None
    more = f"; this is {known.product}, {known.does}" if known is not None else ""
    severity = Severity.MEDIUM if known is not None else Severity.HIGH if fact else None
    return claim_flow(
        RULE,
        f"{fact or _EXECUTED}: {source.words}{hidden}{more}",
        layer,
        code,
        flow,
        severity=severity,
        confidence=Confidence.MEDIUM if severity is not None else None,
        facts={"request_key": trace.key, "language": code.unit.language, "part": source.shape.hole or None},
    )


def _part_of(flow: Flow) -> str | None:
    """Return in words which part of the evaluated code the request data is; ``None`` where it may be any code."""
    if flow.shape.is_name:
        return "the request names the class or method that evaluated code uses"
    return _HOLES.get(flow.shape.hole)
