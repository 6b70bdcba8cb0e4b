r"""A cmdlet installed a transport agent.

What it finds:
    The installation of an agent that the transport service loads; grave if its assembly is in a folder that anyone
    may write to, more than a lead if it has no whole path. An attempt that failed is a note.

Why it matters:
    An agent sees, changes and copies each mail, and runs with the rights of the service, without a page.

Looks like:
    ``Install-TransportAgent -Name "x" -AssemblyPath "C:\Windows\Temp\x.dll"``.

Benign look-alikes:
    Antivirus, archive, signature and anti-spam products install theirs below Program Files: leads.

Blind spots:
    An agent that was written into ``agents.config`` by hand, which the configuration rules check.
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.logged_claims import acts_detector
from webshellhunt.views.logged_acts import Idea

RULE = define_rule(__name__, "WSH7206", "medium", "low", "T1505.002")

find: Detector = acts_detector(RULE, Idea.TRANSPORT_AGENT, "a transport agent was installed")
