"""A request sent a view state with a gadget chain.

What it finds:
    A view state in the query of a request, or in event 1316, with a chain of objects which run code while they are
    deserialised, without a signature that is known to be right.

Why it matters:
    It is an attempt to run code. Whether the server accepted it depends on the machine key, which the sender may have
    stolen before. The chain, its command and its sender are in the facts.

Looks like:
    An object of ``TextFormattingRunProperties`` or a ``SortedSet`` with a delegate in ``__VIEWSTATE``.

Benign look-alikes:
    Vulnerability scanners. Of requests that were answered with 401, 403 or 404, or that ASP.NET refused according to
    its event, severity is low.

Blind spots:
    Encrypted view states; chains that are not in the table; requests whose view state is in the body.

References:
    https://learn.microsoft.com/en-us/dotnet/standard/serialization/binaryformatter-security-guide
    https://github.com/pwntester/ysoserial.net
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.model.rules import Severity
from webshellhunt.views.sent_view_state import SentViewState

RULE = define_rule(__name__, "WSH7302", "medium", "high", "T1190")


@detector(RULE, on=SentViewState)
def find(sent: SentViewState) -> Findings:
    """Report a gadget chain without a right signature."""
    if not sent.chains or sent.is_forged:
        return
    chain = f"a view state with the gadget chain {sent.chains[0]} was sent to {sent.target}{sent.sender}"
    severity = RULE.severity
    if sent.was_refused:
        severity, end = Severity.LOW, "the server refused its signature"
    elif not sent.was_reached:
        severity, end = Severity.LOW, "no answer shows that the page read it"
    elif sent.signature is None:
        end = "its signature fits none of the known keys"
    else:
        end = "its signature fits a known key"
    yield claim(RULE, f"{chain}; {end}", sent.evidence, severity=severity, facts=sent.facts)
