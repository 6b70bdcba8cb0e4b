"""A large view state in a query, or one that failed, can't be read.

What it finds:
    A view state that is encrypted, or of no known format, in the query of a request if it is longer than 2,000
    characters, or in event 1316. It is context only: severity is information, or low if ASP.NET accepted the signature
    (detail code 50204) and yet could not use the value.

Why it matters:
    Browsers send view states in the body. A long one in a query, or many that fail, may be attempts with a stolen key,
    which is visible only with the key.

Looks like:
    Event 1316, "Viewstate verification failed", many times from one client.

Benign look-alikes:
    Pages with forms of the method GET; crawlers that cut view states off; sessions that survive a restart, a change of
    the key or an update of the application.

Blind spots:
    Short view states.

References:
    https://www.cyber.gov.au/about-us/advisories/2020-006-detecting-and-mitigating-exploitation-vulnerability-microsoft-internet-information-services
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.model.rules import Severity
from webshellhunt.model.traffic import LogKind
from webshellhunt.views.sent_view_state import SentViewState

RULE = define_rule(__name__, "WSH7303", "info", "low", "T1190")
LONG_CHARS = 2_000


@detector(RULE, on=SentViewState)
def find(sent: SentViewState) -> Findings:
    """Note a view state that is not readable."""
    payload = sent.payload
    of_event = payload.kind is LogKind.EVENTS
    if sent.chains or sent.is_read or not (of_event or payload.size_chars > LONG_CHARS):
        return
    what = "an encrypted view state" if sent.is_encrypted else "a view state that is cut off or of an unknown format"
    message = f"{what} was sent to {sent.target}{sent.sender} ({payload.size_chars:,} characters)"
    severity = RULE.severity
    if payload.mac_passed:
        severity = Severity.LOW
        message += "; its signature was right, and the server could not use it"
    if sent.note:
        message += f"; {sent.note}"
    yield claim(RULE, message, sent.evidence, severity=severity, facts=sent.facts)
