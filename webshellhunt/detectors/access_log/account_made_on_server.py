"""An account was created, or became a member of a powerful group.

What it finds:
    Events 4720, 4728, 4732 and 4756: new accounts, and new members of Administrators, Domain Admins, Enterprise
    Admins, Schema Admins and the groups that rule Exchange. Grave if the account has the name of a computer, or an
    application pool made it.

Why it matters:
    An account is a way to return that no patch closes.

Looks like:
    ``4720`` for ``support$``; ``4732`` into Administrators a minute later.

Benign look-alikes:
    Administrators and setup programs do this; setup of Windows creates its own accounts. Leads, but for the two cases
    above.

Blind spots:
    Accounts of the domain, if only this server's Security log is at hand; auditing that is switched off.
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.logged_claims import acts_detector
from webshellhunt.views.logged_acts import Idea

RULE = define_rule(__name__, "WSH7213", "medium", "low", "T1136.001", "T1098")

find: Detector = acts_detector(RULE, Idea.ACCOUNT_MADE, "accounts or memberships were made")
