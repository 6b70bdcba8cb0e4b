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
    https://attack.mitre.org/techniques/T1197/
    https://cloud.google.com/blog/topics/threat-intelligence/attacker-use-of-windows-background-intelligent-transfer-service/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.host.machine.bits_jobs import BitsJob
from webshellhunt.knowledge.programs import judge_command
from webshellhunt.model.findings import Evidence, FactValue, Finding, Span
from webshellhunt.model.rules import Confidence, Remedy, Severity

RULE = define_rule(
    "WSH4082",
    "bits-job-runs-program",
    Severity.MEDIUM,
    Confidence.HIGH,
    page=__doc__,
    techniques=("T1197",),
    remedy=Remedy.STATED,
)


@detector(RULE, on=BitsJob)
def find(job: BitsJob, path: str) -> Iterator[Finding]:
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
