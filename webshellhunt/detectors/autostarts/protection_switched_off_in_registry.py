r"""The registry switches a protection or a log off.

What it finds:
    ``AspNetEnforceViewStateMac`` = 0, the log of HTTP errors off, passwords in clear text in memory (WDigest), the
    restricted admin mode, event logs off or moved, the antimalware interface of scripts off.

Why it matters:
    Without the signature of the view state any visitor runs code in each page. The others prepare the next theft, or
    hide the last one.

Looks like:
    ``SOFTWARE\Microsoft\.NETFramework\v4.0.30319``, ``AspNetEnforceViewStateMac`` = 0.

Benign look-alikes:
    Old applications and other antivirus products set some of these values: these are facts or questions.

Blind spots:
    Settings of Group Policy that the hive does not have.

References:
    https://support.microsoft.com/en-us/topic/resolving-view-state-message-authentication-code-mac-errors-6c0e9fd3-f8a8-c953-8fbe-ce840446a9f3
"""

from webshellhunt.detectors.claims_of_values import detector_of_values
from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.model.rules import Remedy

RULE = define_rule(__name__, "WSH4063", "medium", "high", "T1685", "T1112", remedy=Remedy.REGISTRY)
find: Detector = detector_of_values(RULE)
