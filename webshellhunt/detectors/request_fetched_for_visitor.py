"""The server asks any address for a visitor, and hands on what it answers.

What it finds:
    A request that the page makes to an address of the visitor's alone (or to a port of this very machine that the
    visitor names); gravely in a page that also passes headers or a body on, and hands headers or bytes of the answer
    back.

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

import re
from collections.abc import Iterator

from webshellhunt.code.trace import Flow
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
_SENT_ON = frozenset({"setrequestheader", "getrequeststream", "uploaddata", "uploadstring", "postasync", "sendasync"})
_RELAYS = (
    ({"getallresponseheaders", "getresponseheader"}, {"addheader", "appendheader", "contenttype"}),
    ({"responsebody", "downloaddata"}, {"binarywrite"}),
    (
        {"getresponse", "getasync", "sendasync", "postasync"},
        {"outputstream", "binarywrite", "contenttype", "addheader"},
    ),
)
"""Words for what comes back, and for handing it on; in each row one of both makes a relay."""
_LOCAL = re.compile(r"^https?://(127\.0\.0\.1|localhost):$", re.IGNORECASE)


@detector(RULE, on=Code)
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report a request to the visitor's address; gravely where more than the address is passed on."""
    for flow in code.analysis.all_flows():
        if flow.kind == "fetch" and _is_chosen(flow):
            words = code.analysis.words()
            relays = any(words & answered and words & handed_on for answered, handed_on in _RELAYS)
            passes = (relays and not _SENT_ON.isdisjoint(words)) or any(map(_LOCAL.match, flow.shape.before))
            message = f"the server asks any address for a visitor: {flow.words}"
            severity = None if passes else Severity.MEDIUM
            yield claim(RULE, message, layer.token_evidence(code, flow.token), severity=severity)
            return


def _is_chosen(flow: Flow) -> bool:
    """Tell whether an address is the visitor's alone; the name of the site that he asked is the site's."""
    of_site = (flow.key or "").lower().startswith("http_")
    return flow.from_visitor and flow.shape.is_whole and not of_site
