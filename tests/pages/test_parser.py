from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.steps import at_most
from webshellhunt.decoding.charset import decode_candidates
from webshellhunt.model.settings import PageKind, PageSettings
from webshellhunt.pages.page import Attribute, BlockKind, Dependency, DependencyKind, Note, Page, ServerObject
from webshellhunt.pages.parser import attribute_blocks, find_blocks, has_server_code, parse

DEFAULT = PageSettings()
WHOLE = """<%@ Page Language="C#" %>
<script runat="server">void Go() { Response.Wri^te(1); }</script>
<% Go(); %><%= 1 %><%: 2 %><asp:Label runat=server Text='<%# 3 %>' /><!--#include file="a.inc"-->
é 中 \U0001f600 <%-- gone --%>""".replace("^", "<%-- c --%>")
ENCODED = "#@~" + "^AAAAAA==^#~@"
MARKS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}
scraps = st.sampled_from(
    ["<%", "%>", "<%=", "<%@ Page ", "Language=C#", "<%--", "--%>", "<script runat=server", " src=a", ">", "</script>",
     "/>", "<a runat=server t='", "&lt;%#", "%&gt;", "'", '"', "<object runat=server", "#@~^", " ", "é",
     "<!--#include file=a-->", "@{", "}", "@x(", ")", "\ud800"]
)  # fmt: skip
texts = st.lists(scraps, max_size=30).map("".join)
OPEN, CLOSE = "<" + "%", "%" + ">"


def classic(text: str, settings: PageSettings = DEFAULT) -> Page:
    return parse(text, PageKind.CLASSIC_ASP, settings)


def form(text: str, settings: PageSettings = DEFAULT) -> Page:
    return parse(text, PageKind.WEB_FORM, settings)


def codes(page: Page, text: str) -> list[tuple[str, str]]:
    return [(b.language, b.code(text)) for b in page.blocks]


@given(texts, st.sampled_from(PageKind))
def test_any_text_is_a_page_whose_ranges_lie_inside_it(text: str, kind: PageKind) -> None:
    page = parse(text, kind, DEFAULT)
    for block in page.blocks:
        assert 0 <= block.outer_start <= block.start <= block.end <= block.outer_end <= len(text)
        assert "".join(text[a:b] for a, b in block.parts()) == block._replace(decoded=None).code(text)
    for dependency in page.dependencies:
        assert 0 <= dependency.start <= dependency.end <= len(text)
    assert has_server_code(text, kind) or not page.blocks


@pytest.mark.parametrize("codec", MARKS)
@given(text=st.one_of(st.just(WHOLE), texts.filter(lambda t: "\ud800" not in t)))
def test_a_page_is_the_same_in_every_encoding(codec: str, text: str) -> None:
    data = MARKS[codec] + text.encode(codec)
    reading = decode_candidates(data, PageKind.WEB_FORM, DEFAULT)[0]
    assert parse(reading.text, PageKind.WEB_FORM, DEFAULT) == form(text)
    for block in form(text).blocks:
        span = reading.byte_span(block.start, block.end)
        assert data[span.start : span.end].decode(codec) == text[block.start : block.end]


def test_a_whole_page() -> None:
    page = form(WHOLE)
    assert [(b.kind, b.code(WHOLE)) for b in page.blocks] == [
        (BlockKind.SCRIPT, "void Go() { Response.Write(1); }"),
        (BlockKind.CODE, " Go(); "),
        (BlockKind.EXPRESSION, " 1 "),
        (BlockKind.ENCODED_EXPRESSION, " 2 "),
        (BlockKind.DATABIND, " 3 "),
    ]
    assert {b.language for b in page.blocks} == {"c#"}
    assert (page.language, page.language_declared) == ("c#", True)
    assert [WHOLE[a:b] for a, b in page.comments] == ["<%-- c --%>", "<%-- gone --%>"]
    assert [(p.kind, p.target) for p in page.includes] == [(DependencyKind.INCLUDE_FILE, "a.inc")]
    assert page.notes == ()


@pytest.mark.parametrize(
    ("name", "language"),
    [("C#", "c#"), ("cs", "c#"), ("CSharp", "c#"), ("VB", "vb"), ("vbs", "vb"), ("VBScript", "vb"), ("js", "jscript"),
     ("JScript", "jscript"), ("JavaScript", "jscript"), ("VJ#", "vj#"), ("“Jscript”", "jscript"), ("Own", "c#"),
     ("Zig", "zig")],
)  # fmt: skip
def test_languages_of_asp_net(name: str, language: str) -> None:
    settings = PageSettings(language_aliases=(("own", "C#"),))
    assert form(f'<%@ Page Language="{name}" %>', settings).language == language


@pytest.mark.parametrize(
    ("name", "language"),
    [("VBScript", "vbscript"), ("vb", "vbscript"), ("JScript", "jscript"), ("JavaScript1.2", "jscript"),
     ("PerlScript", "perlscript"), ("VBScript.Encode", "vbscript.encode"), ("JScript.Encode", "jscript.encode")],
)  # fmt: skip
def test_languages_of_classic_asp(name: str, language: str) -> None:
    assert classic(f"<%@LANGUAGE={name}%>").language == language


def test_defaults_where_nothing_is_declared() -> None:
    assert [(p.language, p.language_declared) for p in (form("<% %>"), classic("<% %>"))] == [
        ("vb", False),
        ("vbscript", False),
    ]
    settings = PageSettings(default_language="c#", asp_language="JScript")
    assert (form("", settings).language, classic("", settings).language) == ("c#", "jscript")


def test_a_scripts_language_is_the_pages_own_in_asp_net_even_before_it() -> None:
    text = "<% 1 %><script language='JScript' runat=server>2</script>"
    assert codes(form(text), text) == [("jscript", " 1 "), ("jscript", "2")]


def test_a_scripts_language_is_its_own_in_classic_asp() -> None:
    text = "<% 1 %><script language=JScript runat=server>2</script><SCRIPT RUNAT=Server TYPE='text/vbscript'>3</SCRIPT>"
    assert codes(classic(text), text) == [("vbscript", " 1 "), ("jscript", "2"), ("vbscript", "3")]


def test_encoded_blocks_are_known_by_their_text() -> None:
    text = f"<%@ LANGUAGE=VBScript.Encode %><% {ENCODED}%><% plain %>"
    assert [b.language for b in classic(text).blocks] == ["vbscript.encode", "vbscript"]
    text = f"<script runat=server language=JScript.Encode>{ENCODED}</script><%{ENCODED}%>"
    assert [b.language for b in classic(text).blocks] == ["jscript.encode", "vbscript.encode"]


def test_the_body_of_a_script_with_a_source_is_not_compiled() -> None:
    text = "<script runat=server src='a.cs'>body</script><% x %>"
    page = form(text)
    assert [c for _, c in codes(page, text)] == [" x "]
    assert [(p.kind, p.target) for p in page.dependencies] == [(DependencyKind.SCRIPT_SRC, "a.cs")]


def test_blocks_inside_a_classic_script_are_seen_too() -> None:
    text = "<script runat=server language=JScript>/* <% x %></script>"
    assert [(b.code(text), b.nested) for b in classic(text).blocks] == [("/* <% x %>", False), (" x ", True)]


@pytest.mark.parametrize(
    ("value", "kind", "code"),
    [
        ("<%# Eval(&quot;a&quot;) %>", BlockKind.DATABIND, ' Eval("a") '),
        ("&lt;%# Go() %&gt;", BlockKind.DATABIND, " Go() "),
        ("&#60;%#: Go() %&#x3e;", BlockKind.DATABIND, " Go() "),
        ("<%$ AppSettings:a %>", BlockKind.EXPRESSION_BUILDER, " AppSettings:a "),
        ("a<%= 1 %>b", BlockKind.EXPRESSION, " 1 "),
    ],
)
def test_code_in_attributes(value: str, kind: BlockKind, code: str) -> None:
    text = f'<asp:Label runat="server" Text="{value}" />'
    assert [(b.kind, b.code(text)) for b in form(text).blocks] == [(kind, code)]


def test_directives_in_any_spelling() -> None:
    text = "<%@LANGUAGE=\"VBScript\"CODEPAGE='936' debug %><% @ page x=&amp; inherits='A.B' %><%@ %>"
    page = form(text)
    assert [d.name for d in page.directives] == ["", "page", ""]
    assert page.directives[0].get("language") == "VBScript"
    assert page.directives[0].get("CodePage") == "936"
    assert page.directives[1].get("x") == "&"
    value = page.directives[1].attributes[1]
    assert text[value.start : value.end] == "A.B"


def test_what_a_page_pulls_in() -> None:
    text = """<%@ Page CodeFile="a.cs" CodeBehind=b.cs Src='c.cs' Inherits="N.C" MasterPageFile="~/m.master" %>
    <%@ Register TagPrefix="x" Src="u.ascx" %><%@ Register Assembly="L" Namespace="L" TagPrefix="y" %>
    <%@ Assembly Src="d.cs" %><%@ Assembly Name="E" %><%@ Reference Control="f.ascx" %>
    <!--#include virtual="/g.inc"-->"""
    page = form(text)
    assert [(p.kind, p.target) for p in page.dependencies] == [
        (DependencyKind.CODE_FILE, "a.cs"),
        (DependencyKind.CODE_BEHIND, "b.cs"),
        (DependencyKind.SRC, "c.cs"),
        (DependencyKind.INHERITS, "N.C"),
        (DependencyKind.MASTER, "~/m.master"),
        (DependencyKind.REGISTER_SRC, "u.ascx"),
        (DependencyKind.REGISTER_ASSEMBLY, "L"),
        (DependencyKind.ASSEMBLY_SRC, "d.cs"),
        (DependencyKind.ASSEMBLY_NAME, "E"),
        (DependencyKind.REFERENCE, "f.ascx"),
        (DependencyKind.INCLUDE_VIRTUAL, "/g.inc"),
    ]
    assert all(text[p.start : p.end] == p.target for p in page.dependencies)


def test_handlers_name_their_class() -> None:
    text = '<%@ WebHandler Language="C#" Class="H" %>class H {}'
    page = parse(text, PageKind.WEB_HANDLER, DEFAULT)
    assert page.dependencies == (Dependency(DependencyKind.CLASS, "H", text.index('"H"') + 1, text.index('"H"') + 2),)
    assert codes(page, text) == [("c#", "class H {}")]


def test_a_handler_without_a_directive_is_read_as_tags() -> None:
    text = "<% x %>"
    assert codes(parse(text, PageKind.WEB_HANDLER, DEFAULT), text) == [("vb", " x ")]


def test_objects_made_by_tags() -> None:
    text = '<OBJECT RUNAT=Server ID="o" PROGID="A.B" SCOPE=page></OBJECT>'
    text += '<object runat="server" id=p classid="clsid:1" class="T"/>'
    first, second = classic(text).objects
    assert (first.id, first.progid, first.classid) == ("o", "A.B", None)
    assert second == ServerObject("p", "clsid:1", None, "T", text.index("<object"), len(text))


def test_server_tags_keep_their_attributes() -> None:
    text = "<asp:Xml runat='server' ID=x DocumentSource=\"a&amp;b\" disabled>"
    (tag,) = form(text).tags
    assert tag.name == "asp:Xml"
    assert [(a.name, a.value) for a in tag.attributes] == [
        ("runat", "server"), ("ID", "x"), ("DocumentSource", "a&b"), ("disabled", ""),
    ]  # fmt: skip
    assert tag.get("documentsource") == "a&b"


def test_what_is_unclosed_is_noted_and_read_to_the_end() -> None:
    page = form("a<% x")
    assert page.notes == (Note("unclosed-block", 1),)
    assert not page.blocks[0].closed
    assert form("<script runat=server>x").notes == (Note("unclosed-script", 0),)


def test_code_in_a_static_file_is_seen_and_a_config_is_empty() -> None:
    assert parse("<% x %>", PageKind.STATIC, DEFAULT).blocks
    assert not parse("<% x %>", PageKind.CONFIG, DEFAULT).blocks


@pytest.mark.parametrize(
    "text", ["GIF89a<% Response.Write(1) %>", "%><% Response.Write(1) %>", "\0\0<% Response.Write(1) %>\0"]
)
def test_junk_before_code_changes_nothing(text: str) -> None:
    assert codes(classic(text), text) == [("vbscript", " Response.Write(1) ")]


def test_early_exit_is_right_and_cheap() -> None:
    html = "<p class='a'>text</p><!-- c -->\n" * 30_000
    assert not has_server_code(html)
    assert has_server_code(html + "<!-- #include file='a'-->")
    assert has_server_code(html + "<script RunAt=server>")
    with at_most(500_000):
        form(html)


def test_closed_blocks_are_found_one_after_the_other() -> None:
    text = f"a{OPEN}= one {CLOSE}b{OPEN}# two {CLOSE}c{OPEN} three"
    assert [text[each.start : each.end].strip() for each in find_blocks(text, 0, len(text))] == ["one", "two"]


def test_the_block_of_an_attribute_has_the_language_of_the_page() -> None:
    text = f'b="{OPEN}# Eval(1) {CLOSE}"'
    attribute = Attribute("b", text[3:-1], 3, len(text) - 1)
    (block,) = attribute_blocks(text, (attribute,), "vb")
    assert (block.language, block.code(text).strip()) == ("vb", "Eval(1)")
    assert block.kind in BlockKind
