"""What a visitor sends is loaded as code.

What it finds:
    Bytes or text of the request that arrive at ``Assembly.Load``, a source compiler, a deserialiser or a stylesheet
    with script: by their names, through a variable that holds the function, or by reflection. Where the name of the
    function that is called by reflection does not fold, bytes that the page decrypts are enough. Also a call by
    reflection whose type, function and arguments are all the visitor's.

Why it matters:
    This is how encrypted staged shells (Godzilla, Behinder and kin) work: the page is a loader, the crime comes by
    post.

Looks like:
    ``Request.BinaryRead`` or a decoded parameter, perhaps decrypted, then ``Assembly.Load`` and ``CreateInstance``.

Benign look-alikes:
    Plug-in pages that load a named assembly from their own folder; dispatchers that let a visitor name a function of
    their own type.

Blind spots:
    A function by reflection whose name is decrypted by the framework, or chosen by what isn't known until the page runs
    (told as picked at run time).

References:
    https://attack.mitre.org/techniques/T1620/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    "WSH1003", "request-loads-code", Severity.CRITICAL, Confidence.HIGH, page=__doc__, techniques=("T1505.003", "T1620")
)

_DECRYPTING = frozenset({"createdecryptor", "transformfinalblock", "cryptostream"})
_WORDS = {
    "load": "code that a visitor sends is loaded",
    "pick": "what a visitor sends is handed to a function that is picked at run time",
    "name": "a visitor names a function of the server, and what it is given",
}


@detector(RULE, on=Code)
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report each road from the request to a loader."""
    for flow in code.analysis.all_flows():
        words = _WORDS.get(flow.kind)
        if words is not None and flow.from_visitor:
            evidence = layer.token_evidence(code, flow.token)
            facts = {"request_key": flow.key, "language": code.unit.language}
            severity, confidence = _weight(flow.kind, code)
            message = f"{words}: {flow.words}"
            yield claim(RULE, message, evidence, severity=severity, confidence=confidence, facts=facts)


def _weight(kind: str, code: Code) -> tuple[Severity, Confidence]:
    """Return how bad it is, and how sure, that what a visitor sends arrives at a loader of this kind.

    Who decrypts what he hands to a function that nobody can name, has code to hide; who doesn't may only dispatch.
    """
    if kind == "load":
        return RULE.severity, RULE.confidence
    if kind == "name":
        return Severity.HIGH, Confidence.MEDIUM
    decrypts = bool(code.analysis.words() & _DECRYPTING) or any(map(code.analysis.mentions, _DECRYPTING))
    return (RULE.severity, RULE.confidence) if decrypts else (Severity.MEDIUM, Confidence.MEDIUM)
