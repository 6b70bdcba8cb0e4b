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

from webshellhunt.code.tokens import REGEX, STRING
from webshellhunt.code.trace import Flow
from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.lazy_pattern import late_pattern
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

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
# One expression for several attributes that hold addresses: what is fetched gets its links led back to the page.
_LINKS = late_pattern(
    r"\b(?:href|src|action)\b[^\n]{0,40}+\|[^\n]{0,60}?\b(?:href|src|action)\b|\((?:href|src)\|", re.IGNORECASE
)
_LOCAL = late_pattern(r"^https?://(127\.0\.0\.1|localhost):$", re.IGNORECASE)


@detector(RULE, on=Code)
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report a request to the visitor's address; gravely where more than the address is passed on."""
    flows = list(code.analysis.all_flows())
    for flow in flows:
        if flow.kind == "fetch" and _is_chosen(flow):
            words = code.analysis.words()
            relays = any(words & answered and words & handed_on for answered, handed_on in _RELAYS)
            whole = relays and not _SENT_ON.isdisjoint(words)
            orders = any(map(_LOCAL.match, flow.shape.before))
            severity, confidence = RULE.severity if whole or orders else Severity.MEDIUM, RULE.confidence
            if (whole and _leads_links_back(code)) or (orders and any(_is_order(each) for each in flows)):
                severity, confidence = Severity.CRITICAL, Confidence.HIGH
            message = f"the server asks any address for a visitor: {flow.words}"
            yield claim(RULE, message, layer.token_evidence(code, flow.token), severity=severity, confidence=confidence)
            return


def _leads_links_back(code: Code) -> bool:
    """Tell whether the page puts other addresses into the links of what it fetches, so that all goes through it."""
    tokens = code.unit.tokens
    told = (value for kind, value in zip(tokens.kinds, tokens.values, strict=True) if kind in (STRING, REGEX))
    return "replace" in code.analysis.words() and any(map(_LINKS.search, told))


def _is_order(flow: Flow) -> bool:
    """Tell whether a visitor has a say in what a request carries."""
    return flow.kind == "send" and flow.from_visitor


def _is_chosen(flow: Flow) -> bool:
    """Tell whether an address is the visitor's alone; the name of the site that he asked is the site's."""
    of_site = (flow.key or "").lower().startswith("http_")
    return flow.from_visitor and flow.shape.is_whole and not of_site
