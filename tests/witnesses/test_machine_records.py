"""Records of Windows that run programs: the registrations of a host, and a file that can't be read."""

from __future__ import annotations

from collections.abc import Mapping

from tests.builders.machine_records import bits_queue, consumer_of
from webshellhunt.errors import SourceError
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import SubjectKind
from webshellhunt.pipeline import hunt
from webshellhunt.sources.memory import MemorySource

REPOSITORY = "C/Windows/System32/wbem/Repository/OBJECTS.DATA"
FILES: Mapping[str, bytes] = {
    "C/inetpub/wwwroot/iisstart.htm": b"<p>",
    REPOSITORY: consumer_of("CommandLineEventConsumer", "Updater", "C:\\PerfLogs\\a.exe"),
    "C/ProgramData/Microsoft/Network/Downloader/qmgr.db": bits_queue("backup", "C:\\PerfLogs\\a.exe"),
}


def accused(report: Report) -> list[str]:
    return [each.subject.path for each in report.accused if each.subject.kind is SubjectKind.REGISTRATION]


def test_each_record_is_a_registration_with_a_step() -> None:
    report = hunt(MemorySource(FILES))
    assert sorted(accused(report)) == [
        r"C:\ProgramData\Microsoft\Network\Downloader\qmgr.db (download job backup)",
        r"C:\Windows\System32\wbem\Repository\OBJECTS.DATA (WMI consumer Updater)",
    ]
    assert report.assessment is not None
    steps = " ".join(step.text for step in report.assessment.next_steps)
    assert "Remove the WMI consumer Updater" in steps
    assert "Cancel the download job backup" in steps


def test_a_locked_file_is_one_gap() -> None:
    class Locked(MemorySource):
        def read(self, path: str, limit_bytes: int, offset: int = 0) -> bytes:
            if path == REPOSITORY:
                raise SourceError("it is locked", path=path)
            return super().read(path, limit_bytes, offset)

    report = hunt(Locked(FILES))
    assert len(accused(report)) == 1
    (gap,) = (each for each in report.gaps if each.stage == "witnesses")
    assert (gap.code, gap.matters) == ("unreadable", False)
