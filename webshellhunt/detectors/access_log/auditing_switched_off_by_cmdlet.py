"""A cmdlet switched auditing off.

What it finds:
    The audit of administrators, the audit of the organization or of a mailbox switched off, and accounts that bypass
    the audit of mailboxes.

Why it matters:
    Later acts leave no record. There is hardly a reason to switch it off but its volume.

Looks like:
    ``Set-AdminAuditLogConfig -AdminAuditLogEnabled "False"``; ``Set-MailboxAuditBypassAssociation -AuditBypassEnabled
    "True"``.

Benign look-alikes:
    Accounts of backup and archive products bypass the audit, as their vendors advise. A single mailbox is a lead
    only.

Blind spots:
    Auditing that was never on.

References:
    https://attack.mitre.org/techniques/T1685/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.detectors.contract import define_rule, detector
from webshellhunt.detectors.logged_claims import claim_acts
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.logged_acts import Idea, LoggedActs

RULE = define_rule(
    "WSH7205",
    "auditing-switched-off-by-cmdlet",
    Severity.MEDIUM,
    Confidence.MEDIUM,
    page=__doc__,
    techniques=("T1685",),
)


@detector(RULE, on=LoggedActs)
def find(acts: LoggedActs) -> Iterator[Finding]:
    """Report the acts of this idea."""
    if acts.idea is Idea.AUDITING_OFF:
        yield from claim_acts(RULE, acts, "auditing was switched off")
