"""A cmdlet switched on the scripting agent of Exchange.

What it finds:
    ``Enable-CmdletExtensionAgent`` for the scripting agent, and changes of other extensions of cmdlets.

Why it matters:
    From then on PowerShell of ``ScriptingAgentConfig.xml`` runs with each cmdlet, with the rights of SYSTEM.

Looks like:
    ``Enable-CmdletExtensionAgent -Identity "Scripting Agent"``.

Benign look-alikes:
    Organisations that set up new mailboxes by this agent: a lead.

Blind spots:
    An agent that has been on since before the log begins; the rule about its file finds the script.

References:
    https://learn.microsoft.com/en-us/powershell/module/exchange/enable-cmdletextensionagent
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.logged_claims import acts_detector
from webshellhunt.views.logged_acts import Idea

RULE = define_rule(__name__, "WSH7223", "medium", "low", "T1546")

find: Detector = acts_detector(RULE, Idea.CODE_AT_CMDLETS, "code was bound to cmdlets")
