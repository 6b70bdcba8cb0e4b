"""Statement, account and unknown columns convict together."""

from __future__ import annotations

import pytest

from tests.builders.inert import live
from tests.detectors.fixture_cases import changed, finding, findings, read
from webshellhunt.model.rules import Confidence, Severity

STEM = "console_of_one_database"


@pytest.mark.parametrize("name", ["csharp", "vbscript"])
def test_all_three_convict(name: str) -> None:
    found = finding(f"{STEM}/{name}", "WSH1044")
    assert (found.severity, found.confidence) == (Severity.CRITICAL, Confidence.HIGH)
    assert found.facts["request_key"] == "q"
    assert len(found.evidence) == 2


@pytest.mark.parametrize(
    ("old", "new", "severity", "confidence"),
    [
        (";Password=two", "", Severity.HIGH, Confidence.MEDIUM),
        ("rows.GetName(i)", "rows[i]", Severity.HIGH, Confidence.MEDIUM),
    ],
)
def test_without_an_account_or_columns_it_is_less(
    old: str, new: str, severity: Severity, confidence: Confidence
) -> None:
    found = finding(changed(f"{STEM}/csharp", (old, new)), "WSH1044")
    assert (found.severity, found.confidence) == (severity, confidence)


def test_a_part_of_a_statement_is_nothing() -> None:
    part = changed(f"{STEM}/csharp", ('Request.Form["q"]', '"select * from orders where id = " + Request.Form["q"]'))
    assert findings(part, "WSH1044") == []


_ROWS = "Do Until rs.EOF : Response.Write rs(0) : rs.MoveNext : Loop"
_OF_FILE = '<!--#include file="conn.inc"--><·%\n'
_OWN = '<·% Set c = Server.CreateObject("ADO·DB.Connection") : c.Open Application("shop")\n'
_CLASS = "Class Db\nPublic c\nPublic Sub Run(sql)\nc.Exec·ute sql\nEnd Sub\nEnd Class\n"
_SERVICE = (
    '<·%@ WebService Language="C#" Class="Dal" %·>\nusing System.Data;\npublic class Dal : WebService {\n[WebMethod]\n'
    "public DataSet Query(string text) {{ string sql = {};\n"
    'var da = new SqlData·Adapter(sql, ConfigurationManager.AppSettings["cn"]);\n'
    "var ds = new DataSet(); da.Fill(ds); return ds; }} }}"
)


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("a.asp", _OF_FILE + 's = {}\nSet rs = c.Exec·ute(s & Req·uest("q"))\n' + _ROWS + " %·>"),
        ("a.asp", _OF_FILE + 's = "select a" : If Req·uest("r") <> "" Then s = {} & Req·uest("r")\n'
         "Set rs = c.Exec·ute(s)\n" + _ROWS + " %·>"),
        ("a.asp", _OWN + _CLASS + 'Set d = New Db : Set d.c = c\ns = {} & Req·uest("q")\nd.Run s %·>'),
        ("a.asp", '<·%@ Language="JScript" %·><!--#include file="db.inc"--><·%\nvar parts = []; parts.push({});\n'
         'parts.push(String(Req·uest("q"))); var rs = db.Exec·ute(parts.join(""));\n'
         "for (; !rs.EOF; rs.MoveNext()) Response.Write(rs.Fields(0).Value); %·>"),
        ("a.asmx", _SERVICE.replace("= {}", "= {} + text")),
    ],
)  # fmt: skip
def test_a_statement_that_may_be_a_visitors_alone_is_suspicious(path: str, page: str) -> None:
    def found(begin: str) -> list[Severity]:
        text = live(page.replace("{{", "{").replace("}}", "}").replace("{}", begin))
        return [
            each.severity
            for each in findings(read(f"{STEM}/csharp")._replace(data=text.encode(), path=path), "WSH1044")
        ]

    assert found('""') == [Severity.HIGH]
    assert found('"select a from t where b = "') == []


@pytest.mark.parametrize(("called", "severity"), [("", Severity.HIGH), ("Call StopStrangers()\n", Severity.MEDIUM)])
def test_a_procedure_of_an_unknown_file_may_end_the_page(called: str, severity: Severity) -> None:
    page = live(_OF_FILE + called + 'Set rs = c.Exec·ute(Req·uest("q"))\n' + _ROWS + " %·>")
    assert finding(read(f"{STEM}/csharp")._replace(data=page.encode(), path="a.asp"), "WSH1044").severity == severity
