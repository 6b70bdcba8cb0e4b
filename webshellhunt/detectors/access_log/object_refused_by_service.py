"""A service of Exchange refused a serialised object that somebody sent to it.

What it finds:
    Errors of the provider *MSExchange Unified Messaging* with ``InvalidCastException`` (CVE-2021-26857), of
    *MSExchange Common* in ``BinaryFormatter.Deserialize``, and of the cmdlet ``Get-App`` with
    ``InvalidCastException`` (CVE-2021-42321).

Why it matters:
    Such an object runs its code before the type is checked: the error does not mean that the attempt failed.

Looks like:
    An error in the Application log, within seconds of a request to EWS or the control panel.

Benign look-alikes:
    Damaged voice mail makes other errors. Penetration tests make the same ones.

Blind spots:
    Objects after which the service goes on without an error.

References:
    https://github.com/microsoft/CSS-Exchange/tree/main/Security
    https://msrc.microsoft.com/update-guide/vulnerability/CVE-2021-42321
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.logged_claims import acts_detector
from webshellhunt.views.logged_acts import Idea

RULE = define_rule(__name__, "WSH7208", "high", "medium", "T1190")

find: Detector = acts_detector(RULE, Idea.OBJECT_REFUSED, "a serialised object was refused")
