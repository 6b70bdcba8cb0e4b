"""A page listens on a socket, captures packets, or connects by a raw socket.

What it finds:
    A page that waits for connections of its own, that reads all packets of the network, or that opens a raw socket or a
    pipe to another program and reads its answer.

Why it matters:
    IIS accepts the requests of a site. A page with a port of its own is a back door or a relay that no log of IIS
    shows; raw bytes to other machines are the work of tunnels, scanners and reverse shells.

    No shell of the measured collection needs this rule; it stays apart from WSH1008, since a listener and a capture of
    packets have no address that a request names.

Looks like:
    ``new TcpListener(…).Start()``, ``Socket.Listen``, ``IOControl(IOControlCode.ReceiveAll, …)``, ``new TcpClient()``.

Benign look-alikes:
    A whois or mail client in a page connects by a socket: suspicious at most, and a second at the port
    of such a service. A test whether a port answers reads
    no bytes, and a page that reports to a log server only sends: neither is a finding. Of the honest pages of ASP.NET
    of the corpus and of 5,068 of other sites, none does any of it. In source code outside the page, a client is
    nothing.

Blind spots:
    Sockets of COM components; a listener in code that the page loads.
"""

from webshellhunt.analysis.capabilities import Weight
from webshellhunt.analysis.flow.tunnels import asks_text_service, find_tunnel
from webshellhunt.analysis.prefilter.features import uses_of
from webshellhunt.detectors.contract import Findings, claim_use, define_rule, detector, says
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1037", "critical", "high", "T1505.003", "T1095", "T1040")
_PASSING = frozenset({"getstream", "networkstream", "receive", "namedpipeclientstream", "receivefrom"})
_GRAVEST_FIRST = ("listens-on-socket", "captures-packets", "connects-by-socket")


@detector(RULE, on=Code, needs=[uses_of(*_GRAVEST_FIRST)])
def find(code: Code, layer: Layer) -> Findings:
    """Report the first use of the gravest of these capabilities."""
    uses = code.analysis.uses
    name = next((name for name in _GRAVEST_FIRST if uses.get(name)), None)
    if name is not None:
        use = uses[name][0]
        weight = _weight(code, layer) if name == "connects-by-socket" else None
        yield from claim_use(RULE, name, says(name, use.name), layer, code, use.place, weight=weight)


def _weight(code: Code, layer: Layer) -> Weight | None:
    """Return the weight of a connection: less at a port of a service of text, none if WSH1008 reports the same idea."""
    analysis = code.analysis
    is_chosen = any(flow.kind == "socket" and flow.from_visitor for flow in analysis.all_flows())
    if _PASSING.isdisjoint(analysis.words()) or is_chosen:
        return Weight.NOTHING
    tunnel = None if layer.is_code_behind else find_tunnel(analysis)
    if tunnel is not None and not tunnel.is_whole:
        return Weight.NOTHING
    return Weight.SECOND if asks_text_service(analysis) else None
