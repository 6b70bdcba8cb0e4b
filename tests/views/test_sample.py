"""Layers of a sample, their views, and the way back to the bytes of the file."""

from __future__ import annotations

import codecs
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.inert import live, roads
from tests.decoding.test_script_encoder import container
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.findings import Span
from webshellhunt.model.places import Role
from webshellhunt.model.settings import PageSettings
from webshellhunt.views.sample import Layer, Sample

SHELL = live('<·%@ Page Language="Jscript"%·>\n<·%ev·al(Req·uest.Item["k"],"uns·afe");%·>\n')
ROAD = [("evaluate", "visitor", "k")]


def sample(
    data: bytes | str, path: str = "x.aspx", settings: PageSettings | None = None, text_bytes: int = 1 << 20
) -> Sample:
    content = data if isinstance(data, bytes) else data.encode()
    artifact = Artifact(path, path, Role.GIVEN, len(content), settings=settings or PageSettings())
    return Sample(artifact, content, text_bytes=text_bytes, excerpt_chars=40)


def roads_of(layer: Layer) -> list[tuple[str, str, str | None]]:
    return [road for code in layer.codes for road in roads(code.analysis)]


def test_a_plain_page_is_one_layer() -> None:
    opened = sample(SHELL)
    (layer,) = opened.layers
    assert (layer.name, layer.text, layer.has_code, layer.matters, layer.differs) == ("text", SHELL, True, True, False)
    assert [code.unit.language for code in layer.codes] == ["jscript"]
    assert roads_of(layer) == ROAD
    assert opened.sha256 == hashlib.sha256(SHELL.encode()).hexdigest()


def test_views_are_built_once() -> None:
    opened = sample(SHELL)
    (layer,) = opened.layers
    assert opened.layers[0] is layer
    assert layer.page is layer.page
    assert layer.codes is layer.codes


@pytest.mark.parametrize("path", ["x.aspx", "x.ascx", "x.asp", "x.txt", "x"])
def test_text_without_code_is_left_early(path: str) -> None:
    (layer,) = sample("<p>text</p>", path).layers
    assert (layer.has_code, layer.matters, layer.codes) == (False, False, ())


def test_code_without_a_word_that_matters_is_left_early() -> None:
    (layer,) = sample("<·%= DateTime.Now %·>".replace("·", "")).layers
    assert (layer.has_code, layer.matters, layer.codes) == (True, False, ())


def test_of_a_classic_page_only_what_stands_between_delimiters_is_asked_for_words() -> None:
    browsers = live("<script>var f = new Func·tion(x); ev·al(x)</script>")
    (layer,) = sample(browsers + live("<·% Response.Write 1 %·>") + browsers, "x.asp").layers
    assert layer.served_code == " Response.Write 1 "
    assert (layer.has_code, layer.matters, layer.acts) == (True, False, False)


@pytest.mark.parametrize(
    ("head", "settings"),
    [
        ("<·%@ Language=JScript %·>", PageSettings()),
        ("<·%\r\n @ codepage=65001 language='JScript' %·>", PageSettings()),
        ("", PageSettings(asp_language="JScript")),
        ("", PageSettings(asp_language="JScript.Encode")),
    ],
)
def test_a_classic_page_in_another_language_is_asked_for_the_words_of_that(head: str, settings: PageSettings) -> None:
    (layer,) = sample(live(head + '<·% new Func·tion(Req·uest("k"))() %·>'), "x.asp", settings).layers
    assert [code.unit.language for code in layer.codes] == ["jscript"]
    assert roads_of(layer) == ROAD


@pytest.mark.parametrize(
    ("path", "role", "readings"),
    [
        ("x.js", Role.GIVEN, 1),
        ("logon.js", Role.OWA_AUTH, 2),
        ("x.0.cs", Role.TEMP_ASPNET, 2),
    ],
)
def test_what_is_read_whatever_it_says_has_its_other_readings(path: str, role: Role, readings: int) -> None:
    data = f"var x /* {'可以上传文件的页面朢镕囧開發' * 20} */".encode("gbk")
    opened = Sample(Artifact(path, path, role, len(data)), data)
    assert len(opened.layers) == readings


@pytest.mark.parametrize("middle", ["", "<%-- --%>"])
def test_server_comments_are_taken_out_whatever_the_language_looks_like(middle: str) -> None:
    lines = (
        "On Error Resume Next",
        "Dim x",
        'Set x = Server.CreateObject("WScript.Sh·ell")',
        f'x.{middle}Run(Req·uest("k"))',
    )
    (layer,) = sample(live("<script runat=server>\nSub Page_Load\n" + "\n".join(lines) + "\nEnd Sub</script>")).layers
    assert [code.unit.language for code in layer.codes] == ["vbscript"]
    assert roads_of(layer) == [("process", "visitor", "k")]


def test_a_handler_is_code_from_its_first_line_on() -> None:
    text = live('<·%@ WebHandler Language="C#" Class="H" %·>\nclass H { void f() { Pro·cess.Start(Req·uest["k"]); } }')
    (layer,) = sample(text, "x.ashx").layers
    assert layer.has_code
    assert roads_of(layer) == [("process", "visitor", "k")]


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-32-le", codecs.BOM_UTF32_LE),
    ],
)
def test_evidence_leads_back_to_the_bytes_of_any_encoding(encoding: str, mark: bytes) -> None:
    text = f"<p>é漢</p>\r\n{SHELL}"
    opened = sample(mark + text.encode(encoding))
    layer = opened.layers[0]
    assert layer.differs is (not encoding.startswith("utf-8"))
    (code,) = layer.codes
    (flow,) = code.analysis.flows
    evidence = layer.place_evidence(code, flow.place)
    word = live("ev·al")
    assert opened.data[evidence.span.start : evidence.span.end].decode(encoding) == word
    assert (evidence.line, evidence.column, evidence.layer) == (3, 3, "text")
    assert word in evidence.excerpt
    assert len(evidence.excerpt) <= 40


def test_the_script_encoder_is_taken_off() -> None:
    inner = live('ev·al Req·uest("k")')
    text = live("<·%@ Language=VBScript.Encode %·>\n<·%") + container(inner) + live("%·>")
    outer, layer = sample(text, "x.asp").layers
    assert layer.name == "text, script decoded"
    assert layer.differs
    assert inner in layer.text
    assert roads_of(outer) == []
    assert roads_of(layer) == ROAD
    at = layer.text.index(inner)
    start = text.index("#@~^")
    assert layer.span(at, at + 4) == Span(start, start + len(container(inner)))
    assert layer.span(0, 3) == Span(0, 3)


def test_character_references_in_attributes_are_taken_off() -> None:
    text = live(
        '<·%@ Page Language="C#" %·><a runat="server" title="&lt;·%# Pro·cess.Start(Req·uest[&quot;k&quot;]) %·>"/>'
    )
    outer, layer = sample(text).layers
    assert layer.name == "text, attributes decoded"
    assert roads_of(outer) == []
    assert roads_of(layer) == [("process", "visitor", "k")]


def test_a_reference_outside_of_what_the_server_decodes_makes_no_layer() -> None:
    shown = live("<·%@ Page %·><p>&lt;% shown to a reader %&gt;</p><·%= 1 %·>")
    assert [layer.name for layer in sample(shown).layers] == ["text"]


def test_another_reading_is_a_layer_only_if_its_code_differs() -> None:
    western = sample("<p>caf\u00e9</p>".encode("cp1252"), "x.asp")
    assert [layer.name for layer in western.layers] == ["text"]


def test_what_the_page_declares_is_known_to_its_code() -> None:
    text = live('<object runat="server" id="sh" progid="WScr·ipt.Shell"></object>\n<·% sh.Run Req·uest("k") %·>')
    (layer,) = sample(text, "x.asp").layers
    assert roads_of(layer) == [("process", "visitor", "k")]


def test_a_server_control_is_known_to_the_code() -> None:
    text = live('<·%@ Page Language="C#" %·><asp:TextBox id="Box" runat="server"/><·% Pro·cess.Start(Box.Text); %·>')
    (layer,) = sample(text).layers
    assert roads_of(layer) == [("process", "visitor", None)]


def test_a_page_that_declares_no_language_is_read_in_the_one_it_is_written_in() -> None:
    text = live('<·% string x = Req·uest["k"]; if (x != null) { System.Diagnostics.Pro·cess.Start(x); } %·>')
    (layer,) = sample(text, settings=PageSettings(default_language="vb")).layers
    assert [code.unit.language for code in layer.codes] == ["c#"]
    assert roads_of(layer) == [("process", "visitor", "k")]


def test_languages_of_one_page_are_units_of_their_own() -> None:
    text = live('<·% ev·al Req·uest("k") %·><script language="jscript" runat="server">ev·al(Req·uest("j"));</script>')
    (layer,) = sample(text, "x.asp").layers
    assert {code.unit.language: roads(code.analysis) for code in layer.codes} == {
        "vbscript": ROAD,
        "jscript": [("evaluate", "visitor", "j")],
    }


def test_what_is_not_executed_is_read_as_the_page_that_it_would_be() -> None:
    opened = sample(SHELL, "x.txt")
    assert not opened.nature.executable
    assert roads_of(opened.layers[0]) == ROAD


def test_text_beyond_the_limit_is_not_decoded() -> None:
    assert [layer.text for layer in sample("a" * 100, text_bytes=10).layers] == ["a" * 10]


def test_a_configuration_is_a_tree() -> None:
    (root,) = sample("<configuration><a/></configuration>", "web.config").configs
    assert (root.tag, [child.tag for child in root.children]) == ("configuration", ["a"])
    assert sample("<configuration/>", "x.aspx").configs == ()


@pytest.mark.parametrize("text", ["<configuration>", "", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_a_broken_configuration_is_read_as_far_as_it_goes(text: str) -> None:
    (*trees,) = sample(text.encode(), "web.config").configs
    assert all(tree.tag in ("configuration", "a") and tree.text.strip() == "" for tree in trees)


def test_evidence_of_bytes_is_located() -> None:
    evidence = sample(b"first\nsecond \xff line\nthird").raw_evidence(13, 1)
    assert (evidence.layer, evidence.span, evidence.line, evidence.column) == ("raw", Span(13, 14), 2, 8)
    assert evidence.excerpt == "second \xff line"


@given(st.binary(max_size=300), st.sampled_from(["x.aspx", "x.asp", "x.ashx", "x.cshtml", "x.png", "x.config.txt"]))
def test_no_bytes_make_a_view_raise(data: bytes, path: str) -> None:
    opened = sample(data, path)
    assert bool(opened.layers) == opened.is_read
    for layer in opened.layers:
        assert layer.page is not None
        assert isinstance(layer.codes, tuple)
        size = len(layer.text)
        span = layer.span(0, size)
        assert 0 <= span.start <= span.end <= len(data)
        evidence = layer.evidence(min(1, size), size)
        assert (evidence.line >= 1, evidence.column >= 1, len(evidence.excerpt) <= 40) == (True, True, True)


@given(st.binary(max_size=100), st.data())
def test_raw_evidence_is_bounded(data: bytes, draw: st.DataObject) -> None:
    at = draw.draw(st.integers(0, len(data)))
    evidence = sample(data).raw_evidence(at, 1)
    assert evidence.line == data[:at].count(b"\n") + 1
    assert evidence.column >= 1
    assert len(evidence.excerpt) <= 40
