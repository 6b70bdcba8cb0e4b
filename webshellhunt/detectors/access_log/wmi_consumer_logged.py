r"""The event log has a WMI consumer that runs a program.

What it finds:
    Event 5861 of *WMI-Activity*: a consumer that runs a command or a script was bound to a filter.

Why it matters:
    Windows runs the command at each event, as SYSTEM. The event stays when the consumer was removed.

Looks like:
    ``CommandLineEventConsumer="Updater"`` with ``CommandLineTemplate = "powershell -enc …"``.

Benign look-alikes:
    Consumers that write events (``SCM Event Log Consumer``) are left out, and so is that of old Windows
    (``KernCap.vbs``).

Blind spots:
    The log keeps about 1 MiB, and Windows logs the binding again only at a start of the service.

References:
    https://learn.microsoft.com/windows/win32/wmisdk/tracing-wmi-activity
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.logged_claims import acts_detector
from webshellhunt.views.logged_acts import Idea

RULE = define_rule(__name__, "WSH7231", "high", "medium", "T1546.003")

find: Detector = acts_detector(RULE, Idea.CONSUMER_BOUND, "a WMI consumer runs a program")
