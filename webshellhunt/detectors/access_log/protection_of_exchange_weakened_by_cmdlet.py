"""A cmdlet weakened the protection of Exchange.

What it finds:
    Cmdlets that switch the mitigation service off or block a mitigation, override the settings by which antivirus
    software sees requests or by which serialised data needs a signature, let mail pass without a scan, or open
    PowerShell for passwords and without encryption.

Why it matters:
    The next attack finds fewer obstacles, also on a server with all updates.

Looks like:
    ``Set-OrganizationConfig -MitigationsEnabled "False"``.

Benign look-alikes:
    Administrators who solve a fault with mail or with antivirus software: leads, if no other act accuses the server.

Blind spots:
    The same settings that were written to the directory or to files directly.

References:
    https://learn.microsoft.com/exchange/exchange-emergency-mitigation-service
    https://learn.microsoft.com/exchange/antispam-and-antimalware/amsi-integration-with-exchange
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.logged_claims import acts_detector
from webshellhunt.views.logged_acts import Idea

RULE = define_rule(__name__, "WSH7221", "medium", "low", "T1685")

find: Detector = acts_detector(RULE, Idea.EXCHANGE_WEAKENED, "the protection of Exchange was weakened")
