"""The server fetches any address that the request names, and returns the response: a proxy.

What it finds:
    An HTTP request of the page to an address that comes from the visitor's request alone, or to a port of this machine
    that the request names, unless the page compares the address with hosts that it lists, or that its configuration
    has. It is critical where the page sends text of the visitor to a port of this machine, or rewrites the links of
    fetched pages so that they lead through it.

Why it matters:
    A proxy connects its operator to the internal network, from the address of the server; also to services that accept
    connections from this machine only.

Looks like:
    ``XMLHTTP`` or ``WebRequest`` opened with a parameter, ``send`` with the posted form, headers copied in a loop.

Benign look-alikes:
    Proxies for scripts of the site, which send the visitor's parameters to a fixed host. Resource proxies of maps
    without a list of hosts relay to any host; they are unexplained.

Blind spots:
    An allow-list in a table of a database is not recognised; that of a configuration may be empty.
"""

from collections.abc import Set

from webshellhunt.analysis.checks.name_checks import Check
from webshellhunt.analysis.flow.flows import Flow
from webshellhunt.analysis.prefilter.features import flows_to
from webshellhunt.detectors.contract import Findings, claim_flow, define_rule, detector
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Node
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1013", "high", "medium", "T1505.003", "T1090", is_tool=True)
_SENT_ON = frozenset({"setrequestheader", "getrequeststream", "uploaddata", "uploadstring", "postasync", "sendasync"})
_RELAYS = (
    ({"getallresponseheaders", "getresponseheader"}, {"addheader", "appendheader", "contenttype"}),
    ({"responsebody", "downloaddata"}, {"binarywrite"}),
    (
        {"getresponse", "getasync", "sendasync", "postasync"},
        {"outputstream", "binarywrite", "contenttype", "addheader"},
    ),
)
"""Words that read a response, and words that write it to the visitor; a relay has one of each in the same row."""
_COMPARING = frozenset({"startswith", "equals", "contains", "indexof"})
_CONFIGURED = frozenset({"configurationmanager", "webconfigurationmanager", "configurationsettings", "xmlserializer"})
# A pattern of several attributes with addresses: the page rewrites the links of fetched pages to itself.
_LINKS = lazy_pattern(r"(?i)\b(?:href|src|action)\b[^\n]{0,40}+\|[^\n]{0,60}?\b(?:href|src|action)\b|\((?:href|src)\|")
_LOCAL = lazy_pattern(r"(?i)^https?://(127\.0\.0\.1|localhost):$")


@detector(RULE, on=Code, needs=[flows_to("fetch")])
def find(code: Code, layer: Layer) -> Findings:
    """Report an HTTP request to an address from the request data; other values that pass raise the severity."""
    flows = list(code.analysis.all_flows())
    words = code.analysis.words()
    relays = any(words & answered and words & handed_on for answered, handed_on in _RELAYS)
    whole = relays and not _SENT_ON.isdisjoint(words)
    for flow in flows:
        if flow.kind != "fetch" or not _is_chosen(flow):
            continue
        is_local = any(map(_LOCAL.match, flow.shape.before))
        if (whole and _rewrites_links(code)) or (is_local and any(_sends_content(each) for each in flows)):
            severity, confidence = Severity.CRITICAL, Confidence.HIGH
        elif _is_listed(code, flow):
            continue
        else:
            severity, confidence = Severity.HIGH if is_local else Severity.MEDIUM, RULE.confidence
        named = "fetches any address" if not whole else "relays to any host, by an address"
        named = "sends requests to any port of this machine" if is_local else named
        message = f"the server {named} that the request names: {flow.words}"
        yield claim_flow(RULE, message, layer, code, flow, severity=severity, confidence=confidence)
        return


def _is_listed(code: Code, flow: Flow) -> bool:
    """Return True if the address is compared with hosts of the code or of a configuration."""
    return _compares_with_configured(code, flow) or code.analysis.host_checks.of(flow) >= Check.HOLDS


def _compares_with_configured(code: Code, flow: Flow) -> bool:
    """Return True if the address is compared with a member of an object, in code that reads a configuration."""
    index = code.analysis.index
    if flow.trace is None or _CONFIGURED.isdisjoint(code.analysis.words()):
        return False
    names = {step.lower() for step in flow.trace.names}
    for dotted in index.find(_COMPARING):
        arguments = index.arguments_of(dotted.node) if dotted.names[-1] in _COMPARING else ()
        if arguments and dotted.names[0] in names and _is_configured(index, arguments[0], names):
            return True
    return False


def _is_configured(index: SyntaxIndex, argument: Node, names: Set[str]) -> bool:
    """Return True if an argument begins with a member of an object that is not the address."""
    given = next((each for each in index.within(argument) if each.nodes[0].start == argument.start), None)
    is_member = given is not None and len(given.names) > 1
    return is_member and given is not None and given.names[0] not in names and "request" not in given.names


def _rewrites_links(code: Code) -> bool:
    """Return True if the page rewrites the links of fetched pages, so that they lead through it."""
    literals = (str(each.value) for each in code.analysis.index.literals)
    return "replace" in code.analysis.words() and any(map(_LINKS.search, literals))


def _sends_content(flow: Flow) -> bool:
    """Return True if request data reaches the content of an HTTP request of the page."""
    return flow.kind == "send" and flow.from_visitor


def _is_chosen(flow: Flow) -> bool:
    """Return True if an address is request data alone; a header such as the host name does not count."""
    of_site = (flow.key or "").lower().startswith("http_")
    return flow.from_visitor and flow.shape.is_whole and not of_site
