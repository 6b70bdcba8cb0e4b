"""The server asks any address for a visitor, and hands on what it answers.

What it finds:
    A request that the page makes to an address of the visitor's alone (or to a port of this very machine that the
    visitor names), in a page that also passes something on: the method, the body or headers one way, headers or bytes
    the other.

Why it matters:
    A proxy puts its operator inside the network, behind the address of the server; a service that listens on the
    machine alone can be given orders.

Looks like:
    ``XMLHTTP`` or ``WebRequest`` opened with a parameter, ``send`` with the posted form, headers copied in a loop.

Benign look-alikes:
    Proxies for scripts of the site, which ask a fixed host with the visitor's parameters.

Blind spots:
    Addresses that are checked against a list: the check is not seen.

References:
    https://attack.mitre.org/techniques/T1090/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.sample import Code, Layer

RULE = define_rule(
    "WSH1013",
    "request-fetched-for-visitor",
    Severity.HIGH,
    Confidence.MEDIUM,
    page=__doc__,
    techniques=("T1505.003", "T1090"),
)
_SENT_ON = frozenset(
    {"setrequestheader", "getrequeststream", "uploaddata", "uploadstring", "postasync", "sendasync", "contentlength"}
)
_HANDED_BACK = frozenset({"getallresponseheaders", "getresponseheader", "responsebody", "binarywrite", "copyto"})


@detector(RULE, on=Code)
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report a request to the visitor's address in a page that passes more than the address on."""
    for flow in code.analysis.all_flows():
        if flow.kind == "fetch" and flow.from_visitor and flow.shape.is_whole:
            words = code.analysis.words()
            passes = not _SENT_ON.isdisjoint(words) or not _HANDED_BACK.isdisjoint(words)
            message = f"the server asks any address for a visitor: {flow.words}"
            severity = None if passes else Severity.MEDIUM
            yield claim(RULE, message, layer.token_evidence(code, flow.token), severity=severity)
            return
