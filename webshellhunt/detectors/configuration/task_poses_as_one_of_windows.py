r"""A scheduled task poses as one of Windows.

What it finds:
    A task with the name of a task that Windows ships, and another action; a task below ``\Microsoft\Windows`` that no
    Windows has; and a task that starts a COM class which no task of Windows starts. Windows' tasks are known by a table
    of names with their command lines and COM classes.

Why it matters:
    Hardly anybody reads the two hundred tasks of Windows. Tarrask and other implants put theirs among them, and a COM
    handler names no program at all: the library is in the registry only.

Looks like:
    ``\Microsoft\Windows\Defrag\ScheduledDefrag`` with ``powershell.exe``; a ``ComHandler`` with an unknown ``ClassId``.

Benign look-alikes:
    Features of Windows Server whose tasks the table lacks, with a program in ``System32``: a question only. Jobs of
    PowerShell (``Register-ScheduledJob``) and collectors of performance data are left out.

Blind spots:
    A stock task whose COM class was registered anew with another library: the registry has it, the task does not
    change. Tasks whose name alone is known, with a COM class. A replaced program.

References:
    https://www.microsoft.com/en-us/security/blog/2022/04/12/tarrask-malware-uses-scheduled-tasks-for-defense-evasion/
"""

from webshellhunt.detectors.claims_of_tasks import claim_task, claims_of, is_task
from webshellhunt.detectors.contract import Findings, define_rule, detector
from webshellhunt.model.rules import Remedy
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH4080", "medium", "high", "T1053.005", "T1036.004", remedy=Remedy.SCHEDULED_TASK)


@detector(RULE, on=Sample, prefilter=is_task)
def find(sample: Sample) -> Findings:
    """Report each action of a task that poses as a task of Windows."""
    yield from (claim_task(RULE, sample, task, odd) for task, odd in claims_of(sample) if odd.is_disguise)
