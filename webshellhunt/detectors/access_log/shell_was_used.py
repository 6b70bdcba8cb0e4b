"""An accused page was requested, according to the logs.

What it finds:
    Answered requests for a file with another finding, at any of its addresses on any site, also with path info behind
    its name: a status of 200 to 299, or 500 of a page that ran and failed, never HEAD and OPTIONS. The finding has
    the number of requests, the first and the last one, the methods, clients and user agents, the bytes if the log has
    them, and the time that the first answer took, in which ASP.NET compiled the page. It counts for the verdict only if
    an operator made the requests: three or more, most of them POST, from at most three clients with at most three user
    agents, in a directory that only setup should write to.
    Of a page that no file of the evidence explains, one such request is enough, if none followed a link from another
    page, and the address is short. For those, directories of static content (``images``, ``scripts``) and the only page
    of a directory count as well, but no service (``.asmx``, ``.ashx``, ``.svc``) and no place of programs (``api``).
    All of this is one reason.

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
    https://learn.microsoft.com/en-us/iis/configuration/system.applicationhost/sites/sitedefaults/logfile/
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, log_evidence
from webshellhunt.knowledge.exchange_names import STATIC_FOLDERS
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import FactValue
from webshellhunt.model.log_results import AnsweringAddress, UsedFile
from webshellhunt.model.places import SETUP_ROLES, Role
from webshellhunt.model.rules import Severity
from webshellhunt.model.times import second_in_utc
from webshellhunt.model.traffic import AskedBy, Use
from webshellhunt.views.use_words import answers_in_words

RULE = define_rule(__name__, "WSH7101", "medium", "medium")
_FEW = 3
_LONGEST_ADDRESS = 80
_STATIC = STATIC_FOLDERS | {
    "assets", "css", "files", "font", "icons", "image", "img", "js", "media", "script", "static", "style", "templates",
    "upload", "uploads",
}  # fmt: skip
_OF_PROGRAMS = lazy_pattern(
    r"(?i)/(?:api|ajax|callbacks?|ews|hooks?|odata|rest|rpc|services?|soap|web(?:hooks?|services?)|ws)(?:/|\.)"
)


@detector(RULE, on=UsedFile)
def find(used: UsedFile | AnsweringAddress) -> Findings:
    """Yield the use of a page that answered."""
    use, facts = used.use, use_facts(used.use)
    if not use.answered:
        return
    if isinstance(used, AnsweringAddress):
        operated, facts = _is_worked_with(used), {"virtual_path": used.address, **facts}
    else:
        operated = used.role in SETUP_ROLES and used.by is AskedBy.OPERATOR and use.answered >= _FEW
    severity = RULE.severity if operated else Severity.INFO
    evidence = [log_evidence(log, use.line) for log in use.logs[:1]]
    yield claim(RULE, f"it was used: {answers_in_words(use)}", *evidence, severity=severity, facts=facts)


def _is_worked_with(answering: AnsweringAddress) -> bool:
    """Return True if somebody works with a page that is known by its requests alone, in a place without pages."""
    address = answering.address
    if answering.is_service or len(address) > _LONGEST_ADDRESS or _OF_PROGRAMS.search(address) is not None:
        return False
    if answering.by is not AskedBy.OPERATOR:
        return False
    is_static = not _STATIC.isdisjoint(address.lower().split("/")[:-1])
    lone = answering.is_alone and answering.use.answered >= _FEW
    return (answering.role in SETUP_ROLES and answering.role is not Role.LAYOUTS) or is_static or lone


def use_facts(use: Use) -> dict[str, FactValue]:
    """Return the figures of a use as facts."""
    return {
        "requests": use.requests,
        "answered": use.answered,
        "statuses": tuple(f"{each.value} ({each.requests:,})" for each in use.statuses[:5]),
        "first_answered": second_in_utc(use.first_utc),
        "last_answered": second_in_utc(use.last_utc),
        "clients": use.clients[:5],
        "user_agents": use.agents[:3],
        "first_answer_ms": use.first_ms,
        "sent_bytes": use.sent_bytes,
        "received_bytes": use.received_bytes,
    }
