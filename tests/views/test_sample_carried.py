"""What carriers and constants hold, as layers of a sample; and what a hunt makes of it."""

from __future__ import annotations

import pytest

from tests.builders import der
from tests.builders.inert import live
from tests.builders.pst import Mail, build_pst
from tests.decoding.carriers.test_archive import zip_of
from tests.decoding.carriers.test_mime import message
from tests.decoding.test_script_encoder import container
from tests.views.test_sample import SHELL, roads_of, sample
from webshellhunt.decoding.pst.permutation import decode_permuted
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import examine

PAGE = SHELL.encode()
ROAD = [("evaluate", "visitor", "k")]
_MAILED = build_pst("Archive", [Mail("Lunch"), Mail("Code", attachments={"a.aspx": decode_permuted(PAGE)})])
_REQUEST = der.request([der.name(der.COMMON_NAME, SHELL, der.UTF8)])
_WIDE = der.pem(der.request([der.name(der.COMMON_NAME, SHELL, der.BMP)]))


@pytest.mark.parametrize(
    ("data", "name", "carrier", "executes"),
    [
        (_MAILED, "x.aspx", "mailbox export: script", True),
        (_REQUEST, "x.aspx", "certificate request: ", True),
        (_WIDE, "x.aspx", "certificate request: ", False),
        (zip_of({"a/x.aspx": PAGE}), "x.zip", "ZIP archive: a/x.aspx", False),
        (message(PAGE, name="x.aspx"), "x.eml", "mail message: x.aspx", False),
        (message(zip_of({"x.aspx": PAGE}), name="a.zip"), "x.eml", "mail message, ZIP archive: a.zip, x.aspx", False),
        (decode_permuted(PAGE), "x.bin", "mailbox export, before encoding: script", False),
    ],
)
def test_what_a_carrier_holds_is_a_layer(data: bytes, name: str, carrier: str, executes: bool) -> None:
    layers = [layer for layer in sample(data, name).layers if layer.name.startswith(carrier)]
    assert [roads_of(layer) for layer in layers] == [ROAD]
    assert layers[0].is_dormant is not executes
    start, end = layers[0].text.index("Req"), layers[0].text.index("Req") + 4
    span = layers[0].span(start, end)
    assert 0 <= span.start < span.end <= len(data)
    if executes:
        assert data[span.start : span.end] == b"Requ"


def test_the_kind_of_a_part_is_told_by_its_name_else_by_its_text() -> None:
    classic = live('<·% Exe·cute(Req·uest("k")) %·>').encode()
    dotnet = live('<·% Response.Write(Req·uest["k"]); System.IO.File.Delete("a") %·>').encode()
    parts = {"x.asp": classic, "x.aspx": classic, "x.aspx.bak": classic, "x.txt": classic, "y.txt": dotnet}
    layers = {layer.name: layer for layer in sample(zip_of(parts), "x.zip").layers}
    classics = [name for name in parts if layers[f"ZIP archive: {name}"].page.language == "vbscript"]
    assert classics == ["x.asp", "x.txt"]


def test_an_encoded_script_in_an_archive_is_decoded() -> None:
    encoded = container(live('x = Req·uest("k")\r\nExec·ute x\r\n'))
    data = zip_of({"x.asp": f'<%@ language="VBScript.Encode" %><%{encoded}%>'.encode("latin-1")})
    verdict = examine(data, path="x.zip")
    assert verdict.disposition is Disposition.SUSPICIOUS
    assert [each.dormant for each in verdict.findings if each.rule.id == "WSH1001"] == [True]


@pytest.mark.parametrize(
    ("data", "path", "disposition"),
    [
        (_MAILED, "x.aspx", Disposition.MALICIOUS),
        (_MAILED, "x.pst", Disposition.SUSPICIOUS),
        (zip_of({"x.aspx": PAGE}), "x.zip", Disposition.SUSPICIOUS),
        (zip_of({"x.aspx": PAGE}), "x.aspx", Disposition.SUSPICIOUS),
        (message(PAGE, name="x.aspx"), "x.eml", Disposition.SUSPICIOUS),
        (zip_of({"x.aspx": b"<%@ Page %><%= Now %>"}), "x.zip", Disposition.BENIGN),
    ],
)
def test_only_what_the_server_runs_from_there_convicts(data: bytes, path: str, disposition: Disposition) -> None:
    verdict = examine(data, path=path)
    assert verdict.disposition is disposition
    told = [finding for finding in verdict.findings if finding.rule.id == "WSH1001"]
    if disposition is Disposition.SUSPICIOUS and path != "x.pst":
        assert [finding.dormant for finding in told] == [True]
        assert verdict.reasons[-1].startswith("it does not run as it lies: IIS does not execute this code at this path")


def test_a_finding_in_a_carrier_tells_what_that_knows() -> None:
    verdict = examine(zip_of({"x.aspx": PAGE}), path="x.zip")
    (facts,) = [finding.facts for finding in verdict.findings if finding.rule.id == "WSH1001"]
    assert (facts["carrier"], facts["modified"], facts["request_key"]) == ("ZIP archive", "2021-03-01 02:03:04", "k")


def test_a_constant_that_is_run_is_a_layer_of_code() -> None:
    (page,) = sample(live('<·% Exe·cute(StrRev·erse("x=1:y=x+1")) : z = "plain" %·>'), "x.asp").layers
    (constant,) = page.constants
    assert (constant.name, constant.text) == ("text, constant in line 1", "1+x=y:1=x")
    assert constant.page.language == "vbscript"
    span = constant.span(0, 3)
    assert page.sample.data[span.start : span.end] == b'StrReverse("x=1:y=x+1")'


def test_signatures_look_into_constants() -> None:
    hidden = live("Exe·cute Req·uest(1)")[::-1]
    page = live('<·% Exe·cute(StrRev·erse("HIDDEN")) %·>').replace("HIDDEN", hidden)
    verdict = examine(page.encode(), path="x.asp")
    layers = {e.layer for f in verdict.findings if f.rule.id.startswith("WSH9") for e in f.evidence}
    assert "text, constant in line 1" in layers
