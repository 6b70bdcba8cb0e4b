"""An accused page was requested, according to the logs.

What it finds:
    Answered requests for a file with another finding, at any of its addresses on any site, also with path info behind
    its name: a status of 200 to 299, or 500 of a page that ran and failed, never HEAD and OPTIONS. The finding has
    the number of requests, the first and the last one, the methods, clients and user agents, the bytes if the log has
    them, and the time that the first answer took, in which ASP.NET compiled the page. It counts for the verdict only if
    an operator made the requests: three or more, most of them POST, from at most three clients with at most three user
    agents, in a directory that only setup should write to.

Why it matters:
    A page that nobody requested is an attempt; one that answered for weeks is an incident, and the first request
    dates it. The clients lead to the other pages and hosts of the same intruder.

Looks like:
    ``POST /owa/auth/x.aspx`` with status 200, hundreds of times, from one client with one user agent and no referrer.

Benign look-alikes:
    A scanner or a responder who tested the page; a monitoring service. Pages that many clients request with GET are
    of an application; their use is information only.

Blind spots:
    Logs that are not kept, were deleted or have no rows for this site; a proxy that hides the client; requests to a
    page through another address, such as a rewrite rule or ``Server.Transfer``; a shell that answers with status 404.

References:
    https://attack.mitre.org/techniques/T1505/003/
    https://learn.microsoft.com/en-us/iis/configuration/system.applicationhost/sites/sitedefaults/logfile/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.detectors.contract import claim, define_rule, detector, log_evidence
from webshellhunt.model.findings import FactValue, Finding
from webshellhunt.model.log_results import UsedFile
from webshellhunt.model.places import SETUP_ROLES
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.times import second_in_utc
from webshellhunt.model.traffic import Use
from webshellhunt.views.use_words import answers_in_words

RULE = define_rule("WSH7101", "shell-was-used", Severity.MEDIUM, Confidence.MEDIUM, page=__doc__)
_FEW = 3


@detector(RULE, on=UsedFile)
def find(used: UsedFile) -> Iterator[Finding]:
    """Yield the use of a page that answered."""
    use = used.use
    if not use.answered:
        return
    operated = used.role in SETUP_ROLES and _is_operated(use)
    severity = RULE.severity if operated else Severity.INFO
    evidence = [log_evidence(log, use.line) for log in use.logs[:1]]
    yield claim(RULE, f"it was used: {answers_in_words(use)}", *evidence, severity=severity, facts=use_facts(use))


def _is_operated(use: Use) -> bool:
    """Return True if the requests are those of somebody who works with a page, not of its visitors."""
    few = use.client_count <= _FEW and use.agent_count <= _FEW and use.answered > use.by_server
    return few and use.answered >= _FEW and use.posted * 2 > use.answered


def use_facts(use: Use) -> dict[str, FactValue]:
    """Return the figures of a use as facts."""
    return {
        "requests": use.requests,
        "answered": use.answered,
        "first_answered": second_in_utc(use.first_utc),
        "last_answered": second_in_utc(use.last_utc),
        "clients": use.clients[:5],
        "user_agents": use.agents[:3],
        "first_answer_ms": use.first_ms,
        "sent_bytes": use.sent_bytes,
        "received_bytes": use.received_bytes,
    }
