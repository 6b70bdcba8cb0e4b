"""The parts of a page that need the whole report."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tests.reports.cases import EVAL, finding, full_report, nothing_found, report, verdict
from tests.reports.saved import shown
from webshellhunt.model.acceptance import Acceptance, AcceptanceUse
from webshellhunt.model.findings import Gap
from webshellhunt.model.verdict import Disposition, SubjectKind
from webshellhunt.reports.options import Options
from webshellhunt.reports.writers.html.report_view import (
    FULL,
    ROWS,
    brief_rows,
    figures,
    head_values,
    listed,
    overridden_values,
    overview_rows,
    page_sections,
    rule_pages,
    verify_values,
)

ALL = Options(show_all=True)
MANY = [verdict(f"C:\\{n}.aspx", sha256=f"{n:064x}") for n in range(FULL + 50)]


def test_gaps_are_as_prominent_as_findings() -> None:
    made = report(verdict(), gaps=[Gap("unreadable", "walk", "x", "y", matters=True), Gap("a", "walk", "x", "y")])
    tiles = figures(made, "r1-")
    assert [(each.number, each.words) for each in tiles] == [
        ("1", "malicious"),
        ("0", "suspicious"),
        ("0", "unexplained"),
        ("2", "gaps: not examined, 1 matters; 3 missing inputs"),
    ]
    assert [each.kind for each in tiles] == ["malicious", "none", "none", "gaps"]


def test_the_worst_are_in_full_and_the_others_are_rows() -> None:
    rows = listed(report(*MANY), Options(), "r1-")
    assert (len(rows.full), len(rows.brief)) == (FULL, 50)
    assert len(listed(report(*MANY), ALL, "r1-").full) == FULL + 50
    assert [row[1] for row in brief_rows(rows.brief[:1], Options())] == [f"C:\\{FULL}.aspx"]


def test_a_copy_leads_to_the_first_file_of_its_content() -> None:
    made = report(verdict("a.aspx"), verdict("b.aspx"), verdict("c.aspx", sha256=None))
    assert [earlier for _, _, earlier in listed(made, Options(), "r1-").full] == ["", "r1-v1", ""]
    assert [earlier for _, _, earlier in listed(made, ALL, "r1-").full] == ["", "", ""]


def test_the_overview_leads_to_each_verdict() -> None:
    made = report(verdict("b.aspx", Disposition.UNEXPLAINED), verdict("a.aspx"))
    rows = overview_rows(made, Options(), listed(made, Options(), "r1-"))
    assert [(row.verdict.subject.path, anchor) for row, anchor in rows] == [("a.aspx", "r1-v2")]
    assert len(overview_rows(report(*MANY), Options(), listed(report(*MANY), Options(), ""))) == ROWS


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
    assert head_values(nothing_found(), "")["empty"] is True
    assert head_values(report(verdict()), "")["empty"] is False
    assert head_values(report(verdict()), "")["patch_note"]


def test_what_the_user_accepts_is_listed() -> None:
    entry = Acceptance("a false alarm", "me", date(2030, 1, 1), rule="wsh1001", file="accept.toml")
    made = replace(
        report(verdict("x", Disposition.BENIGN, replace(finding(EVAL), acceptance=entry))),
        acceptances=(AcceptanceUse(entry, 1, ("x",)), AcceptanceUse(replace(entry, number=2))),
    )
    values = overridden_values(made, Options())
    assert [each["path"] for each in values["accepted"]] == ["x"]
    assert "EVERY file" in values["uses"][0]
    assert "matches no finding" in values["uses"][1]
    expired = replace(entry, expired=True)
    late = replace(made, verdicts=(), acceptances=(AcceptanceUse(expired, 4, ("a", "b", "c", "d")),))
    assert "a, b, c and more" in overridden_values(late, Options())["uses"][0]
    assert overridden_values(report(verdict()), Options()) == {}


def test_digests_are_bounded() -> None:
    assert verify_values(report(*MANY), Options())["more_digests"] == FULL + 50 - ROWS
    assert verify_values(report(*MANY), ALL)["more_digests"] == 0


def test_the_pages_of_the_rules_are_those_of_this_installation() -> None:
    title, sections = rule_pages([verdict("x", Disposition.MALICIOUS, finding())])["WSH1001"]
    assert title
    assert [name for name, _ in sections] == [
        "What it finds", "Why it matters", "Looks like", "Benign look-alikes", "Blind spots",
    ]  # fmt: skip
    assert page_sections("Title.\n\nWhat it finds:\n    one\n    two\n") == (("What it finds", "one two"),)
