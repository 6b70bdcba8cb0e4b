"""A download job with a command: its weight and its words."""

from __future__ import annotations

from webshellhunt.detectors.configuration.bits_job_runs_program import find
from webshellhunt.host.machine.bits_jobs import BitsJob
from webshellhunt.model.rules import Severity

JOB = BitsJob("backup", "C:\\Tools\\a.exe", "", "S-1-5-18", 16)


def test_any_command_is_told() -> None:
    (finding,) = find(JOB, "qmgr.db")
    assert finding.severity is Severity.MEDIUM
    assert finding.message == "Windows runs C:\\Tools\\a.exe each time the download job backup ends"


def test_an_odd_program_is_grave() -> None:
    (finding,) = find(JOB._replace(program="C:\\PerfLogs\\a.exe"), "qmgr.db")
    assert finding.severity is Severity.HIGH
    assert finding.message.endswith("PerfLogs, where no program belongs")
