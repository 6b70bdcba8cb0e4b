"""A worker process of the server connected to a machine on the Internet.

What it finds:
    Event 3 of Sysmon: a connection that ``w3wp.exe``, Unified Messaging or the mailbox replication began, to a public
    address.

Why it matters:
    A page that fetches tools or opens a reverse shell connects to the machine of the intruder.

Looks like:
    ``w3wp.exe`` connects to port 4444 of a foreign address.

Benign look-alikes:
    Exchange connects to Microsoft's services, to partners and to servers of mail (ports 25, 80, 443, 444, 587): a lead.

Blind spots:
    Connections of other programs, those to the inner network, and servers whose Sysmon logs no connections.
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.logged_claims import acts_detector
from webshellhunt.views.logged_acts import Idea

RULE = define_rule(__name__, "WSH7219", "medium", "medium", "T1095", "T1505.003")

find: Detector = acts_detector(RULE, Idea.WORKER_CONNECTED, "a worker process connected to the Internet")
