"""A large static file was downloaded, under the name of a small one.

What it finds:
    An answered GET for a file that is no archive by its name (a picture, a style sheet, a script, a text), of at least
    20 MB in the directories of Exchange and ``aspnet_client``, and of at least 200 MB elsewhere if no more than two
    clients have it. Only in logs with a column with the bytes. A download by a client that also used an accused
    page, or an exploit with success, is of high severity: data left.

Why it matters:
    Intruders name their archives as pictures or style sheets, so that a search for archives does not find them.

Looks like:
    ``GET /owa/auth/current/themes/logo.png`` with 512 MB.

Benign look-alikes:
    Videos and installers that a site offers. The address books below ``/oab`` are not looked at.

Blind spots:
    Logs without a column with the bytes; files that are smaller, or fetched in parts.
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, log_evidence
from webshellhunt.model.rules import Severity
from webshellhunt.views.figures import bytes_in_words, names_in_words
from webshellhunt.views.outgoing_leads import LargeFileLead, is_exchange_address

RULE = define_rule(__name__, "WSH7503", "medium", "low", "T1048.003", "T1036.008")


@detector(RULE, on=LargeFileLead)
def find(lead: LargeFileLead) -> Findings:
    """Report a large file, of less weight outside of Exchange."""
    severity = None if is_exchange_address(lead.path) else Severity.INFO
    who = names_in_words(lead.clients)
    message = (
        f"{who} downloaded {lead.path[:120]} on {lead.day}: {bytes_in_words(lead.size_bytes)}, too large for its name"
    )
    yield claim(
        RULE,
        f"{message}; a lead, no proof",
        log_evidence(lead.log, lead.line),
        severity=severity,
        facts={"path": lead.path, "clients": lead.clients[:20], "bytes": lead.size_bytes, "day": lead.day},
    )
