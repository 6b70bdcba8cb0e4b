"""A cmdlet granted rights to the mail of others, or to administer Exchange.

What it finds:
    The roles *Mailbox Import Export* and *ApplicationImpersonation*, full access to a mailbox, folders that everybody
    may read, new roles, role groups and members of them, add-ins, and applications and servers whose tokens are
    accepted. All of one log are one lead, with times, users and parameters.

Why it matters:
    Rights outlive a patch and a new password of the intruder's first account. ProxyShell needs the import and export
    role first.

Looks like:
    ``New-ManagementRoleAssignment -Role "Mailbox Import Export" -User …``; ``Add-MailboxPermission -AccessRights
    "FullAccess"``.

Benign look-alikes:
    Administrators do this daily: shared mailboxes, migrations, archives and backups need it. So it is a lead to be
    checked with them, never suspicious by itself.

Blind spots:
    Rights that were granted in Active Directory or with other tools; logs that have rolled.
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.logged_claims import acts_detector
from webshellhunt.views.logged_acts import Idea

RULE = define_rule(__name__, "WSH7202", "medium", "low", "T1098.002")

find: Detector = acts_detector(RULE, Idea.RIGHTS_GRANTED, "rights to mail or administration were granted")
