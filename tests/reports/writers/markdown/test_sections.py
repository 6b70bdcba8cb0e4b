"""The sections of a ticket: what they have, and what they count instead."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from tests.pivot.cases import demo_report
from tests.reports.cases import HAS_ALL, finding, full_report, report, verdict
from webshellhunt.model.findings import Gap
from webshellhunt.model.log_options import LogOptions
from webshellhunt.model.log_results import Moment
from webshellhunt.model.report import Assessment, AssessmentState, InputState, Run, RunOptions, Step
from webshellhunt.model.times import TimeBasis
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports.content.subjects import shown_verdicts
from webshellhunt.reports.options import Options
from webshellhunt.reports.writers.markdown import (
    MOST_GAPS,
    MOST_ROWS,
    gaps,
    head,
    overview_table,
    steps,
    subjects,
    timeline,
)

SHORT, WHOLE = Options(), Options(show_all=True)


def test_the_head_has_the_facts_of_the_hunt_and_the_open_waves() -> None:
    lines = list(head(full_report()))
    assert lines[0] == "- Host: EXCH01; Exchange 15.2.1118.7 in C:\\\\Exchange"
    assert lines[-1] == "- open to ProxyShell"
    assert [line.partition(":")[0] for line in lines] == [
        "- Host", "- Evidence", "- Hunted", "- File times", "- Options", "- open to ProxyShell",
    ]  # fmt: skip


def test_the_table_is_cut_and_says_so() -> None:
    made = report(*(verdict(f"C:\\{n}.aspx", Disposition.MALICIOUS, finding()) for n in range(MOST_ROWS + 2)))
    short, whole = list(overview_table(made, SHORT)), list(overview_table(made, WHOLE))
    assert short[-1] == "2 more accused subjects are in the full report."
    assert len(whole) == MOST_ROWS + 2 + 5
    assert list(overview_table(report(), SHORT)) == []


def test_a_subject_has_its_findings_the_leading_one_first() -> None:
    made = list(subjects(demo_report(), list(shown_verdicts(demo_report(), SHORT)), SHORT))
    block = "\n".join(made)
    first = block[: block.index("### 2.")]
    assert first.count("\n- `WSH") == 6
    assert "- 3 more findings are in the full report." in first
    assert "- clients: `203.0.113.77`" in first
    assert "- planted 2021-02-28" in first


def test_what_is_not_accused_is_one_line() -> None:
    whole = full_report()
    made = list(subjects(whole, list(shown_verdicts(whole, WHOLE)), WHOLE))
    assert "- benign: `C:\\inetpub\\wwwroot\\default.aspx`" in made
    assert "- known good: `C:\\Exchange\\errorFE.aspx`" in made


def test_steps_are_a_checklist_with_their_items() -> None:
    long = Step("Remove these.", tuple(f"C:\\{n}.aspx" for n in range(25)))
    made = replace(report(), assessment=Assessment(AssessmentState.BACKDOORED, "x", (Step("[Look](x)"), long)))
    lines = list(steps(made))
    assert lines[3] == r"- [ ] \[Look\](x)"
    assert lines[5] == "  - `C:\\0.aspx`"
    assert lines[-1] == "  - 5 more items are in the full report."


def test_missing_inputs_are_told_even_without_a_gap() -> None:
    unread = replace(report(), coverage=HAS_ALL._replace(logs=InputState.NOT_READ))
    assert list(gaps(unread, SHORT)) == [
        "",
        "## Not examined",
        "",
        "- logs: present, but not read; it is unknown who requested a page, and when; "
        "do: hunt again without --no-logs, to the end",
    ]
    assert list(gaps(replace(report(), coverage=HAS_ALL), SHORT)) == []


def test_the_head_says_whose_the_file_times_are() -> None:
    copied = replace(report(), times=(TimeBasis("E:", False, "the newest are of one hour"),))
    [line] = [each for each in head(copied) if "File times" in each]
    assert line == (
        "- File times: possibly those of a copy, so no planting time follows from them (the newest are of one hour)"
        "; if the copy preserved them, add --times original"
    )
    alone = replace(copied, run=Run(options=RunOptions(logs=LogOptions(alone=True))))
    assert not [each for each in head(alone) if "File times" in each]


def test_witnesses_that_agree_have_one_time() -> None:
    when = datetime(2021, 3, 3, tzinfo=UTC)
    moments = [Moment(when, "x", "w", until_utc=each) for each in (None, when, datetime(2021, 3, 2, tzinfo=UTC))]
    rows = list(timeline(replace(report(), timeline=tuple(moments)), SHORT))[5:]
    assert {row.split(" | ")[0] for row in rows} == {"| 2021-03-03T00:00:00Z"}


def test_gaps_and_the_timeline_are_cut_and_say_so() -> None:
    many = report(gaps=[Gap("unreadable", "walk", f"x{n}", "why") for n in range(MOST_GAPS + 1)])
    assert list(gaps(many, SHORT))[-1] == "1 more gaps are in the full report."
    rows = list(timeline(demo_report(), SHORT))
    assert rows[3] == "| Time | Event | Witness |"
    assert len(rows) == len(demo_report().timeline) + 5
