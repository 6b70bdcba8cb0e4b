"""The mitigation service of Exchange reported an error.

What it finds:
    Event 1008 of the source *MSExchange Mitigation Service* in the log *Application*.

Why it matters:
    The service loads Microsoft's mitigations each hour. On servers whose build is too old for its certificate it fails
    each time: no mitigation of a later vulnerability arrives.

Looks like:
    *An unexpected exception occurred. Exception encountered while fetching mitigations.*

Benign look-alikes:
    Servers without access to the internet log the same error: information only.

Blind spots:
    A service that was stopped logs nothing.

References:
    https://learn.microsoft.com/exchange/exchange-emergency-mitigation-service
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.logged_claims import acts_detector
from webshellhunt.views.logged_acts import Idea

RULE = define_rule(__name__, "WSH7222", "info", "low", "T1190")

find: Detector = acts_detector(RULE, Idea.MITIGATIONS_FAILED, "mitigations may be missing")
