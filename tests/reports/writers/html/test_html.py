"""The HTML report as a whole: what it has, that it is inert, and that a saved report gives the same page."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given

from tests.builders.mutants import fewer
from tests.builders.shares import Share
from tests.pivot.cases import FIXTURES, demo_report, judged
from tests.reports.cases import SHELL, full_report, nothing_found, report, verdict
from tests.reports.markup import Markup
from tests.reports.strategies import reports
from tests.reports.writers.html.cases import empty_report, fleet_page, hostile_report, large_report, page_of, read
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import examine
from webshellhunt.reports import render, require_format, write
from webshellhunt.reports.options import Options
from webshellhunt.saved_reports.reading import parse_reports
from webshellhunt.signatures.catalog import load_catalog

CASES = [demo_report, full_report, nothing_found, hostile_report, empty_report]
# Defanged, since these tests are a file, too.
_KNOWN = """
ev·al(Req·uest  Req·uest.It·em[  "un·safe"  Proc·essStart·Info(  WScr·ipt.Sh·ell
cm·d.e·xe  From·Base64·String(  Assem·bly.Lo·ad(
<·%  run·at=  Lang·uage="J  <scr·ipt  Create·Object(  Respon·se.Wr·ite(  Write·AllBy·tes(
"""
KNOWN_TO_ANTIVIRUS = _KNOWN.replace("\N{MIDDLE DOT}", "").split()


def saved(made: Report) -> Report:
    """Return a report as it is read back from its JSON."""
    return parse_reports(render(made, "json").encode())[0].report


@pytest.mark.parametrize("case", CASES)
def test_a_page_is_well_formed_and_has_no_element_of_others(case: Callable[[], Report]) -> None:
    markup = read(case())
    assert markup.strange == []
    assert markup.open == []
    assert len(set(markup.ids)) == len(markup.ids)


@pytest.mark.parametrize("case", CASES)
def test_each_link_leads_into_the_page(case: Callable[[], Report]) -> None:
    markup = read(case())
    assert {link for link in markup.links if not link.startswith("#")} == set()
    assert {link[1:] for link in markup.links} <= set(markup.ids)


@pytest.mark.parametrize("case", CASES)
def test_headings_are_in_order(case: Callable[[], Report]) -> None:
    headings = read(case()).headings
    assert headings[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(headings))


def test_the_policy_allows_the_style_sheet_and_the_script_of_the_filter_alone() -> None:
    page = page_of(demo_report())
    style = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    script = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (*style, *script)]
    expected = (
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    )
    assert policy[1].replace("&#39;", "'") == expected.format(*digests)
    assert (len(style), len(script)) == (1, 1)
    assert KNOWN_TO_ANTIVIRUS[-4] not in page.replace(script[0], "").replace("<script></script>", "")
    assert " style=" not in page
    assert "http://" not in re.sub(r"<pre>.*?</pre>|<dd>.*?</dd>", "", page, flags=re.DOTALL)


@pytest.mark.parametrize("case", [demo_report, full_report, nothing_found, hostile_report, empty_report])
def test_a_saved_report_has_the_same_page(case: Callable[[], Report]) -> None:
    made = case()
    assert page_of(saved(made)) == page_of(made)


@given(reports)
def test_hostile_texts_make_no_markup_and_the_page_of_a_saved_report_is_the_same(made: Report) -> None:
    page = page_of(made)
    markup = Markup(page)
    assert markup.strange == []
    assert not [c for c in page if not (c.isprintable() or c == "\n")]
    assert page_of(saved(made)) == page


@fewer(2)
@given(reports)
def test_all_of_a_hostile_report_makes_no_markup(made: Report) -> None:
    assert read(made, show_all=True).strange == []


def test_a_page_says_what_a_responder_asks() -> None:
    text = read(demo_report()).text
    made = demo_report()
    assert made.assessment.sentence in text
    for words in ("Next steps", "Not examined", "How to verify", "webshellhunt hunt demo", "Get-FileHash"):
        assert words in text
    for each in made.accused:
        assert each.subject.path in text
        assert each.subject.sha256 is None or each.subject.sha256 in text
    for step in made.assessment.next_steps:
        assert step.text in text
    for gap in made.gaps:
        assert gap.path in text
    for moment in made.timeline:
        assert moment.event in text


def test_excerpts_are_readable_and_inert() -> None:
    page = page_of(demo_report())
    assert SHELL[30:-2].replace("orange", "key2") in Markup(page).text
    without_filter = page.rpartition("<script>")[0]
    for text in KNOWN_TO_ANTIVIRUS:
        assert text not in without_filter


def test_no_signature_and_no_detector_finds_anything_in_a_page(share: Share) -> None:
    catalog = load_catalog()
    names = [path.relative_to(FIXTURES).as_posix().removesuffix(".defanged") for path in FIXTURES.rglob("*.defanged")]
    tried = [name for name in sorted(names) if "hosts/" not in name and (f"{name}.defanged", "report") in share]
    accused = [judged(name) for name in tried]
    for show_all in (False, True):
        for made in (demo_report(), report(*(each for each in accused if each.findings))):
            page = page_of(made, show_all=show_all).encode()
            assert [hit.rule for hit in catalog.scan(page, path="report.html")] == []
            assert [each.rule.id for each in examine(page, path="report.aspx").findings] == []


def test_many_verdicts_are_quick_and_none_is_left_out() -> None:
    made = large_report()
    page = page_of(made)
    assert len(page) < 6_000_000
    assert all(f"page{number}.aspx" in page for number in range(5_000))


def test_several_reports_are_one_page_with_their_comparison() -> None:
    markup = Markup(fleet_page())
    assert markup.strange == []
    assert len(set(markup.ids)) == len(markup.ids)
    assert "All hosts compared" in markup.text
    assert {link[1:] for link in markup.links} <= set(markup.ids)
    assert markup.links.count("#r2-sentence") == 1
    assert markup.text.index("All hosts compared") < markup.text.index("Back doors, and vulnerable")


def test_no_report_is_still_a_page() -> None:
    markup = read([])
    assert (markup.strange, markup.open) == ([], [])


def test_benign_files_are_counted() -> None:
    made = report(verdict("quiet.aspx", Disposition.BENIGN))
    assert "quiet.aspx" not in page_of(made)
    assert "does not mean clean" in page_of(made)
    assert "quiet.aspx" in page_of(made, show_all=True)


def test_a_file_begins_with_the_page_and_the_comparison(tmp_path: Path) -> None:
    path = tmp_path / "fleet.html"
    render([replace(demo_report(), location=f"E:/{name}") for name in "ab"], "html", to=path, fleet=True)
    page = path.read_text(encoding="utf-8")
    markup = Markup(page)
    assert page.startswith("<!DOCTYPE html>\n")
    assert page.count("<!DOCTYPE") == page.count("<main") == page.count("</html>") == 1
    assert (markup.strange, markup.open) == ([], [])
    assert page.index('id="fleet"') < page.index('id="r1-sentence"')
    stream = io.StringIO()
    write([demo_report()] * 2, require_format("html"), stream, Options(fleet=True))
    assert stream.getvalue().index('id="fleet"') > stream.getvalue().index('id="r2-sentence"')
