r"""A download job of Windows runs a program when it ends.

What it finds:
    The command (``SetNotifyCmdLine``) of a job in the queue of BITS, ``qmgr.db`` or ``qmgr0.dat``.

Why it matters:
    A job whose download never succeeds runs its command again and again, for up to 90 days, also after a restart. It is
    no service and no task.

Looks like:
    A job that copies a local file, with the command ``regsvr32.exe /s /i:… scrobj.dll``.

Benign look-alikes:
    Hardly any: updaters ask BITS by its interface, and have no command in their jobs.

Blind spots:
    The queue is searched for records of jobs, and not read as a database: a record that is split between two pages, and
    a queue whose records are compressed, are not found.

References:
    https://cloud.google.com/blog/topics/threat-intelligence/attacker-use-of-windows-background-intelligent-transfer-service/
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.host.machine.bits_jobs import BitsJob
from webshellhunt.knowledge.programs import judge_command
from webshellhunt.model.findings import Evidence, FactValue, Span
from webshellhunt.model.rules import Remedy, Severity

RULE = define_rule(__name__, "WSH4082", "medium", "high", "T1197", remedy=Remedy.STATED)


@detector(RULE, on=BitsJob)
def find(job: BitsJob, path: str) -> Findings:
    """Report a job with a command."""
    odd = judge_command(job.command)
    severity = Severity.HIGH if odd is not None and odd.sure else RULE.severity
    words = f": {odd.words}" if odd is not None else ""
    facts: dict[str, FactValue] = {
        "job": job.name,
        "program": job.program,
        "owner": job.owner,
        "undo": f"Cancel the download job {job.name} (bitsadmin /cancel, as administrator)",
    }
    evidence = Evidence(path, "raw", Span(job.offset, job.offset + 1), 1, 1, job.command[:200])
    message = f"Windows runs {job.program[:200]} each time the download job {job.name} ends{words}"
    yield claim(RULE, message, evidence, severity=severity, facts=facts)
