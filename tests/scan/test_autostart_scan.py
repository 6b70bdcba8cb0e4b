"""The examination of the autostarts of the registry."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.builders.hive import HiveTree, Written, build_hive
from tests.persistence.rows_registry import CONFIG, tree_of
from webshellhunt.host.walk.survey import survey
from webshellhunt.model.limits import Job, Limits
from webshellhunt.model.verdict import Disposition, Examination, SubjectKind
from webshellhunt.pipeline import hunt
from webshellhunt.scan.autostart_scan import examine_autostarts
from webshellhunt.scan.registration_scan import MOST_REPORTED
from webshellhunt.sources.memory import MemorySource

WHEN = datetime(2025, 1, 2, tzinfo=UTC)


def examined(files: dict[str, bytes], job: Job | None = None) -> list[Examination]:
    return examine_autostarts(survey(MemorySource(files), Limits()), job or Job())


def test_the_subject_is_the_key_with_its_time_and_hive() -> None:
    service = Written(WHEN, {"ImagePath": r"C:\PerfLogs\a.exe", "FailureCommand": r"C:\PerfLogs\b.exe"})
    tree: HiveTree = {"Select": {"Current": 1}, "ControlSet001": {"Services": {"X": service}}}
    (found,) = examined({f"{CONFIG}/SYSTEM": build_hive(tree)})
    assert found.subject.kind is SubjectKind.REGISTRATION
    assert found.subject.path == r"HKLM\SYSTEM\CurrentControlSet\Services\X"
    assert (found.subject.times.modified_utc, found.subject.times.original) == (WHEN, True)
    assert len(found.findings) == 2


def test_each_value_of_a_key_is_a_subject() -> None:
    run = "Microsoft\\Windows\\CurrentVersion\\Run"
    many = {f"v{number:03}": rf"C:\PerfLogs\{number}.exe" for number in range(MOST_REPORTED + 5)}
    found = examined({f"{CONFIG}/SOFTWARE": build_hive(tree_of({run: many}))})
    assert found[0].subject.path == rf"HKLM\SOFTWARE\{run} (v000)"
    assert len(found) == MOST_REPORTED


def test_the_file_of_a_program_is_named_or_missing() -> None:
    run = {"a": r"C:\PerfLogs\a.exe", "b": r"C:\PerfLogs\b.exe -k", "c": r"C:\Users\Public\c.exe"}
    hive = build_hive(tree_of({"Microsoft\\Windows\\CurrentVersion\\Run": run}))
    found = examined({f"{CONFIG}/SOFTWARE": hive, "C/PerfLogs/A.exe": b"MZ"})
    facts = [each.findings[0].facts for each in found]
    assert [each.get("program_file") for each in facts] == [r"C:\PerfLogs\A.exe", None, None]
    assert [each.get("program_missing") for each in facts] == [None, True, None]
    assert found[1].findings[0].message.endswith(r"the file C:\PerfLogs\b.exe is missing")
    assert [each.get("program_not_collected") for each in facts] == [None, None, True]


def test_without_detectors_nothing_is_found() -> None:
    tree: HiveTree = {
        "Select": {"Current": 1},
        "ControlSet001": {"Services": {"X": {"ImagePath": r"C:\PerfLogs\a.exe"}}},
    }
    assert examined({f"{CONFIG}/SYSTEM": build_hive(tree)}, Job(detectors=False)) == []


@pytest.mark.parametrize("size", [600, 4096 + 64, 30_000])
def test_a_truncated_hive_is_a_gap_and_the_other_is_examined(size: int) -> None:
    services = {f"X{number}": {"ImagePath": rf"C:\PerfLogs\{number}.exe"} for number in range(300)}
    whole = build_hive({"Select": {"Current": 1}, "ControlSet001": {"Services": services}})
    run = build_hive(tree_of({"Microsoft\\Windows\\CurrentVersion\\Run": {"a": r"C:\PerfLogs\a.exe"}}))
    report = hunt(MemorySource({f"{CONFIG}/SYSTEM": whole[:size], f"{CONFIG}/SOFTWARE": run}))
    assert [gap.matters for gap in report.gaps if gap.code == "broken-registry"] == [True]
    assert [v.subject.path for v in report.verdicts if v.disposition >= Disposition.SUSPICIOUS] == [
        r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Run (a)"
    ]
