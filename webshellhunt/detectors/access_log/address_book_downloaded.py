"""The address book was downloaded by a client that is no mail program.

What it finds:
    Answered requests to ``/oab/`` by an agent that is a script or none (low severity), or a browser (for information).
    Mail programs, the Windows service BITS that downloads for them, and the server itself do not count.

Why it matters:
    The offline address book has the names and addresses of everybody in the organisation. Intruders take it to choose
    mailboxes and to write credible mail; ProxyLogon needs such an address.

Looks like:
    ``GET /oab/<guid>/oab.xml`` and ``….lzx`` by ``curl/7.68``.

Benign look-alikes:
    An administrator who tests the address in a browser; monitoring with a script.

Blind spots:
    Scripts with the agent of Outlook; address books that were read through EWS, OWA or LDAP.

References:
    https://learn.microsoft.com/en-us/powershell/module/exchange/update-offlineaddressbook
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.logs.services import Service
from webshellhunt.model.rules import Severity
from webshellhunt.views.figures import count_in_words
from webshellhunt.views.outgoing_leads import ServiceLead

RULE = define_rule(__name__, "WSH7505", "low", "low", "T1087.003")


@detector(RULE, on=ServiceLead)
def find(lead: ServiceLead) -> Findings:
    """Report the downloads of the address book."""
    if lead.service is not Service.ADDRESS_BOOK:
        return
    answers = count_in_words(lead.answered, "answer")
    message = f"{lead.client} got {answers} from the address book (/oab) on {lead.day}{lead.words}"
    severity = None if lead.is_script else Severity.INFO
    yield claim(RULE, f"{message}; a lead, no proof", severity=severity, facts=lead.facts)
