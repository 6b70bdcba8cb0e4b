"""What a visitor sends decides where the server connects to.

What it finds:
    Text of the request that arrives at the address of a socket, in a page that also passes bytes between the socket
    and the visitor.

Why it matters:
    A tunnel (reGeorg and kin) puts the intruder's tools inside the network without a program on the server.

Looks like:
    A target host and port from a header or query, ``Socket.Connect``, and ``Receive`` written to the response.

Benign look-alikes:
    Port checks of monitoring pages: they connect and close, and pass nothing on. Pages that read mail from a server of
    the visitor's choice: they speak through one stream, and keep no socket that passes bytes both ways.

Blind spots:
    Tunnels through a database or another web server.

References:
    https://attack.mitre.org/techniques/T1572/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    "WSH1008", "request-opens-tunnel", Severity.HIGH, Confidence.HIGH, page=__doc__, techniques=("T1505.003", "T1572")
)
_PASSING = frozenset({"receive", "send", "getstream", "beginreceive"})
_BOTH_WAYS = frozenset({"receive", "send"})


@detector(RULE, on=Code)
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report a connection to the visitor's address that passes bytes on; both ways, it is a tunnel and nothing else."""
    words = code.analysis.words()
    for flow in code.analysis.all_flows():
        if flow.kind == "socket" and flow.from_visitor and words & _PASSING:
            both = words >= _BOTH_WAYS
            passing = "passes bytes both ways" if both else "passes bytes"
            message = f"the server connects to an address that a visitor names, and {passing}: {flow.words}"
            severity = Severity.CRITICAL if both else None
            yield claim(RULE, message, layer.token_evidence(code, flow.token), severity=severity)
            return
