"""The PowerShell directory of Exchange answered a client from outside.

What it finds:
    Answered requests to ``/powershell`` by an agent that is a script and no PowerShell (medium severity), from any
    address but those of the server; by another agent, from a public address only (low).

Why it matters:
    The directory runs the cmdlets of Exchange, with which mailboxes are exported and rights are given. ProxyShell,
    ProxyNotShell and OWASSRF end there. It should not be reachable from the internet.

Looks like:
    ``POST /powershell … 200`` by ``python-requests/2.28`` from a public address.

Benign look-alikes:
    An administrator at home, or a provider that manages the server through the internet; a management product with its
    own library. Scans get 401 and are not answered.

Blind spots:
    Requests through another address of the front end, which arrive as the server itself; clients behind a load
    balancer or a proxy have its private address.

References:
    https://learn.microsoft.com/en-us/powershell/exchange/control-remote-powershell-access-to-exchange-servers
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.logs.services import Service
from webshellhunt.model.rules import Severity
from webshellhunt.views.figures import count_in_words
from webshellhunt.views.outgoing_leads import ServiceLead

RULE = define_rule(__name__, "WSH7506", "medium", "low", "T1059.001", "T1190")


@detector(RULE, on=ServiceLead)
def find(lead: ServiceLead) -> Findings:
    """Report answers of the PowerShell directory to a client from outside."""
    if lead.service is not Service.POWERSHELL:
        return
    place = ", a public address," if lead.is_public else ""
    message = (
        f"{lead.client}{place} got {count_in_words(lead.answered, 'answer')} from /powershell on {lead.day}{lead.words}"
    )
    severity = None if lead.is_script else Severity.LOW
    yield claim(RULE, f"{message}; a lead, no proof", severity=severity, facts=lead.facts)
