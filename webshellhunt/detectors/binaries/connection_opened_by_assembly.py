r"""A library opens connections for a visitor, or to a fixed address.

What it finds:
    A .NET assembly in which a handler connects a socket to an address of the request, or a method that runs at a start
    connects one to a literal address.

Why it matters:
    The first is a tunnel into the network behind the server; the second calls an intruder at each start.

Looks like:
    ``new TcpClient(Request.Headers["X-T"], port)``; ``new TcpClient("203.0.113.9", 443)`` in a start method.

Benign look-alikes:
    Clients of caches and queues, whose address is in the configuration or a name.

Blind spots:
    Connections by HTTP; addresses that are decoded in a way that is not a constant.
"""

import ipaddress

from webshellhunt.analysis.compiled import REQUEST, CompiledAct
from webshellhunt.binaries.dotnet import Assembly
from webshellhunt.detectors.compiled_claims import OF_VISITOR, acts_of, claim_act, each_entry
from webshellhunt.detectors.contract import Findings, define_rule, detector
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH5014", "high", "medium", "T1505.004", "T1090")


@detector(RULE, on=Assembly)
def find(assembly: Assembly, sample: Sample) -> Findings:
    """Report each entry point that opens an odd connection."""
    opened = ((act, _words(act)) for act in acts_of(assembly, sample, "connect"))
    yield from each_entry((act, claim_act(RULE, act, sample, words)) for act, words in opened if words)


def _words(act: CompiledAct) -> str:
    if act.labels & OF_VISITOR:
        return "connects to an address that the request has: a tunnel"
    address = next(filter(_is_outside, act.texts), "")
    return f"connects to the literal address {address}" if address and act.entry.when != REQUEST else ""


def _is_outside(text: str) -> bool:
    try:
        return not ipaddress.ip_address(text.strip()).is_loopback
    except ValueError:
        return False
