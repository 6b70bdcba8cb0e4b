"""The run in words, and the command line to repeat it."""

from __future__ import annotations

from dataclasses import replace

from tests.reports.cases import WHEN, report, verdict
from webshellhunt.model.log_options import LogOptions, Period
from webshellhunt.model.report import Run, RunOptions
from webshellhunt.reports.writers.html.run_words import command_line, digests, option_lines, period_words

OPTIONS = RunOptions(
    signatures=("my rules",),
    baselines=("b.json",),
    machine_keys=2,
    engine="yara-x",
    logs=LogOptions(read=True, paths=("logs",), period=Period(WHEN, WHEN.replace(day=5, hour=0, minute=0, second=0))),
)


def test_the_command_line_has_the_options_that_change_the_result() -> None:
    made = replace(report(location="E:/my evidence"), run=Run(options=OPTIONS))
    assert command_line(made) == (
        'webshellhunt hunt "E:/my evidence" --signatures "my rules" --baseline b.json --logs logs '
        "--since 2021-03-03T04:05:06 --until 2021-03-05T00:00:00 --engine yara-x"
    )
    assert command_line(report(location="evidence")) == "webshellhunt hunt evidence"
    unread = RunOptions(logs=LogOptions(read=False))
    assert command_line(replace(report(), run=Run(options=unread))).endswith("--no-logs")


def test_options_in_words() -> None:
    assert list(option_lines(OPTIONS)) == [
        "further signatures: my rules",
        "baselines: b.json",
        "further logs: logs",
        "2 machine keys passed as public",
        "engine: yara-x",
    ]


def test_the_period_in_words() -> None:
    made = replace(report(), run=Run(options=OPTIONS))
    assert period_words(made) == "from 2021-03-03 04:05:06 before 2021-03-05"
    assert period_words(report()) == ""


def test_digests_are_of_files_with_content() -> None:
    assert [each.sha256 for each in digests([verdict(), verdict(sha256=None)])] == ["ab" * 32]
