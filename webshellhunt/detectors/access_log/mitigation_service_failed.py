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

from __future__ import annotations

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.logged_claims import acts_detector
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.logged_acts import Idea

RULE = define_rule(
    "WSH7222", "mitigation-service-failed", Severity.INFO, Confidence.LOW, page=__doc__, techniques=("T1190",)
)

find: Detector = acts_detector(RULE, Idea.MITIGATIONS_FAILED, "mitigations may be missing")
