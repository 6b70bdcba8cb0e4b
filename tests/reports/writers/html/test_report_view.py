"""The parts of a page that need the whole report."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tests.reports.cases import EVAL, WHEN, finding, full_report, nothing_found, report, verdict
from tests.reports.markup import Markup
from tests.reports.saved import shown
from webshellhunt.model.acceptance import Acceptance, AcceptanceUse
from webshellhunt.model.findings import Gap
from webshellhunt.model.log_options import LogOptions, Period
from webshellhunt.model.report import Run, RunOptions
from webshellhunt.model.verdict import Disposition, SubjectKind
from webshellhunt.reports.content import shown_verdicts
from webshellhunt.reports.content.gaps import gap_groups
from webshellhunt.reports.content.overridden import iter_sections
from webshellhunt.reports.content.patches import PATCH_NOTE
from webshellhunt.reports.options import Options
from webshellhunt.reports.writers.html import (
    FULL,
    ROWS,
    command_line,
    figures,
    gap_places,
    page_sections,
    rule_pages,
)

MANY = [verdict(f"C:\\{n}.aspx", sha256=f"{n:064x}") for n in range(FULL + 50)]


def test_gaps_are_as_prominent_as_findings() -> None:
    made = report(verdict(), gaps=[Gap("unreadable", "walk", "x", "y", matters=True), Gap("a", "walk", "x", "y")])
    tiles = figures(made, "r1-")
    assert [(each.number, each.words) for each in tiles] == [
        ("1", "malicious"),
        ("0", "suspicious"),
        ("0", "unexplained"),
        ("2", "gaps, 1 of which matters: not examined; 3 missing inputs"),
    ]
    assert [each.kind for each in tiles] == ["malicious", "none", "none", "gaps"]


def test_the_worst_are_in_full_and_the_others_are_rows() -> None:
    page = shown(report(*MANY), "html")
    assert page.count('<details class="verdict') == FULL
    assert "50 further items with their first reason" in page
    assert shown(report(*MANY), "html", show_all=True).count('<details class="verdict') == FULL + 50


def test_a_copy_leads_to_the_first_file_of_its_content() -> None:
    made = report(verdict("a.aspx"), verdict("b.aspx"), verdict("c.aspx", sha256=None))
    assert shown(made, "html").count('Same content as <a href="#r1-v1">') == 1
    assert "Same content as <a" not in shown(made, "html", show_all=True)


def test_the_overview_leads_to_each_verdict() -> None:
    made = report(verdict("b.aspx"), verdict("a.aspx", Disposition.SUSPICIOUS))
    page = shown(made, "html")
    assert page.index('<a class="path" href="#r1-v1"><span class="name">b.aspx') < page.index('href="#r1-v2"')
    assert shown(report(*MANY), "html").count('<a class="path" href="#r1-v') == ROWS


def test_missing_inputs_are_told_with_advice() -> None:
    page = shown(full_report(), "html")
    for words in ("IIS configuration", "compiled pages", "logs"):
        assert f"<h3>Missing or unread: {words}</h3>" in page
    assert "<b>What to do:</b> Collect C:\\inetpub\\logs and the Logging folder" in page
    [none] = [each for each in figures(replace(nothing_found(), context="one file"), "") if each.shape == "◌"]
    assert (none.words, none.kind) == ("gaps: not examined", "none")
    [some] = [each for each in figures(replace(full_report(), gaps=()), "") if each.shape == "◌"]
    assert (some.number, some.words, some.kind) == ("0", "gaps: not examined; 3 missing inputs", "gaps")


def test_a_number_names_its_kinds_if_they_are_not_files_alone() -> None:
    trace = verdict("u_ex.log")
    trace = replace(trace, subject=replace(trace.subject, kind=SubjectKind.TRACE))
    first, *_ = figures(report(verdict(), trace), "")
    assert (first.number, first.words) == ("2", "malicious: 1 file, 1 trace")


def test_a_host_without_a_name_is_named_by_its_location() -> None:
    assert '<span class="host">on E:\\disk1</span>' in shown(report(verdict(), location="E:\\disk1"), "html")


def test_blanks_of_a_path_are_seen() -> None:
    made = report(verdict("C:\\a   b\\x.aspx "))
    for form in ("html", "text"):
        text = shown(made, form)
        assert "x.aspx\\x20" in text
        assert "a \\x20\\x20b" in text


def test_nothing_found_does_not_mean_clean() -> None:
    assert "An empty list does not mean clean: it covers only the" in shown(nothing_found(), "html")
    assert "does not mean clean" not in shown(report(verdict()), "html")
    assert PATCH_NOTE in shown(report(verdict()), "html")


def test_findings_that_the_user_overrides_are_listed_as_in_the_text() -> None:
    entry = Acceptance("a false alarm", "me", date(2030, 1, 1), rule="wsh1001", file="accept.toml")
    made = replace(
        report(verdict("x", Disposition.BENIGN, replace(finding(EVAL), acceptance=entry))),
        acceptances=(AcceptanceUse(entry, 1, ("x",)), AcceptanceUse(replace(entry, number=2))),
    )
    text = Markup(shown(made, "html")).text
    for title, rows in iter_sections(made, Options()):
        assert title in text
        assert all(row.strip() in text for row in rows)
    assert 'id="r1-overridden"' not in shown(report(verdict()), "html")


def test_the_command_line_has_the_options_that_change_the_result() -> None:
    logs = LogOptions(read=True, paths=("logs",), period=Period(WHEN, WHEN.replace(day=5, hour=0, minute=0, second=0)))
    options = RunOptions(
        signatures=("my rules",), baselines=("b.json",), machine_keys=2, engine="yara-x", logs=logs
    )  # fmt: skip
    made = replace(report(location="E:/my evidence"), run=Run(options=options))
    assert command_line(made) == (
        'webshellhunt hunt "E:/my evidence" --signatures "my rules" --baseline b.json --logs logs '
        "--since 2021-03-03T04:05:06 --until 2021-03-05T00:00:00 --engine yara-x"
    )
    assert command_line(report(location="evidence")) == "webshellhunt hunt evidence"
    unread = RunOptions(logs=LogOptions(read=False))
    assert command_line(replace(report(), run=Run(options=unread))).endswith("--no-logs")


def test_digests_are_of_files_with_content_and_bounded() -> None:
    assert f"and {FULL + 50 - ROWS:,} more</code>" in shown(report(*MANY), "html")
    assert "1 SHA-256 digests" in shown(report(verdict(), verdict("y", sha256=None)), "html")


def test_places_of_gaps_have_their_reason_if_there_are_many() -> None:
    gaps = [Gap("unreadable", "walk", f"C:\\{n}", f"reason {n}") for n in range(59)]
    [group] = gap_groups(gaps)
    assert gap_places(group)[0] == "C:\\0: reason 0"
    assert gap_places(gap_groups(gaps[:1] * 2)[0]) == ["C:\\0"]
    assert "and 9 more (--all lists each)" in shown(report(gaps=gaps), "html")
    assert "C:\\58: reason" in shown(report(gaps=gaps), "html", show_all=True)


def test_the_pages_of_the_rules_are_those_of_this_installation() -> None:
    title, sections = rule_pages(
        list(shown_verdicts(report(verdict("x", Disposition.MALICIOUS, finding())), Options()))
    )["WSH1001"]
    assert title
    assert [name for name, _ in sections] == [
        "What it finds", "Why it matters", "Looks like", "Benign look-alikes", "Blind spots",
    ]  # fmt: skip
    assert page_sections("Title.\n\nWhat it finds:\n    one\n    two\n") == (("What it finds", "one two"),)
