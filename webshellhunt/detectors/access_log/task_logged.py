r"""The event log has a scheduled task with an odd program.

What it finds:
    Tasks that were registered or changed (Security 4698 and 4702), and programs that tasks started (Task Scheduler 129
    and 200), by the same claims as those about the files of tasks: odd folders, encoded commands, programs of Windows
    that run other code, and tasks that pose as one of Windows.

Why it matters:
    The event stays when the task was deleted, and names the account that registered it.

Looks like:
    4698 of ``\Microsoft\Windows\WDI\SrvHost`` with ``powershell.exe -enc …``.

Benign look-alikes:
    Tasks of products in ProgramData are leads only.

Blind spots:
    4698 and 4702 are logged only if the audit of other object access is on. The events of the Task Scheduler have no
    arguments, and its log is switched off by default.

References:
    https://learn.microsoft.com/previous-versions/windows/it-pro/windows-10/security/threat-protection/auditing/event-4698
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.logged_claims import acts_detector
from webshellhunt.views.logged_acts import Idea

RULE = define_rule(__name__, "WSH7230", "high", "medium", "T1053.005")

find: Detector = acts_detector(RULE, Idea.TASK_MADE, "a scheduled task is odd")
