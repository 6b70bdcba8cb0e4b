r"""Windows leads a port of the server to another address.

What it finds:
    Each entry of ``netsh interface portproxy``, for all four pairs of address families.

Why it matters:
    Clients reach an inner machine through the server, or a hidden program through an open port, after each restart.
    Volt Typhoon used it on servers at the edge.

Looks like:
    ``PortProxy\v4tov4\tcp``, ``0.0.0.0/8443`` = ``10.0.0.5/3389``.

Benign look-alikes:
    A few administrators lead ports of containers this way; on a mail server it needs an explanation.

Blind spots:
    Tunnels of other programs; routing of the network.

References:
    https://www.cisa.gov/news-events/cybersecurity-advisories/aa23-144a
"""

from webshellhunt.detectors.contract import Findings, claim_autostart, define_rule, detector
from webshellhunt.host.machine.autostarts import Autostart, AutostartKind
from webshellhunt.model.rules import Remedy

RULE = define_rule(__name__, "WSH4060", "medium", "high", "T1090", remedy=Remedy.REGISTRY)


@detector(RULE, on=Autostart)
def find(autostart: Autostart) -> Findings:
    """Report each port that Windows leads elsewhere."""
    if autostart.kind is AutostartKind.PORT_PROXY and autostart.command:
        words = f"Windows leads {autostart.name[:80]} to {autostart.command[:80]} after each start (portproxy)"
        yield claim_autostart(RULE, words, autostart)
