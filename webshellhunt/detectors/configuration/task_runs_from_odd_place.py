r"""A scheduled task runs a program or a command that no installer and no administrator schedules.

What it finds:
    A task whose program, or a path among its arguments, lies in a folder for temporary files or one that all users
    share, in ``PerfLogs``, ProgramData, a web directory, the folder of IIS or a share; whose command is base64-encoded
    or downloaded; or that runs code by a program of Windows (``rundll32``, ``regsvr32``, ``mshta``, ``msbuild``). Tasks
    are the files below ``System32\Tasks``, and the old ``.job`` files of ``Windows\Tasks``.

Why it matters:
    The task restarts a stopped program, often as SYSTEM, long after the web shell that created the task is gone.

Looks like:
    ``<Command>C:\Users\Public\u.exe</Command>``; ``powershell -enc …``.

Benign look-alikes:
    Products with their updater in ProgramData and tasks that run from a share of the domain: a question only. Scripts
    of administrators, such as ``powershell -File C:\Scripts\logs.ps1``, and Windows Defender are left out.

Blind spots:
    Tasks that exist in the registry only, or whose file was changed afterwards; programs under ordinary names in
    ``System32``; a script of an administrator whose content was changed.
"""

from webshellhunt.detectors.claims_of_tasks import claim_task, claims_of, is_task
from webshellhunt.detectors.contract import Findings, define_rule, detector
from webshellhunt.model.rules import Remedy
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH4018", "medium", "high", "T1053.005", remedy=Remedy.SCHEDULED_TASK)


@detector(RULE, on=Sample, prefilter=is_task)
def find(sample: Sample) -> Findings:
    """Report each action of a task that runs a suspicious command or a program from an odd folder."""
    yield from (claim_task(RULE, sample, task, odd) for task, odd in claims_of(sample) if not odd.is_disguise)
