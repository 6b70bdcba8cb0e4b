"""Crash reports: the libraries of worker processes."""

from __future__ import annotations

import pytest

from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Severity
from webshellhunt.pipeline import examine

PATH = r"C:\ProgramData\Microsoft\Windows\WER\ReportArchive\AppCrash_w3wp.exe_1_2_3\Report.wer"
WORKER = r"C:\Windows\System32\inetsrv\w3wp.exe"


def found(*modules: str, program: str = WORKER) -> list[Finding]:
    lines = ["Version=1", "EventType=APPCRASH", f"AppPath={program}"]
    lines += [f"LoadedModule[{number}]={each}" for number, each in enumerate((program, *modules))]
    examined = examine("\r\n".join(lines).encode("utf-16"), path=PATH)
    return [each for each in examined.findings if each.rule.id == "WSH7234"]


@pytest.mark.parametrize(
    ("module", "severity"),
    [(r"C:\Windows\Temp\a.dll", Severity.MEDIUM), (r"C:\ProgramData\Vendor\a.dll", Severity.LOW)],
)
def test_a_library_from_an_odd_folder(module: str, severity: Severity) -> None:
    (finding,) = found(r"C:\Windows\System32\ntdll.dll", module)
    assert (finding.severity, finding.evidence[0].line) == (severity, 6)
    assert finding.message.startswith(f"a worker process of IIS had loaded {module}: ")


@pytest.mark.parametrize(
    "module",
    [
        r"C:\Windows\System32\inetsrv\iiscore.dll",
        r"C:\ProgramData\Sophos\Agent\a.dll",
        r"C:\Windows\Microsoft.NET\Framework64\v4.0.30319\Temporary ASP.NET Files\owa\a\b\App_Web_x.dll",
    ],
)
def test_libraries_of_every_day(module: str) -> None:
    assert found(module) == []


def test_another_program() -> None:
    assert found(r"C:\Windows\Temp\a.dll", program=r"C:\Program Files\Vendor\a.exe") == []
