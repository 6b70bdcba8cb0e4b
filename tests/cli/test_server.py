"""``webshellhunt server``: the patch state alone, in words and as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import pytest

from tests.builders.containers import zipped
from webshellhunt.cli import main
from webshellhunt.model.findings import Gap
from webshellhunt.model.report import Coverage, Host
from webshellhunt.model.source_form import SourceForm
from webshellhunt.reports.records.report_records import schema
from webshellhunt.sources.described import versioned_program


@pytest.fixture
def server(tmp_path: Path) -> Path:
    install = tmp_path / "C" / "Program Files" / "Microsoft" / "Exchange Server" / "V15"
    (install / "FrontEnd" / "HttpProxy" / "owa" / "auth").mkdir(parents=True)
    (install / "Bin").mkdir()
    (install / "Bin" / "ExSetup.exe").write_bytes(versioned_program((15, 2, 792, 3)))
    return tmp_path


def test_it_tells_the_build_and_what_is_open(server: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["server", str(server)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Exchange 2019 CU8 (15.2.792.3), according to Bin\\ExSetup.exe; installed not before")
    assert "OPEN to ProxyLogon (CVE-2021-26855, " in out
    assert "  CVE-2021-24085: fixed by 15.2.792.5 (Feb21SU)" in out


def test_json_satisfies_the_schema(server: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["server", "--json", str(server)]) == 0
    state = json.loads(capsys.readouterr().out)
    published = schema()
    described = {"$ref": "#/$defs/patch_state", "$defs": published["$defs"]}
    jsonschema.Draft202012Validator(described).validate(state)
    assert (state["build"], state["vulnerable"], state["exact"]) == ("15.2.792.3", True, True)


def test_without_exchange_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["server", str(tmp_path)]) == 0
    assert "No build of Exchange was found" in capsys.readouterr().out
    assert main(["server", "--json", str(tmp_path)]) == 0
    answer = json.loads(capsys.readouterr().out)
    published = schema()
    described = {"$ref": "#/$defs/no_patch_state", "$defs": published["$defs"]}
    jsonschema.Draft202012Validator(described).validate(answer)
    assert "No build of Exchange was found" in answer["reason"]


def test_a_location_that_is_not_there_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["server", str(tmp_path / "absent")]) == 2
    assert "there is no such file or folder" in capsys.readouterr().err


def test_what_may_not_be_read_is_not_a_server_without_exchange(
    server: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def deny(*_: object, **__: object) -> SimpleNamespace:
        gap = Gap("unreadable", "survey", "C", "it can't be read (permission denied)", matters=True)
        return SimpleNamespace(host=Host(), gaps=(gap,), coverage=Coverage(), form=SourceForm())

    monkeypatch.setattr("webshellhunt.cli.server.survey", deny)
    assert main(["server", str(server)]) == 3
    assert main(["server", "--json", str(server)]) == 3
    assert "not examined: C: it can't be read (permission denied)" in capsys.readouterr().err


def test_what_the_evidence_lacks_is_said_and_its_form_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, log in (("a.zip", {}), ("b.zip", {"C/ExchangeSetupLogs/ExchangeSetup.log": b"x"})):
        (tmp_path / name).write_bytes(zipped({"C/inetpub/wwwroot/iisstart.htm": b"x", **log}))
        assert main(["server", str(tmp_path / name)]) == 0
        out = capsys.readouterr().out
        assert out.startswith(f"{tmp_path / name} (a ZIP archive")
        assert "the registry is not in the evidence" in out
        assert ("there is no setup log" in out) is not bool(log)
    (tmp_path / "c.zip").write_bytes(zipped({"notes.txt": b"x"}))
    assert main(["server", str(tmp_path / "c.zip")]) == 3
    (tmp_path / "d.zip").write_bytes(b"text")
    assert main(["server", str(tmp_path / "d.zip")]) == 2
