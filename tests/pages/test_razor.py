from __future__ import annotations

import pytest

from webshellhunt.model.settings import PageKind, PageSettings
from webshellhunt.pages.page import BlockKind
from webshellhunt.pages.parser import parse


def blocks(text: str) -> list[tuple[BlockKind, str]]:
    return [(b.kind, b.code(text)) for b in parse(text, PageKind.RAZOR, PageSettings()).blocks]


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("@{ var a = 1; }b", BlockKind.RAZOR_CODE, " var a = 1; "),
        (
            "@{ var a = \"}\"; /* } */ var b = '}'; // }\n }b",
            BlockKind.RAZOR_CODE,
            " var a = \"}\"; /* } */ var b = '}'; // }\n ",
        ),
        ('@{ var a = @"\\"; { } }b', BlockKind.RAZOR_CODE, ' var a = @"\\"; { } '),
        (
            '@{ <p>don\'t</p> <a href="http://x/">y</a> }b',
            BlockKind.RAZOR_CODE,
            ' <p>don\'t</p> <a href="http://x/">y</a> ',
        ),
        ("@(1 + (2))b", BlockKind.RAZOR_EXPRESSION, "1 + (2)"),
        ("@Model.Name b", BlockKind.RAZOR_EXPRESSION, "Model.Name"),
        ("@Model.Name. b", BlockKind.RAZOR_EXPRESSION, "Model.Name"),
        ('@Html.Raw("a)").B[1]?.C!.D b', BlockKind.RAZOR_EXPRESSION, 'Html.Raw("a)").B[1]?.C!.D'),
        ("@functions { int F() { return 1; } }b", BlockKind.RAZOR_CODE, " int F() { return 1; } "),
        (
            "@if (a) { b } else if (c) { d } else { e }f",
            BlockKind.RAZOR_CODE,
            "if (a) { b } else if (c) { d } else { e }",
        ),
        ("@foreach (var a in b) { c }d", BlockKind.RAZOR_CODE, "foreach (var a in b) { c }"),
        ("@try { a } catch (E) { b } finally { c }d", BlockKind.RAZOR_CODE, "try { a } catch (E) { b } finally { c }"),
        ("@using (F()) { a }b", BlockKind.RAZOR_CODE, "using (F()) { a }"),
        ("@section Scripts { a }b", BlockKind.RAZOR_CODE, "section Scripts { a }"),
        ("@{ open", BlockKind.RAZOR_CODE, " open"),
    ],
)
def test_each_construct(text: str, kind: BlockKind, code: str) -> None:
    assert blocks(f"<p>{text}") == [(kind, code)]


@pytest.mark.parametrize(
    "text", ["a@b.example", "@@media { }", "@* @{ x } *@", "@model A.B", "@using System.IO", "@", "a @ b", "@1"]
)
def test_what_is_no_code(text: str) -> None:
    assert blocks(text) == []


def test_code_between_markup() -> None:
    assert [c for _, c in blocks("<p>@a</p>@b(1)<i>@{ c }</i>")] == ["a", "b(1)", " c "]


def test_visual_basic_is_known_by_its_blocks() -> None:
    text = "@Code\n Dim a = 1\nEnd Code\n<p>@a</p>@If a Then\n@<b>x</b>\nEnd If\nrest"
    page = parse(text, PageKind.RAZOR, PageSettings())
    assert page.language == "vb"
    assert [b.code(text) for b in page.blocks] == ["\n Dim a = 1\nEnd Code", "a", "If a Then\n@<b>x</b>\nEnd If"]
    assert parse("@{ }", PageKind.RAZOR, PageSettings()).language == "c#"
