"""A client sent very many requests to Exchange Web Services.

What it finds:
    On one day, at least 500 answered requests to ``/ews/`` by an agent that is a script or none (python, curl, Go,
    PowerShell…), unless the same agent comes on three days, over two weeks or more; or at least 10,000 answered
    requests, twenty times the median of the busiest client of each other day, by any agent. The server itself does not
    count.

Why it matters:
    EWS reads whole mailboxes, one item a request. It is how mail is taken with a stolen password, with impersonation
    rights, or through the holes of the front end.

Looks like:
    ``python-requests/2.25`` with 14,000 requests to ``/EWS/Exchange.asmx`` in one night.

Benign look-alikes:
    Archives, customer systems and meeting rooms that use EWS each day; Outlook for Mac with a new profile.

Blind spots:
    Scripts with the agent of a mail program; slow theft; EWS through another address, as ProxyShell does it.

References:
    https://learn.microsoft.com/en-us/exchange/client-developer/exchange-web-services/ews-throttling-in-exchange
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.logs.services import Service
from webshellhunt.views.figures import count_in_words, multiple_in_words
from webshellhunt.views.outgoing_leads import ServiceLead

RULE = define_rule(__name__, "WSH7504", "low", "low", "T1114.002")


@detector(RULE, on=ServiceLead)
def find(lead: ServiceLead) -> Findings:
    """Report the use of EWS on the busiest day."""
    if lead.service is not Service.EWS:
        return
    multiple = lead.habit.multiple(lead.answered) if lead.habit is not None else None
    message = f"{lead.client} sent {count_in_words(lead.answered, 'answered request')} to EWS on {lead.day}{lead.words}"
    if multiple is not None and lead.habit is not None:
        message += f", {multiple_in_words(multiple)} the median of the busiest client of {lead.habit.days} other days"
        message += f" ({lead.habit.median:,.0f})"
    yield claim(RULE, f"{message}; a lead, no proof", facts=lead.facts)
