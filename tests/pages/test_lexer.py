from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.builders.steps import at_most
from tests.builders.tables import each_row
from webshellhunt.model.settings import PageKind
from webshellhunt.pages.lexer import PieceKind, lex

SCRAPS = [
    "<%", "%>", "<%=", "<%:", "<%#", "<%$", "<%@", "<% @", "<%--", "--%>", "<!--", "-->", '<!--#include file="a"-->',
    "<", ">", "/>", '"', "'", "=", "&lt;", "x", " ", "\n", "é", "\0", " runat=server", "<script", "</script >",
    "<script runat=server>", "</script>", "<a ", "<a runat='server' t=", "<object runat=server id=o>", "Language=C#",
    "#@~^", "@", "@{", "@(", "@*", "*@", "@if", "@Code", "End Code", "{", "}", "(", ")", "/*", "*/", "//", "\\", '@"',
]  # fmt: skip
texts = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(SCRAPS), max_size=40).map("".join))


def shown(text: str, kind: PageKind = PageKind.WEB_FORM) -> list[tuple[PieceKind, str]]:
    return [(p.kind, text[p.inner_start : p.inner_end]) for p in lex(text, kind)]


@given(texts, st.sampled_from(PageKind))
def test_every_character_is_in_exactly_one_piece(text: str, kind: PageKind) -> None:
    at = 0
    for piece in lex(text, kind):
        assert piece.start == at
        assert piece.start < piece.end
        assert piece.start <= piece.inner_start <= piece.inner_end <= piece.end
        at = piece.end
    assert at == len(text)


@each_row(
    ("text", "piece", "inner"),
    [
        ("<%@ Page %>", PieceKind.DIRECTIVE, " Page "),
        ("<% \t@ Page %>", PieceKind.DIRECTIVE, " Page "),
        ('<%@ Page t="%>" %>', PieceKind.DIRECTIVE, ' Page t="%>" '),
        ("<%-- <% x %> --%>", PieceKind.COMMENT, " <% x %> "),
        ("<%---- - -%> --%>", PieceKind.COMMENT, "-- - -%> "),
        ("<%= 1 %>", PieceKind.EXPRESSION, " 1 "),
        ("<%\n = 1 %>", PieceKind.EXPRESSION, " 1 "),
        ("<%: 1 %>", PieceKind.ENCODED_EXPRESSION, " 1 "),
        ("<%# 1 %>", PieceKind.DATABIND, " 1 "),
        ("<%#: 1 %>", PieceKind.DATABIND, " 1 "),
        ("<%$ AppSettings:a %>", PieceKind.EXPRESSION_BUILDER, " AppSettings:a "),
        ("<% x = 1 %>", PieceKind.CODE, " x = 1 "),
        ("<%%>", PieceKind.CODE, ""),
        ("<%>%>", PieceKind.CODE, ">"),
        ("<!-- #include file='a b.inc' -->", PieceKind.INCLUDE, "a b.inc"),
        ("<!--#INCLUDE virtual=/a.inc-->", PieceKind.INCLUDE, "/a.inc"),
        ('<!-- #include file = "C:\\a.txt"-->', PieceKind.INCLUDE, "C:\\a.txt"),
        ("<asp:Label runat=server/>", PieceKind.BEGIN_TAG, " runat=server"),
        ("<b x='>' RUNAT = 'Server' >", PieceKind.BEGIN_TAG, " x='>' RUNAT = 'Server' "),
        ("<b runat='&#115;erver'>", PieceKind.BEGIN_TAG, " runat='&#115;erver'"),
        ('<b a=<%# "x>" %> runat=server>', PieceKind.BEGIN_TAG, ' a=<%# "x>" %> runat=server'),
    ],
)
def test_each_construct_of_web_forms(text: str, piece: PieceKind, inner: str) -> None:
    assert shown(f"a{text}b") == [(PieceKind.TEXT, "a"), (piece, inner), (PieceKind.TEXT, "b")]


@each_row(
    "text",
    ["< % x %>", "< %@ Page %>", "<b runat=client>", "<b data-runat=server>", "<b>runat=server</b>", "<!-- include -->",
     "<b x=/runat=server", "<b runat=server", "<!--#include file=-", "<%".replace("%", "&"), "</script>"],
)  # fmt: skip
def test_what_the_runtime_sends_as_it_is(text: str) -> None:
    assert shown(text) == [(PieceKind.TEXT, text)]


def test_html_comments_and_plain_scripts_do_not_hide_code() -> None:
    text = "<!-- <% x %> --><script>var a = '<%= 1 %>'</script><a href='<%= 2 %>'>"
    assert [i for k, i in shown(text) if k is not PieceKind.TEXT] == [" x ", " 1 ", " 2 "]


def test_the_first_close_ends_a_block_in_strings_and_comments_too() -> None:
    assert shown('<% a("%>") %>')[0] == (PieceKind.CODE, ' a("')
    assert shown("<% // %>b")[0] == (PieceKind.CODE, " // ")


def test_a_comment_that_never_closes_is_code() -> None:
    assert shown("<%-- x %>") == [(PieceKind.CODE, "-- x ")]


def test_an_include_is_asked_for_before_a_comment_and_after_a_directive() -> None:
    assert [k for k, _ in shown("<%-- <!--#include file=a --> --%>")] == [PieceKind.COMMENT]


def test_in_a_server_script_only_comments_and_its_end_count() -> None:
    text = "<script runat=server>a = '<% 1 %>'; ev<%-- --%>ent(); <!--#include file=a--> </scripts></ScRiPt\n>b"
    assert [k for k, _ in shown(text)] == [
        PieceKind.BEGIN_TAG, PieceKind.SCRIPT, PieceKind.COMMENT, PieceKind.SCRIPT, PieceKind.END_TAG, PieceKind.TEXT,
    ]  # fmt: skip


def test_a_script_that_closes_itself_has_no_body() -> None:
    assert [k for k, _ in shown("<script runat=server src='a.cs' /><% x %>")] == [PieceKind.BEGIN_TAG, PieceKind.CODE]


def test_the_leftmost_tag_wins_over_one_in_its_attribute() -> None:
    text = "<b t='<script runat=server>' runat=server><% x %></script>"
    assert [k for k, _ in shown(text)] == [PieceKind.BEGIN_TAG, PieceKind.CODE, PieceKind.TEXT]


def test_what_the_end_of_the_file_ends_is_not_closed() -> None:
    for text in ("<% x", "<%= x", "<%@ Page", "<script runat=server> x"):
        assert not lex(text, PageKind.WEB_FORM)[-1].closed


def test_a_malformed_directive_ends_where_the_next_block_begins() -> None:
    assert [k for k, _ in shown("<% @page a='b><% x %>")] == [PieceKind.DIRECTIVE, PieceKind.CODE]


class TestClassicAsp:
    def test_it_has_no_server_comments(self) -> None:
        assert shown("<%-- x --%>", PageKind.CLASSIC_ASP) == [(PieceKind.CODE, "-- x --")]

    def test_marks_of_web_forms_are_part_of_the_code(self) -> None:
        assert shown("<%#@~^AA==^#~@%>", PageKind.CLASSIC_ASP) == [(PieceKind.CODE, "#@~^AA==^#~@")]
        assert shown("<%: x %>", PageKind.CLASSIC_ASP) == [(PieceKind.CODE, ": x ")]

    def test_a_tag_that_web_forms_would_refuse_still_starts_a_script(self) -> None:
        text = "<script language=vbscript runat='server'src=/a/b.js>x</script>"
        assert [k for k, _ in shown(text, PageKind.CLASSIC_ASP)][:2] == [PieceKind.BEGIN_TAG, PieceKind.SCRIPT]
        assert [k for k, _ in shown(text)] == [PieceKind.TEXT]


class TestHandlers:
    def test_what_follows_the_last_directive_is_source(self) -> None:
        text = 'GIF89a<%@ WebHandler Class="A" %>old<% @ Assembly Name="x" %>\nclass A {}'
        assert shown(text, PageKind.WEB_HANDLER) == [
            (PieceKind.TEXT, "GIF89a"),
            (PieceKind.DIRECTIVE, ' WebHandler Class="A" '),
            (PieceKind.TEXT, "old"),
            (PieceKind.DIRECTIVE, ' Assembly Name="x" '),
            (PieceKind.SOURCE, "\nclass A {}"),
        ]

    def test_tags_and_blocks_mean_nothing_in_source(self) -> None:
        text = "<%@ WebHandler %><% x %><script runat=server>"
        assert shown(text, PageKind.WEB_HANDLER)[1:] == [(PieceKind.SOURCE, "<% x %><script runat=server>")]

    def test_what_is_malformed_is_no_directive(self) -> None:
        text = "<%@ WebHandler %>code /* <%@ x=' %> */ more"
        assert shown(text, PageKind.WEB_HANDLER)[1:] == [(PieceKind.SOURCE, "code /* <%@ x=' %> */ more")]


@each_row("kind", PageKind)
@each_row(
    "unit",
    ["<", "<%", "<% ", "<%--", "<!--", "<!--#include file=", "<script ", "<script runat=server>", "<a runat=server ",
     "<%@ ", '<%@ a="', """<a b=' c=" d=' e=\"""", "<a b=<%#", '<a runat=server b="&lt;%# ', "</script ", "@(", "@{",
     "@a(", '@"', "@Code ", "@if(1){}", "/*", "%>", "<%%>", " "],
)  # fmt: skip
def test_hostile_text_takes_linear_time(kind: PageKind, unit: str) -> None:
    text = unit * (25_000 // len(unit)) + " runat=server"
    with at_most(2_000_000):
        lex(text, kind)
        lex("<script runat=server>" + text + "--%>", kind)
        lex("@{" + text, kind)
