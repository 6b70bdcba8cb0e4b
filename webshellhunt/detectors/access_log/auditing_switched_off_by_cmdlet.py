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
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.logged_claims import acts_detector
from webshellhunt.views.logged_acts import Idea

RULE = define_rule(__name__, "WSH7205", "medium", "medium", "T1685")

find: Detector = acts_detector(RULE, Idea.AUDITING_OFF, "auditing was switched off")
