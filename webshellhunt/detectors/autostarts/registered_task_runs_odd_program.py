r"""A scheduled task of the registry runs an odd program, or poses as a task of Windows.

What it finds:
    A task of the registry that runs a program in an odd folder, an encoded command, or a COM class that Windows does
    not start by a task, or that has the name of a task of Windows and another action. The actions are those that the
    scheduler runs, even if the file of the task has others.

Why it matters:
    The task restarts a stopped program, mostly as SYSTEM, long after the web shell that made it is gone.

Looks like:
    ``TaskCache\Tasks\{…}``, ``Actions`` = ``C:\Users\Public\u.exe``.

Benign look-alikes:
    Scripts of administrators in folders of their own: no finding.

Blind spots:
    A program in an ordinary folder under Program Files.
"""

from webshellhunt.detectors.contract import Findings, claim_autostart, define_rule, detector
from webshellhunt.host.machine.autostarts import Autostart
from webshellhunt.host.machine.task_cache import scheduled_task
from webshellhunt.knowledge.task_claims import judge_task
from webshellhunt.model.rules import Remedy

RULE = define_rule(__name__, "WSH4055", "medium", "high", "T1053.005", remedy=Remedy.REGISTRY)


@detector(RULE, on=Autostart)
def find(autostart: Autostart) -> Findings:
    """Report each task with an odd action."""
    if autostart.task is None:
        return
    for claim in judge_task(scheduled_task(autostart.task)):
        server = autostart.text(claim.action.class_id)
        words = f"the task {autostart.name} {claim.words.removeprefix('it ')}{f' ({server})' if server else ''}"
        yield claim_autostart(RULE, words, autostart, weight="accuse" if claim.sure else "question")
