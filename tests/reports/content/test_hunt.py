"""The hunt in words: the host, the evidence with its counts, the run, and its options."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from tests.reports.cases import finding, full_report, report, verdict
from webshellhunt.model.findings import Gap
from webshellhunt.model.log_options import LogOptions
from webshellhunt.model.log_results import LogCoverage, Traffic
from webshellhunt.model.report import Host, Report, Run, RunOptions
from webshellhunt.model.times import TimeBasis
from webshellhunt.model.traffic import LogKind
from webshellhunt.model.verdict import Disposition, Subject, SubjectKind
from webshellhunt.reports.content.hunt import covered_words, hunt_facts, interrupted_words
from webshellhunt.version import __version__


def head_lines(made: Report) -> list[str]:
    return list(map(str, hunt_facts(made)))


def test_nothing_is_said_of_what_is_not_known() -> None:
    assert list(head_lines(replace(report(), host=Host(), times=()))) == ["Evidence: evidence; 1,234 files examined"]


def test_the_run_and_the_date_of_the_data() -> None:
    run = Run(datetime(2026, 10, 18, 5, tzinfo=UTC), date(2026, 10, 13), version=__version__)
    *_, line = head_lines(replace(report(), run=run, times=()))
    assert line == f"Hunted: 2026-10-18T05:00:00Z with webshellhunt {__version__}; data as of 2026-10-13"


def test_the_host_comes_first() -> None:
    assert next(iter(head_lines(full_report()))) == r"Host: EXCH01; Exchange 15.2.1118.7 in C:\Exchange"


def test_only_options_that_differ_from_the_usual_are_named() -> None:
    *_, last = head_lines(replace(full_report(), run=Run(options=RunOptions(machine_keys=1)), times=()))
    assert last == "Options: 1 machine key passed as public"


def test_exchange_below_a_directory_that_cannot_be_read_is_not_absent() -> None:
    made = replace(report(), host=Host(iis=True), times=(), gaps=())
    assert next(iter(head_lines(made))) == "Host: IIS, no Exchange"
    gap = Gap("unreadable", "survey", "C:\\Program Files", "it can't be read", True)
    assert next(iter(head_lines(replace(made, gaps=(gap,))))) == "Host: IIS"


def test_a_hostile_name_of_a_host_stays_one_line() -> None:
    made = replace(report(), host=Host(name="a\n\x1b[2Jb" * 40))
    assert all(line.isprintable() and len(line) < 300 for line in head_lines(made))


def test_times_of_a_copy_name_the_option_that_takes_them_as_the_servers_own() -> None:
    found_out = replace(report(), times=(TimeBasis("E", False, "the file system ext4"),))
    *_, line = head_lines(found_out)
    assert line.endswith("(the file system ext4); if the copy preserved them, add --times original")
    for basis in (TimeBasis("E", False, "set by --times copy"), TimeBasis("E", True, "the running system")):
        assert "add --times" not in list(head_lines(replace(report(), times=(basis,))))[-1]


def test_traces_and_logs_are_counted_apart_from_files() -> None:
    found = verdict("ProxyLogon", Disposition.MALICIOUS, finding())
    trace = replace(found, subject=Subject(SubjectKind.TRACE, "ProxyLogon"))
    coverage = LogCoverage(LogKind.IIS, 1, 36, 3_237, 0, None, None)
    counts = {"malicious": 2, "benign": 90, "files": 91}
    made = replace(report(), counts=counts, verdicts=(trace,), traffic=Traffic((coverage,)), host=Host(), times=())
    evidence, logs = "Evidence: evidence; ", "36 logs, 3,237 rows read; 1 trace (1 malicious)"
    assert next(iter(head_lines(made))) == f"{evidence}91 files examined (1 malicious); {logs}"
    alone = replace(made, run=Run(options=RunOptions(logs=LogOptions(alone=True))))
    assert next(iter(head_lines(alone))) == "Evidence: evidence; 36 logs, 3,237 rows read; 1 trace (1 malicious)"


def test_file_times_have_one_sentence_for_each_answer() -> None:
    same = (TimeBasis("a", True, "NTFS"), TimeBasis("b", True, "NTFS"))
    assert head_lines(replace(report(), times=same))[-1] == "File times: those of the server (NTFS)"
    *_, own, copied = head_lines(replace(report(), times=(*same, TimeBasis("c", False, "ext4"))))
    assert own == "File times of a, b: those of the server (NTFS)"
    assert copied.startswith("File times of c: possibly those of a copy, so no planting time follows from them (ext4)")


def test_options_of_the_logs_are_named() -> None:
    logs = LogOptions(read=False, paths=("logs",), pattern_paths=("more.toml",))
    made = replace(
        report(), run=Run(options=RunOptions(signatures=("my rules",), engine="yara-x", logs=logs)), times=()
    )
    expected = "Options: signatures my rules; logs logs; patterns more.toml; engine yara-x; logs were not read"
    assert head_lines(made)[-1] == expected


def test_the_sentences_about_an_empty_or_an_interrupted_report_say_what_it_covers() -> None:
    alone = replace(report(), interrupted=True, run=Run(options=RunOptions(logs=LogOptions(alone=True))))
    assert covered_words(report()).endswith("it covers only the 1,234 files examined.")
    assert covered_words(alone).endswith("it covers only these logs.")
    assert interrupted_words(alone) == "Interrupted: this report covers only the logs read before that."
    assert interrupted_words(report()) == ""


def test_an_interrupt_while_logs_are_read_lost_no_file() -> None:
    unread = Gap("interrupted", "logs", "evidence", "3 of 9 logs were read completely", matters=True)
    made = replace(report(), interrupted=True, gaps=(unread,))
    assert interrupted_words(made) == (
        "Interrupted while the logs were read: all files were examined, and 3 of 9 logs were read completely."
    )
