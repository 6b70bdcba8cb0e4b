"""Request data is loaded as code.

What it finds:
    Bytes or text of the request that reach ``Assembly.Load``, a source compiler, a deserialiser or a stylesheet with
    script: by name, through a variable that contains the function, or by reflection. Where the name of a function that
    is called by reflection cannot be folded, bytes that the page decrypts are enough. Also a call by reflection whose
    type, function and arguments all come from the request.

Why it matters:
    Encrypted staged shells (Godzilla, Behinder and similar) work like this: the page is a loader, and the malicious
    code comes with the request.

Looks like:
    ``Request.BinaryRead`` or a decoded parameter, perhaps decrypted, then ``Assembly.Load`` and ``CreateInstance``.

Benign look-alikes:
    Plug-in pages that load a named assembly from their own folder; dispatchers that let the request name a function of
    their own type.

Blind spots:
    A function that is called by reflection and whose name is decrypted by the framework, or depends on values that are
    known at run time only (reported as chosen at run time).
"""

from webshellhunt.analysis.prefilter.features import flows_to
from webshellhunt.detectors.contract import Findings, claim_flow, define_rule, detector
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1003", "critical", "high", "T1505.003", "T1620")

_DECRYPTING = frozenset({"createdecryptor", "transformfinalblock", "cryptostream"})
_WORDS = {
    "load": "request data is loaded as code",
    "pick": "request data is passed to a function that is chosen at run time",
    "name": "the request names a function of the server, and its arguments",
}


@detector(RULE, on=Code, needs=[flows_to(*_WORDS)])
def find(code: Code, layer: Layer) -> Findings:
    """Report each data flow from the request to a loader."""
    for flow in code.analysis.all_flows():
        words = _WORDS.get(flow.kind)
        if words is not None and flow.from_visitor:
            facts = {"request_key": flow.key, "language": code.unit.language}
            severity, confidence = _weight(flow.kind, code)
            message = f"{words}: {flow.words}"
            yield claim_flow(RULE, message, layer, code, flow, severity=severity, confidence=confidence, facts=facts)


def _weight(kind: str, code: Code) -> tuple[Severity, Confidence]:
    """Return the severity and the confidence of a data flow to a loader of this kind.

    A page that decrypts request data and passes it to a function without a known name hides code; without the
    decryption it may be a dispatcher.
    """
    if kind == "load":
        return RULE.severity, RULE.confidence
    if kind == "name":
        return Severity.HIGH, Confidence.MEDIUM
    decrypts = bool(code.analysis.words() & _DECRYPTING) or any(map(code.analysis.mentions, _DECRYPTING))
    return (RULE.severity, RULE.confidence) if decrypts else (Severity.MEDIUM, Confidence.MEDIUM)
