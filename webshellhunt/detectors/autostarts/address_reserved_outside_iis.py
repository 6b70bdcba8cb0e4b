r"""An address among those of mail is reserved for a program outside of IIS.

What it finds:
    A reservation of HTTP.sys (``UrlAclInfo``) below an address of OWA, EWS, ECP, Autodiscover or the like. Another
    unknown address at the ports of IIS is a question.

Why it matters:
    HTTP.sys hands requests for the address to a program of its own, past IIS, its modules and its logs. HTTPSnoop,
    NAPLISTENER and Rungan listen so, with addresses that look like those of Exchange.

Looks like:
    ``https://*:443/ews/MsExgHealthCheckd/``.

Benign look-alikes:
    Windows Remote Management, AD FS, SQL Server Reporting Services and other roles reserve addresses of their own.

Blind spots:
    A program that runs as an administrator needs no reservation.

References:
    https://blog.talosintelligence.com/introducing-shrouded-snooper/
    https://www.elastic.co/security-labs/naplistener-more-bad-dreams-from-the-developers-of-siestagraph
"""

from webshellhunt.detectors.contract import Findings, claim_autostart, define_rule, detector
from webshellhunt.host.machine.autostarts import Autostart, AutostartKind
from webshellhunt.knowledge.registry_claims import judge_address
from webshellhunt.model.rules import Remedy

RULE = define_rule(__name__, "WSH4061", "medium", "high", "T1505.004", "T1071.001", remedy=Remedy.REGISTRY)


@detector(RULE, on=Autostart)
def find(address: Autostart) -> Findings:
    """Report each reserved address that looks like one of mail."""
    if address.kind is AutostartKind.ADDRESS:
        claim = judge_address(address)
        if claim is not None:
            yield claim_autostart(RULE, claim.words, address, weight=claim.weight)
