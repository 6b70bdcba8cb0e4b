"""The request names the host that a socket of the server connects to: a tunnel.

What it finds:
    Text of the request that reaches the address of a socket, in a page that also passes bytes between the socket and
    the visitor; and a page that writes the content of the request into any connection by a socket or a pipe, and
    the answer into the response. A single value of the request that goes into a connection is suspicious, and no more
    than unexplained at a constant port of a service that is asked in lines of text.

Why it matters:
    A tunnel (reGeorg and similar) connects the tools of the intruder to the internal network, without a program on the
    server.

Looks like:
    A target host and port from a header or query, ``Socket.Connect``, and ``Receive`` written to the response.

Benign look-alikes:
    Port checks of monitoring pages: they connect and close, and pass no bytes. Whois look-ups and tests of a
    mail server write one value. Pages that read mail from a server that
    the request names write commands of their own into the connection. Of 6,157 honest pages of the corpus and 20,665
    of other sites, none passes bytes both ways.

Blind spots:
    Tunnels through a database or another web server.
"""

from webshellhunt.analysis.flow.tunnels import asks_text_service, find_tunnel
from webshellhunt.analysis.prefilter.features import flows_to
from webshellhunt.detectors.contract import Findings, claim, claim_flow, define_rule, detector
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1008", "high", "high", "T1505.003", "T1572")
_CONNECTING = frozenset({"tcpclient", "socket", "namedpipeclientstream"})
_PASSING = frozenset({"receive", "send", "getstream", "beginreceive"})
_BOTH_WAYS = frozenset({"receive", "send"})


@detector(RULE, on=Code, needs=[flows_to("socket") | _CONNECTING])
def find(code: Code, layer: Layer) -> Findings:
    """Report a connection to an address of the request that passes bytes, else one that passes the request itself."""
    words = code.analysis.words()
    for flow in code.analysis.all_flows():
        if flow.kind == "socket" and flow.from_visitor and words & _PASSING:
            both = words >= _BOTH_WAYS or find_tunnel(code.analysis) is not None
            passing = "passes bytes both ways" if both else "passes bytes"
            message = f"the server connects to an address that the request names, and {passing}: {flow.words}"
            severity = Severity.CRITICAL if both else None
            yield claim_flow(RULE, message, layer, code, flow, severity=severity)
            return
    passed = None if layer.is_code_behind or words.isdisjoint(_CONNECTING) else find_tunnel(code.analysis)
    if passed is not None:
        what = "the content" if passed.is_whole else "a value"
        message = f"the page writes {what} of the request into a connection, and the answer into the response"
        evidence = [layer.place_evidence(code, token) for token in (passed.sent, passed.answered)]
        is_asked = not passed.is_whole and asks_text_service(code.analysis)
        severity = Severity.CRITICAL if passed.is_whole else Severity.MEDIUM if is_asked else None
        confidence = None if passed.is_whole else Confidence.MEDIUM
        yield claim(RULE, message, *evidence, severity=severity, confidence=confidence)
