"""No form of a report is code: our own rules and detectors find nothing in the report of any host, in any format."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from tests.builders.hunted import HOST_NAMES, hunted_host, hunted_story
from tests.builders.inert import live
from tests.builders.log_plot import Plot, at, on_server
from tests.builders.log_stories import STORIES
from tests.builders.shares import Share
from tests.reports.cases import full_report, with_every_string
from webshellhunt.cli import main
from webshellhunt.comparison import compare
from webshellhunt.model.report import Report
from webshellhunt.pipeline import examine, hunt
from webshellhunt.reports import formats, render
from webshellhunt.reports.listings.report_comparison import json_lines, text_lines
from webshellhunt.saved_reports import read_reports
from webshellhunt.signatures.catalog import load_catalog

SITE: Final = "C/inetpub/wwwroot/aspnet_client"
PAGE: Final = live('<·%@ Page Language="JScript"%><·%ev·al(Req·uest.Item["orange"],"unsafe");%>')
SCRIPT: Final = live("<scr·ipt run·at=server>function Page_Load(){ev·al(Req·uest['orange'],'unsafe')}</scr·ipt>")
PHP: Final = live("<·?php @ev·al($·_POST['orange']);?>")
COMMANDS: Final = live('<·% Set s=Server.Create·Object("WScript.Shell"):s.Run "cmd /c "&Req·uest.Form("c") %>')
QUOTED: Final = (PAGE, SCRIPT, PHP, COMMANDS)
SERVED: Final = ("txt", "aspx", "asp", "php")


@cache
def hunted_quoting() -> Report:
    """Return the report of a server whose logs and file names quote pages: as agent, query, referrer and address."""
    plot = Plot()
    page = f"{SITE}/offline.aspx"
    plot.plant(page, at(4), page)
    for number, text in enumerate(QUOTED):
        spaced = text.replace(" ", "+")
        plot.call("POST", "/aspnet_client/offline.aspx", [at(5, number)], agent=spaced, query=spaced, referer=spaced)
        plot.call("POST", f"/aspnet_client/{number}{spaced}.aspx", [at(6, number)], agent=spaced)
        plot.plant(
            f"{SITE}/{text.replace('/', '')}.aspx", at(4, number), "C/inetpub/wwwroot/aspnet_client/offline.aspx"
        )
    plot.logs.cmdlet(at(4, 30), "EXAMPLE\\anna", "Set-OabVirtualDirectory", f'-ExternalUrl "http://f/{SCRIPT}"')
    plot.logs.ecp_server(at(4, 31), f"Set-OabVirtualDirectory.ExternalUrl='http://f/{SCRIPT}'")
    with plot.told().source("quoting") as source:
        return hunt(source)


def _reports() -> list[object]:
    hosts = [pytest.param(hunted_host, name, id=name) for name in HOST_NAMES]
    return [*hosts, *(pytest.param(hunted_story, name, id=name) for name in STORIES)]


def found_in(report: Report, folder: Path, forms: Iterable[str] = formats()) -> dict[str, list[str]]:
    """Return what our rules and detectors find in some formats of a report as a file."""
    catalog = load_catalog()
    found = {}
    for form in forms:
        path = folder / f"report.{form}"
        render(report, form, to=path, show_all=True)
        written = path.read_bytes()
        told = [hit.rule for hit in catalog.scan(written, path=path.name)]
        for ending in SERVED:
            told += [each.message for each in examine(written, path=f"report_{form}.{ending}").findings]
        if told:
            found[form] = told
    return found


@pytest.mark.parametrize(("hunted", "name"), _reports())
def test_nothing_is_found_in_the_report_of_a_host(hunted: object, name: str, tmp_path: Path, share: Share) -> None:
    assert callable(hunted)
    assert found_in(hunted(name), tmp_path, [form for form in formats() if (name, form) in share]) == {}


def test_nothing_is_found_where_logs_and_names_quote_pages(tmp_path: Path) -> None:
    report = hunted_quoting()
    assert any(PAGE in verdict.subject.path for verdict in report.accused)
    assert found_in(report, tmp_path) == {}


@pytest.mark.parametrize("text", QUOTED)
def test_nothing_is_found_where_every_text_quotes_a_page(text: str, tmp_path: Path) -> None:
    report = with_every_string(full_report(), text)
    assert found_in(replace(report, location="evidence"), tmp_path) == {}


def test_a_tool_gets_what_holds_no_code_as_it_was() -> None:
    written = json.loads(render(hunted_quoting(), "json"))
    paths = {each["path"] for each in written["reports"][0]["verdicts"]}
    assert on_server(f"{SITE}/offline.aspx") in paths
    assert (
        on_server(f'{SITE}/<·%@ Page Language="JScript"%><·%e·val(R·equest.Item["orange"],"unsafe");%>.aspx') in paths
    )


def test_excerpts_that_are_wanted_raw_come_with_raw_texts() -> None:
    written = json.loads(render(hunted_quoting(), "json", raw_excerpts=True))
    assert any(PAGE in each["path"] for each in written["reports"][0]["verdicts"])


def test_a_saved_report_has_the_values_of_a_new_one(tmp_path: Path) -> None:
    report = hunted_quoting()
    path = tmp_path / "report.json"
    render(report, "json", to=path)
    [saved] = [each.report for each in read_reports(path)]
    assert [each.subject for each in saved.accused] == [each.subject for each in report.accused]
    for form in formats():
        assert render(saved, form) == render(report, form), form
    for before, after in ((report, saved), (saved, report)):
        compared = compare(before, after)
        assert {change.kind.value for host in compared.hosts for change in host.changes} == {"remains"}
        told = "".join([*json_lines(compared), *text_lines(compared)])
        assert load_catalog().scan(told.encode(), path="comparison.txt") == []


def test_what_is_passed_on_to_other_machines_is_inert(tmp_path: Path) -> None:
    saved = tmp_path / "report.json"
    render(hunted_quoting(), "json", to=saved)
    main(["pivot", str(saved), "--output", str(tmp_path / "out")])
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    texts = {path.name: path.read_text(encoding="utf-8") for path in files}
    catalog = load_catalog()
    assert not [name for name, text in texts.items() if catalog.scan(text.encode(), path=name)]
    assert not [name for name, text in texts.items() if "<%" in text]
    assert r"C:\inetpub\wwwroot\aspnet_client\offline.aspx" in texts["indicators.csv"]
    assert "values with code in it" in texts["about.txt"]
    assert any("offline.aspx" in text for name, text in texts.items() if name.endswith(".yml"))


def test_the_command_line_writes_inert_text(tmp_path: Path) -> None:
    saved = tmp_path / "report.json"
    render(hunted_quoting(), "json", to=saved)
    path = tmp_path / "report.txt"
    assert main(["render", str(saved), "--output", str(path)]) in (0, 1)
    text = path.read_text(encoding="utf-8")
    assert "<·%@ Page" in text
    assert "<%" not in text
