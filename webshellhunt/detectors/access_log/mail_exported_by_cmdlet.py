r"""A cmdlet exported whole mailboxes.

What it finds:
    Mailbox exports to files, and searches that copy the mail of others together; grave if the file is in a directory
    that the server serves. Exports to the name of a page are ``page-planted-by-cmdlet``.

Why it matters:
    It is the way to take all mail of a person at once; from a served directory it is fetched by an ordinary download.

Looks like:
    ``New-MailboxExportRequest -FilePath "\\localhost\c$\inetpub\wwwroot\aspnet_client\a.pst"``.

Benign look-alikes:
    Leavers' mailboxes, legal searches and migrations, to a share for that purpose: leads only.

Blind spots:
    Mail that was read by EWS, MAPI or from a copy of the database.
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.logged_claims import acts_detector
from webshellhunt.views.logged_acts import Idea

RULE = define_rule(__name__, "WSH7204", "medium", "low", "T1114.002")

find: Detector = acts_detector(RULE, Idea.MAIL_EXPORTED, "mailboxes were exported")
