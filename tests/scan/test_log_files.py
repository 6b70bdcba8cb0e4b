"""A log quotes the attacker and is no suspect; a shell with the name or the first lines of a log is one."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import replace

import pytest

import webshellhunt as wsh
from tests.builders.inert import live
from tests.builders.logs import row, text_log
from webshellhunt.comparison.compare import compare
from webshellhunt.model.comparison import ChangeKind
from webshellhunt.model.limits import Job
from webshellhunt.model.report import Report
from webshellhunt.model.traffic import LogKind
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import hunt
from webshellhunt.pivot.case import case_of
from webshellhunt.pivot.observables import observables_of
from webshellhunt.saved_reports import SavedReport
from webshellhunt.sources.memory import MemorySource

SHELL = live('<·%@ Page Lang·uage="Jscript"%·><·%ev·al(Request.Item["k"],"unsafe");%·>')
QUOTED = SHELL.replace(" ", "+")
SCRIPT = live("<scr·ipt run·at='server' lang·uage='JScript'>function Page_Load(){ev·al(Request['k']);}</scr·ipt>")
PLACE = "inetpub/logs/LogFiles/W3SVC1/u_ex210303.log"
SITE = {"inetpub/wwwroot/index.htm": b"<html></html>"}
HEAD = b"#Software: Microsoft Internet Information Services 10.0\r\n#Fields: date time cs-uri-stem c-ip sc-status\r\n"
ROW = b"2021-03-03 04:05:06 /owa/ 192.0.2.1 200\r\n"

NCSA = b'192.0.2.1 - - [03/Mar/2021:04:05:06 +0000] "GET / HTTP/1.1" 200 5\n'


def _iis(count: int = 3, agent: str = QUOTED) -> bytes:
    rows = [row(f"2021-03-03 04:05:{n:02d}", "/owa/auth/logon.aspx", agent=agent) for n in range(count)]
    return text_log(LogKind.IIS, *rows)


def _event(text: str) -> str:
    return (
        '<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><EventID>4104</EventID></System>'
        f'<EventData><Data Name="ScriptBlockText">{text.replace("&", "&amp;").replace("<", "&lt;")}</Data></EventData>'
        "</Event>"
    )


def _hunted(files: dict[str, bytes]) -> Report:
    return hunt(MemorySource({**SITE, **files}))


def _accused(files: dict[str, bytes]) -> list[str]:
    found = _hunted(files).verdicts
    return [each.subject.path.rpartition("\\")[2] for each in found if each.disposition > Disposition.BENIGN]


LOGS = {
    "inetpub/logs/LogFiles/W3SVC1/u_ex210303.log": _iis(),
    "inetpub/wwwroot/old/iis_march.txt": _iis(),
    "inetpub/wwwroot/old/no_extension": b"\xef\xbb\xbf" + _iis(),
    "inetpub/wwwroot/old/wide.log": _iis().decode().encode("utf-16"),
    "inetpub/wwwroot/old/cut.log": _iis(30)[:-60],
    "inetpub/wwwroot/old/one_broken.log": _iis(30) + b"2021-03-03 04:05:59 cut\r\n" + _iis(2),
    "inetpub/wwwroot/old/HttpProxy_2021030304-1.LOG": text_log(
        LogKind.HTTP_PROXY, row("2021-03-03T04:05:06.789Z", "/ecp/y.js", agent=f'"{SHELL.replace(chr(34), "2" * 2)}"')
    ),
    "inetpub/wwwroot/old/RECV2021030304-1.LOG": (
        "#Software: Microsoft Exchange Server\r\n#Log-type: SMTP Receive Protocol Log\r\n"
        f"#Fields: date-time,connector-id,data\r\n2021-03-03T04:05:06.789Z,EXCH01\\Default,{QUOTED}\r\n"
    ).encode(),
    "inetpub/wwwroot/old/access_log": 3 * NCSA.replace(b"\n", f' "{QUOTED}"\n'.encode()),
    "inetpub/wwwroot/old/events.xml": f"<Events>{_event(SHELL)}\n{_event(SCRIPT)}</Events>".encode(),
    "inetpub/wwwroot/old/events.json": "\n".join(
        json.dumps({"EventID": 4104, "Channel": "PowerShell", "ScriptBlockText": SHELL}) for _ in range(3)
    ).encode(),
}


@pytest.mark.parametrize("path", LOGS)
def test_a_log_that_quotes_a_shell_is_accused_of_nothing(path: str) -> None:
    report = _hunted({path: LOGS[path]})
    found = {each.subject.path.replace("\\", "/").rpartition("/")[2]: each for each in report.verdicts}
    verdict = found[path.rpartition("/")[2]]
    assert (verdict.disposition, verdict.findings, verdict.planting) == (Disposition.BENIGN, (), None)
    assert verdict.reasons == (
        "it is a log, and the code in its rows is what clients sent: IIS does not execute it here",
    )
    assert [gap for gap in report.gaps if gap.stage == "examine" and gap.path == verdict.subject.path] == []


SHELLS = {
    "only a header": HEAD + SHELL.encode(),
    "a header and a script in lines": HEAD + SCRIPT.replace(";", ";\r\n").encode(),
    "outside of rows": HEAD + ROW * 40 + SHELL.encode() + b"\r\n" + ROW * 40,
    "in a comment": b"#" + SHELL.encode() + b"\r\n" + HEAD + ROW * 40,
    "behind the rows": HEAD + ROW * 400 + SCRIPT.encode(),
    "in the names of columns": HEAD.replace(b"c-ip", SHELL.replace(" ", "").encode()) + ROW * 9,
    "lines of as many words, without a time": b"#Fields: date time\r\n" + SHELL.replace("%><", "%>\r\n<").encode(),
    "one row only": b"#Fields: date time cs-uri-stem\r\n<" + b"% " + SHELL[2:].replace(" ", "").encode() + b" x",
    "a line that is too long": HEAD + ROW * 9 + b"x" * 1_100_000 + SHELL.encode(),
    "between events": f"<Events>{_event('x')}{SHELL}{_event('x')}</Events>".encode(),
    "in place of an event": (json.dumps({"EventID": 1}) + "\n" + SHELL + "\n" + json.dumps({"EventID": 1})).encode(),
    "behind the head of an event log": b"ElfFile\0" + bytes(5_000) + SHELL.encode(),
    "below a row of NCSA": NCSA + SHELL.encode(),
}


@pytest.mark.parametrize("name", SHELLS)
def test_a_shell_that_only_looks_like_a_log_stays_accused(name: str) -> None:
    assert _accused({"inetpub/wwwroot/u_ex210303.log": SHELLS[name]}) == ["u_ex210303.log"]


def _mapped(path: str, kind: str = "System.Web.UI.PageHandlerFactory") -> bytes:
    return (
        f'<configuration><system.webServer><handlers><add name="x" path="{path}" verb="*" type="{kind}"/></handlers>'
        "</system.webServer></configuration>"
    ).encode()


@pytest.mark.parametrize("pattern", ["*.log", "u_ex210303.log"])
@pytest.mark.parametrize("content", [HEAD + SHELL.encode(), _iis()], ids=["a shell", "a log that quotes one"])
def test_a_log_that_a_mapping_runs_is_a_page(pattern: str, content: bytes) -> None:
    files = {"inetpub/wwwroot/web.config": _mapped(pattern), "inetpub/wwwroot/u_ex210303.log": content}
    worst = _hunted(files).verdicts[0]
    assert (worst.disposition, worst.subject.path.rpartition("\\")[2]) == (Disposition.MALICIOUS, "u_ex210303.log")


def test_a_log_that_a_page_includes_is_run() -> None:
    page = b'<!--#include file="u_ex210303.log"-->'
    assert _accused({"inetpub/wwwroot/p.asp": page, "inetpub/wwwroot/u_ex210303.log": _iis()}) == [
        "p.asp",
        "u_ex210303.log",
    ]
    assert _accused({"inetpub/wwwroot/p.asp": b"<p>", "inetpub/wwwroot/u_ex210303.log": _iis()}) == []


@pytest.mark.parametrize("name", ["x.htm", "x.js", "x.aspx", "x.ashx"])
def test_a_name_that_is_run_is_never_that_of_a_log(name: str) -> None:
    assert name in _accused({f"inetpub/wwwroot/{name}": _iis()})


def test_a_file_by_itself_is_a_log_as_well() -> None:
    assert wsh.examine(_iis(), path="u_ex210303.log").disposition is Disposition.BENIGN
    assert wsh.examine(SHELLS["only a header"], path="u_ex210303.log").disposition >= Disposition.SUSPICIOUS


def test_a_clean_up_that_leaves_the_logs_is_told_as_gone() -> None:
    used = text_log(LogKind.IIS, row("2021-03-03 05:00:00", "/aspnet_client/x.aspx", agent=QUOTED))
    page = "inetpub/wwwroot/aspnet_client/x.aspx"
    before = _hunted({page: SHELL.encode(), PLACE: used, "inetpub/logs/LogFiles/W3SVC1/u_ex210304.log": _iis()})
    after = _hunted({PLACE: used + _iis(), "inetpub/logs/LogFiles/W3SVC1/u_ex210304.log": _iis(9)})
    compared = compare(before, after)
    (change,) = [each for each in compared.hosts[0].changes if each.kind is not ChangeKind.NEW]
    assert (change.kind, change.path.rpartition("\\")[2]) == (ChangeKind.GONE, "x.aspx")
    assert not any(each.path.endswith(".log") for each in compared.hosts[0].changes)


def test_no_observable_comes_from_a_log_as_a_file() -> None:
    used = row("2021-03-03 05:00:00", "/aspnet_client/x.aspx", agent=QUOTED)
    report = _hunted(
        {"inetpub/wwwroot/aspnet_client/x.aspx": SHELL.encode(), PLACE: text_log(LogKind.IIS, used), "old.log": _iis()}
    )
    values = {each.value for each in observables_of(case_of([SavedReport(report)]))}
    assert any(value.endswith("x.aspx") for value in values)
    assert not any(value.endswith(".log") for value in values)


def test_a_compressed_log_is_a_log() -> None:
    assert _accused({"inetpub/wwwroot/old/u_ex210303.log.gz": gzip.compress(_iis())}) == []


def _packed(method: int, members: Mapping[str, bytes | str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return packed.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_archive_of_logs_is_no_suspect_and_one_of_a_shell_is(method: int) -> None:
    logs: dict[str, bytes | str] = {"u_ex210303.log": _iis(), "old": _iis(9)}
    assert _accused({"evidence/logs.zip": _packed(method, logs)}) == []
    more: dict[str, bytes | str] = {"x.aspx": SHELL, "u_ex.log": SHELLS["only a header"], "y.aspx": _iis()}
    for name, data in more.items():
        assert _accused({"evidence/logs.zip": _packed(method, {**logs, name: data})}) == ["logs.zip"], name


def test_a_log_that_is_longer_than_a_page_may_be_is_read_whole_as_a_log() -> None:
    limits = replace(Job().limits, file_bytes=2_000)
    report = hunt(MemorySource({**SITE, PLACE: _iis(40)}), job=replace(Job(), limits=limits))
    assert [each.subject.path for each in report.accused] == []
    assert not [gap for gap in report.gaps if gap.code == "too-large"]
    assert report.traffic is not None
    assert report.traffic.coverage[0].rows == 40
