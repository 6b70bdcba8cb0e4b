"""Configurations in one line: each step names the planted element, never the victim's settings in the same line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.builders.inert import live
from webshellhunt.cli import main
from webshellhunt.pipeline import hunt
from webshellhunt.sources import MemorySource

WEB = "C/inetpub/wwwroot/app/web.config"
HOST = "C/Windows/System32/inetsrv/config/applicationHost.config"
PASSWORD = "Qw3rTy!9x"
OWN = (
    f'<connectionStrings><add name="Main" connectionString="Server=db;User ID=sa;Password={PASSWORD}"/>'
    "</connectionStrings>"
)
JPG = live('<add name="Picture" pa·th="*.j·pg" verb="*" ty·pe="System.Web.UI.Page·Handler·Factory"/>')
ASP = r"%windir%\System32\inetsrv\asp.dll"
LOG = live(f'<add name="Logs" pa·th="*.l·og" verb="*" modules="IsapiModule" script·Processor="{ASP}"/>')
STATIC = '<add name="StaticFile" path="*" verb="*" modules="StaticFileModule" resourceType="Either"/>'
SITE = (
    '<site name="Default Web Site" id="1"><application path="/"><virtualDirectory path="/" '
    'physicalPath="C:\\inetpub\\wwwroot"/></application></site>'
)


def web_config(handlers: str, between: str = "") -> bytes:
    parts = (
        '<?xml version="1.0"?>', "<configuration>", OWN, "<system.webServer>", "<handlers>", *handlers.split("|"),
        "</handlers>", "</system.webServer>", "</configuration>",
    )  # fmt: skip
    return between.join(parts).encode()


def host_config(modules: str) -> bytes:
    return (
        '<?xml version="1.0"?><configuration><system.applicationHost><sites>'
        f"{SITE}</sites></system.applicationHost><system.webServer><globalModules>{modules}</globalModules>"
        "</system.webServer></configuration>"
    ).encode()


def steps(files: dict[str, bytes]) -> list[str]:
    """Return the texts and items of all steps about settings."""
    report = hunt(MemorySource(files))
    found = [step for step in report.assessment.next_steps if step.text.startswith(("Undo", "Remove", "Set the"))]
    return [text for step in found for text in (step.text, *step.items)]


@pytest.mark.parametrize(
    ("between", "where"),
    [("", " in system.webServer/handlers, column"), ("\r\n  ", "")],
    ids=["one line", "many lines"],
)
def test_each_plant_is_named_and_the_connection_strings_are_not(between: str, where: str) -> None:
    found = "\n".join(steps({WEB: web_config(f"{STATIC}|{JPG}|{LOG}", between)}))
    assert f'<add name="Picture" …>{where}' in found
    assert f'<add name="Logs" …>{where}' in found
    assert "connectionStrings" not in found
    assert "Main" not in found
    assert "StaticFile" not in found


def test_the_place_of_a_step_is_the_first_byte_of_the_element() -> None:
    data = web_config(f"{JPG}|{LOG}")
    items = [text for text in steps({WEB: data}) if "…>" in text]
    assert len(items) == 2
    for item, name in zip(items, ("Picture", "Logs"), strict=True):
        place = re.search(r"line 1: .* in system.webServer/handlers, column (\d+)$", item)
        assert place is not None
        assert data[int(place[1]) - 1 :].startswith(f'<add name="{name}"'.encode())


def test_an_honest_configuration_in_one_line_has_no_step() -> None:
    assert steps({WEB: web_config(STATIC)}) == []


def test_an_administrators_mapping_stays_in_doubt_though_a_page_was_planted_by_another_of_the_same_line() -> None:
    shell = live('<%@ Pa·ge Lang·uage="C#" %><% System.Diag·nostics.Proc·ess.St·art(Requ·est["c"]); %>').encode()
    files = {WEB: web_config(f"{JPG}|{LOG}"), "C/inetpub/wwwroot/app/logo.jpg": shell}
    jpg, log = (next(text for text in steps(files) if f"the mapping of {name}" in text) for name in ("*.jpg", "*.log"))
    assert "unless your administrators confirm it" not in jpg
    assert "unless your administrators confirm it" in log


def test_each_module_of_one_line_is_removed_by_its_name() -> None:
    planted = [rf'<add name="Http{name}" image="C:\Users\Public\{name}.dll"/>' for name in ("One", "Two")]
    own = '<add name="StaticFileModule" image="%windir%\\System32\\inetsrv\\static.dll"/>'
    found = steps({HOST: host_config(f"{planted[0]}{own}{planted[1]}")})
    text = "\n".join(found)
    for name in ("HttpOne", "HttpTwo"):
        assert f'<add name="{name}" …> in system.webServer/globalModules' in text
        assert f'uninstall module "{name}"' in text
    assert "StaticFileModule" not in text


def test_the_command_line_says_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / WEB).parent.mkdir(parents=True)
    (tmp_path / WEB).write_bytes(web_config(f"{JPG}|{LOG}"))
    assert main(["hunt", str(tmp_path), "--format", "json"]) == 1
    (report,) = json.loads(capsys.readouterr().out)["reports"]
    items = [item for step in report["summary"]["assessment"]["steps"] for item in step["items"]]
    assert any('<add name="Picture" …> in system.webServer/handlers' in item for item in items)
    assert not any("connectionString" in item or PASSWORD in item for item in items)
