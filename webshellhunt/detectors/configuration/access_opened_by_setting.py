r"""A setting lets visitors in who were kept out, or lets them write.

What it finds:
    Access for everyone to one page of Exchange that setup protects, a named account for anonymous visitors, client
    certificates that sign in as an account, a named account for a pool of Exchange, writing by WebDAV or FTP, anonymous
    access to the back end, a new address of the back end, and every program allowed to answer requests.

Why it matters:
    The intruder comes back without a password, and without a page of his own.

Looks like:
    ``<location path="auth/errorFE.aspx"><system.web><authorization><allow users="*" />`` in OWA.

Benign look-alikes:
    Sites other than those of Exchange open pages of theirs, and are checked only for writing and for certificates that
    sign in. Products for single sign-on change the authentication of Exchange by its own cmdlets.

Blind spots:
    Rights of files and folders. Accounts and roles in Exchange itself. A pool that runs as a service account.

References:
    https://unit42.paloaltonetworks.com/initial-access-broker-exploits-leaked-machine-keys/
    https://learn.microsoft.com/en-us/iis/configuration/system.webserver/security/authentication/
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.setting_claims import setting_finder
from webshellhunt.host.iis.xml_tree import Element

RULE = define_rule(__name__, "WSH4027", "medium", "high", "T1505.004", "T1556")
find: Detector = Detector(RULE, Element, setting_finder(RULE))
