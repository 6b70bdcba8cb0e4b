"""The HTML report in a real browser: no error, no request, nothing that a reader with a disability can't use."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.pivot.cases import demo_report
from tests.reports.writers.html.cases import HOSTILE, empty_report, fleet_page, hostile_report, large_report, page_of
from tools.chromium import Page, chromium, find_chromium
from webshellhunt.model.report import Report

BROWSER = find_chromium()
pytestmark = pytest.mark.skipif(BROWSER is None, reason="needs Chromium, on a system other than Windows")
CASES: dict[str, Callable[[], Report]] = {
    "demo": demo_report,
    "hostile": hostile_report,
    "5,000 verdicts": large_report,
    "no verdict": empty_report,
}
SECONDS = 20
"""The longest time for a page to load and paint; it takes less than one, but tests share the processor."""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    assert BROWSER is not None
    with chromium(BROWSER) as browser:
        yield browser.page()


def opened(page: Page, made: Report, folder: Path) -> float:
    """Open the page of a report, and return the seconds that it took."""
    path = folder / "report.html"
    path.write_text(page_of(made), encoding="utf-8")
    page.look()
    return page.open(path)


@pytest.mark.parametrize("case", CASES)
def test_a_page_opens_without_complaint_or_request(page: Page, case: str, tmp_path: Path) -> None:
    assert opened(page, CASES[case](), tmp_path) < SECONDS
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.querySelectorAll('main h1').length") == 1
    assert page.evaluate("getComputedStyle(document.querySelector('.banner')).borderLeftWidth") != "0px"
    assert page.complaints() == []
    assert page.requests() == []


def test_a_violation_of_the_policy_would_be_seen(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    bad = "<script>document.title = 'ran'</script><img src='http://127.0.0.1:9/x' alt=''></body>"
    path.write_text(page_of(empty_report()).replace("</body>", bad), encoding="utf-8")
    page.open(path)
    assert page.evaluate("document.title") != "ran"
    assert page.complaints()


@pytest.mark.parametrize("width", [390, 1200])
@pytest.mark.parametrize("case", ["demo", "hostile"])
def test_no_page_is_wider_than_its_window(page: Page, case: str, width: int, tmp_path: Path) -> None:
    opened(page, CASES[case](), tmp_path)
    page.look(width=width)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_hostile_name_is_shown_as_it_is(page: Page, tmp_path: Path) -> None:
    opened(page, hostile_report(), tmp_path)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    text = page.evaluate("document.body.innerText")
    assert HOSTILE[0] in text
    assert "x\\u202egpj.aspx\\u2066\\u200b" in text
    assert "{{ 7*7 }}" in text
    assert page.evaluate("document.querySelectorAll('img, [onerror], [onload]').length") == 0
    assert page.evaluate("document.scripts.length") == 1


def test_a_link_unfolds_the_item_that_it_leads_to(page: Page, tmp_path: Path) -> None:
    opened(page, demo_report(), tmp_path)
    page.evaluate("document.querySelector('tbody tr:nth-child(3) a').click()")
    page.evaluate("new Promise(done => setTimeout(done, 100))")
    assert page.evaluate("document.querySelector(location.hash).closest('details').open") is True


def test_the_keyboard_reaches_each_link_and_each_item(page: Page, tmp_path: Path) -> None:
    opened(page, empty_report(), tmp_path)
    reached = []
    for _ in range(40):
        page.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent.trim().slice(0, 20)"))
    assert reached[0] == "Skip to the report"
    assert "Overview" in reached


def shown_rows(page: Page) -> list[str]:
    """Return the paths of the items that are shown."""
    rows = "Array.from(document.querySelectorAll('details.verdict')).filter(each => each.offsetParent)"
    return list(json.loads(page.evaluate(f"JSON.stringify({rows}.map(each => each.querySelector('h3').textContent))")))


def type_into_filter(page: Page, text: str) -> None:
    typed = f"field.value = {text!r}; field.dispatchEvent(new Event('input'))"
    page.evaluate(f"(() => {{ const field = document.getElementById('filter-field'); {typed} }})()")


def test_the_filter_hides_rows_by_path_rule_and_verdict(page: Page, tmp_path: Path) -> None:
    opened(page, demo_report(), tmp_path)
    everything = shown_rows(page)
    assert len(everything) == len(demo_report().accused)
    for text, expected in (
        ("HEALTH.aspx", [each for each in everything if each.endswith("health.aspx")]),
        ("suspicious", [each.subject.path for each in demo_report().accused if each.disposition.label == "suspicious"]),
        ("wsh1003 malicious", [each for each in everything if each.endswith("support.aspx")]),
        ("no such row", []),
    ):
        type_into_filter(page, text)
        assert shown_rows(page) == expected, text
    type_into_filter(page, "health.aspx")
    assert page.evaluate("document.getElementById('filter-told').textContent").startswith(
        "3 of "
    )  # with the rare page of this name
    assert page.evaluate("document.querySelectorAll('#r1-overview tbody tr:not([hidden])').length") == 1
    page.evaluate("document.getElementById('filter-field').focus()")
    page.press("Escape")
    assert shown_rows(page) == everything
    assert page.complaints() == []


def test_a_link_to_a_hidden_item_clears_the_filter(page: Page, tmp_path: Path) -> None:
    opened(page, demo_report(), tmp_path)
    page.evaluate("document.querySelectorAll('details.verdict')[2].removeAttribute('data-filter')")
    type_into_filter(page, "health.aspx")
    page.evaluate("document.querySelector('tbody tr:not([hidden]) a').setAttribute('href', '#r1-v2')")
    page.evaluate("document.querySelector('tbody tr:not([hidden]) a').click()")
    assert len(shown_rows(page)) == len(demo_report().accused)


def test_the_keyboard_reaches_the_filter(page: Page, tmp_path: Path) -> None:
    opened(page, demo_report(), tmp_path)
    page.press("Tab")
    page.press("Tab")
    assert page.evaluate("document.activeElement.id") == "filter-field"
    assert page.evaluate("document.querySelector('label[for=filter-field]').textContent").startswith("Filter rows")


def test_without_script_all_rows_are_there_and_no_filter(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    start, _, script = page_of(demo_report()).rpartition("<script>")
    path.write_text(start + script.partition("</script>")[2], encoding="utf-8")
    page.look()
    page.open(path)
    assert page.evaluate("document.scripts.length") == 0
    assert page.evaluate("document.getElementById('filter').offsetParent === null") is True
    assert len(shown_rows(page)) == len(demo_report().accused)


def test_printing_shows_what_is_folded(page: Page, tmp_path: Path) -> None:
    opened(page, demo_report(), tmp_path)
    shown = "getComputedStyle(document.querySelectorAll('details.verdict')[2], '::details-content').contentVisibility"
    assert page.evaluate(shown) == "hidden"
    page.look(print_=True)
    assert page.evaluate(shown) == "visible"
    assert page.evaluate("document.querySelectorAll('details.verdict .body')[2].getBoundingClientRect().height") > 100
    assert page.pdf().startswith(b"%PDF")


def _axe() -> str:
    spec = find_spec("axe_core_python")
    if spec is None or spec.origin is None:
        pytest.skip("needs axe-core-python")
    return Path(spec.origin).with_name("axe.min.js").read_text(encoding="utf-8")


def grave(page: Page, path: Path) -> list[Any]:
    """Return the serious and critical issues that axe finds in a page; axe is a script, which the policy forbids."""
    page.call("Page.setBypassCSP", enabled=True)
    try:
        page.open(path)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        page.evaluate(_axe() + ";0")
        found = json.loads(page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(JSON.stringify)"))
    finally:
        page.call("Page.setBypassCSP", enabled=False)
    return [
        (each["id"], each["impact"], [node["html"][:300] for node in each["nodes"]][:3])
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("case", ["demo", "hostile", "no verdict"])
def test_axe_finds_no_serious_issue(page: Page, case: str, dark: bool, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(page_of(CASES[case]()), encoding="utf-8")
    page.look(dark=dark)
    assert grave(page, path) == []


def test_axe_finds_no_serious_issue_in_the_comparison_of_hosts(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "fleet.html"
    path.write_text(fleet_page(), encoding="utf-8")
    page.look()
    page.open(path)
    assert page.complaints() == []
    assert grave(page, path) == []
