"""Rewritten and carried layers keep the place of their text in the file."""

from __future__ import annotations

import base64

import pytest

from tests.builders.inert import live
from webshellhunt import examine
from webshellhunt.decoding.carriers import CarriedPart
from webshellhunt.decoding.rewrite import Replacement
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.places import Role
from webshellhunt.model.verdict import Disposition
from webshellhunt.views import inner_layers
from webshellhunt.views.inner_layers import iter_carried_layers
from webshellhunt.views.sample import Sample

INNER = live("<\x25 Response.Wri·te(1) \x25>").encode()
PAGE = live('<%·@ Page Language="C#" %·>\n<script runat="ser·ver">\n{}\n</script>')
PAGE_IN_TEXT = live('<%·@ Page Language="C#" %·><%· Pro·cess.Start(Req·uest["k"]); %·>')
RAZOR = live('@using System.Diagnostics\n@{ Pro·cess.Start(Req·uest["k"]); }')
CLASS = live('using System; public class A { public A() { Pro·cess.Start(Req·uest["k"]); } }')


def opened(data: bytes) -> Sample:
    return Sample(Artifact("a.asp", "a.asp", Role.WWWROOT, len(data)), data)


def test_a_part_that_is_stored_unchanged_keeps_its_bytes() -> None:
    sample = opened(b"head " + INNER)
    (layer,) = iter_carried_layers(sample, CarriedPart("test", "page.asp", INNER, 5, 5 + len(INNER)), 1000)
    assert layer.name == "test: page.asp"
    assert (layer.span(0, 2).start, layer.span(0, 2).end) == (5, 7)


def test_a_decoded_part_has_the_whole_encoded_range() -> None:
    sample = opened(b"encoded text")
    (layer,) = iter_carried_layers(sample, CarriedPart("test", "page.asp", INNER, 2, 9), 1000)
    assert (layer.span(0, 2).start, layer.span(0, 2).end) == (2, 9)


def test_a_part_without_server_code_is_no_layer() -> None:
    text = b"plain text"
    assert list(iter_carried_layers(opened(text), CarriedPart("test", "a.txt", text, 0, len(text)), 1000)) == []


def test_a_rewritten_layer_maps_to_the_bytes_of_its_outer_one() -> None:
    sample = opened(b"abXXef" + INNER)
    outer = sample.layers[0]
    layer = outer.decoded("decoded", [Replacement(2, 4, "longer")])
    assert layer.text.startswith("ablongeref")
    assert (layer.name, layer.span(8, 9).start) == ("text, decoded", 4)


def layers(code: str, path: str = "a.aspx") -> list[str]:
    data = PAGE.format(code).encode()
    sample = Sample(Artifact(path, path, Role.WWWROOT, len(data)), data)
    return [layer.name for layer in sample.constant_layers]


def literal(text: str) -> str:
    quoted = text.replace('"', '""')
    return f'string s = @"{quoted}"; void F() {{ System.Diagnostics.Process.Start("a"); }}'


@pytest.mark.parametrize(
    ("text", "extension"),
    [(PAGE_IN_TEXT, "aspx"), (RAZOR, "cshtml"), (CLASS, "ashx")],
    ids=["page", "razor", "class"],
)
def test_a_constant_is_read_as_what_it_is(text: str, extension: str) -> None:
    assert layers(literal(text)) == [f"constant: line 3, constant.{extension}"]


def test_base64_is_decoded() -> None:
    encoded = base64.b64encode(PAGE_IN_TEXT.encode()).decode()
    assert layers(f'string s = "{encoded}";') == ["constant: line 3, constant.aspx"]


@pytest.mark.parametrize("text", ["no page at all, only words that are long enough", "<b>bold</b>" * 9, RAZOR[:20]])
def test_other_texts_are_no_layers(text: str) -> None:
    assert layers(literal(text)) == []


def test_a_text_is_read_once_and_not_many() -> None:
    encoded = base64.b64encode(PAGE_IN_TEXT.encode()).decode()
    assert len(layers("".join(f'string s{i} = "{encoded}";' for i in range(40)))) == 1
    different = (base64.b64encode(PAGE_IN_TEXT.replace('"k"', f'"{i}"').encode()).decode() for i in range(40))
    assert len(layers("".join(f'string s = "{each}";' for each in different))) == 10


def test_a_long_name_of_a_class_takes_linear_time() -> None:
    pattern = inner_layers._CLASS
    assert pattern.search("class " + "a" * 200_000) is None
    assert pattern.search("class " * 50_000) is None
    assert pattern.search("class A : B {") is not None


@pytest.mark.parametrize(
    ("use", "is_run"),
    [
        ("Response.Write(Server.HtmlEncode(s));", False),
        ("label.Text = s;", False),
        (live('System.IO.File.Write·AllText("b.aspx", s);'), True),
        ("Response.Write(s); Keep(s);", True),
    ],
)
def test_an_example_that_is_only_shown_is_not_run(use: str, is_run: bool) -> None:
    quoted = PAGE_IN_TEXT.replace('"', '""')
    code = f'void F() {{ string s = @"{quoted}"; {use} System.Diagnostics.Process.Start("a"); }}'
    assert bool(layers(code)) is is_run


@pytest.mark.parametrize(
    ("use", "is_found"),
    [
        ("Response.Write(Server.HtmlEncode({}));", False),
        (live('System.IO.File.Write·AllText(Map("b.aspx"), {});'), True),
    ],
)
def test_a_page_that_documents_another_is_not_malicious(use: str, is_found: bool) -> None:
    quoted = PAGE_IN_TEXT.replace('"', '""')
    page = PAGE.format("void Page_Load() { " + use.format(f'@"{quoted}"') + " }")
    assert (examine(page.encode(), path="a.aspx").disposition >= Disposition.SUSPICIOUS) is is_found
