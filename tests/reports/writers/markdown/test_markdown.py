"""Markdown reports: what a ticket shows, that it fits into one, and that hostile names do nothing in it."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.pivot.cases import demo_report
from tests.reports.cases import SHELL, finding, full_report, nothing_found, report, verdict
from tests.reports.saved import shown, shown_after_saving
from tests.reports.strategies import reports
from tests.reports.writers.markdown.reading import checked
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import examine
from webshellhunt.reports import render
from webshellhunt.reports.format_registry import format_of_file

GITHUB_LIMIT = 65_536


def test_the_demo_is_a_ticket() -> None:
    text = checked(demo_report())
    assert text.startswith("# webshellhunt: `demo`\n\n> 8 back doors found;")
    assert "| malicious | `C:\\inetpub\\wwwroot\\aspnet_client\\offline.aspx` | web shell:" in text
    assert "- [ ] Remove these files: each gives access" in text
    assert "  - `C:\\inetpub\\wwwroot\\banner.png`" in text
    assert "### 1. malicious: `C:\\inetpub\\wwwroot\\aspnet_client\\offline.aspx`" in text
    assert "## Timeline (UTC)" in text
    order = [text.index(f"## {title}") for title in ("Overview", "Next steps", "Not examined", "Details", "Timeline")]
    assert order == sorted(order)
    assert len(text) < GITHUB_LIMIT
    assert format_of_file("ticket.md") == "markdown"


def test_gaps_that_matter_come_first_and_say_so() -> None:
    text = checked(full_report())
    section = text[text.index("## Not examined") :].splitlines()
    assert section[2] == "- **matters**: `C:\\locked.aspx`: permission denied"


def test_nothing_found_has_no_empty_sections() -> None:
    text = checked(nothing_found())
    assert "Nothing was found" in text
    for title in ("Overview", "Details", "Others", "Timeline"):
        assert f"## {title}" not in text
    assert "- registry, configuration, compiled, logs, hives, tasks, assemblies: no Exchange or IIS found here" in text
    assert "**Interrupted: this report covers only the files examined before that.**" in checked(
        report(interrupted=True)
    )


def test_excerpts_are_defanged_in_fences() -> None:
    assert SHELL not in checked(full_report())
    assert f"```text\n{SHELL}\n```" in checked(full_report(), raw_excerpts=True)


def test_a_large_report_fits_into_a_ticket() -> None:
    made = report(*(verdict(f"C:\\{'x' * 150}{n}.aspx", Disposition.MALICIOUS, finding()) for n in range(5000)))
    text = checked(made)
    assert len(text) < GITHUB_LIMIT
    assert "4,950 more accused subjects are in the full report." in text
    assert "4999.aspx" in shown(made, "markdown", show_all=True)


def test_several_reports_follow_each_other_after_their_comparison() -> None:
    text = checked([demo_report(), full_report()])
    assert [line for line in text.splitlines() if line.startswith("# ")] == [
        "# webshellhunt: `demo`", "# webshellhunt: `EXCH01`",
    ]  # fmt: skip
    compared = render([demo_report(), full_report()], "markdown", fleet=True)
    assert compared is not None
    assert compared.startswith("# webshellhunt: all hosts\n")
    assert "| `EXCH01` | backdoored | 1 | 1 |" in compared
    assert checked([]) == ""


def test_a_saved_report_gives_the_same() -> None:
    assert shown_after_saving(demo_report(), "markdown") == shown(demo_report(), "markdown")


@given(reports)
def test_hostile_reports_do_nothing_and_are_the_same_after_saving(made: Report) -> None:
    checked(made, show_all=True)
    checked(made, raw_excerpts=True)
    assert shown_after_saving(made, "markdown", show_all=True) == shown(made, "markdown", show_all=True)


@pytest.mark.parametrize("name", ["ticket.md", "x.aspx"])
def test_the_ticket_of_the_demo_is_no_page_to_our_own_engine(name: str) -> None:
    assert examine(shown(demo_report(), "markdown").encode(), path=name).disposition is Disposition.BENIGN
