"""Constants that are pages or classes, as layers of the page that contains them."""

from __future__ import annotations

import base64

import pytest

from tests.builders.inert import live
from webshellhunt import examine
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.places import Role
from webshellhunt.model.verdict import Disposition
from webshellhunt.views import constant_pages
from webshellhunt.views.sample import Sample

PAGE = live('<%·@ Page Language="C#" %·>\n<script runat="ser·ver">\n{}\n</script>')
INNER = live('<%·@ Page Language="C#" %·><%· Pro·cess.Start(Req·uest["k"]); %·>')
RAZOR = live('@using System.Diagnostics\n@{ Pro·cess.Start(Req·uest["k"]); }')
CLASS = live('using System; public class A { public A() { Pro·cess.Start(Req·uest["k"]); } }')


def layers(code: str, path: str = "a.aspx") -> list[str]:
    data = PAGE.format(code).encode()
    sample = Sample(Artifact(path, path, Role.WWWROOT, len(data)), data)
    return [layer.name for layer in sample.constant_layers]


def literal(text: str) -> str:
    quoted = text.replace('"', '""')
    return f'string s = @"{quoted}"; void F() {{ System.Diagnostics.Process.Start("a"); }}'


@pytest.mark.parametrize(
    ("text", "extension"), [(INNER, "aspx"), (RAZOR, "cshtml"), (CLASS, "ashx")], ids=["page", "razor", "class"]
)
def test_a_constant_is_read_as_what_it_is(text: str, extension: str) -> None:
    assert layers(literal(text)) == [f"constant: line 3, constant.{extension}"]


def test_base64_is_decoded() -> None:
    encoded = base64.b64encode(INNER.encode()).decode()
    assert layers(f'string s = "{encoded}";') == ["constant: line 3, constant.aspx"]


@pytest.mark.parametrize("text", ["no page at all, only words that are long enough", "<b>bold</b>" * 9, RAZOR[:20]])
def test_other_texts_are_no_layers(text: str) -> None:
    assert layers(literal(text)) == []


def test_a_text_is_read_once_and_not_many() -> None:
    encoded = base64.b64encode(INNER.encode()).decode()
    assert len(layers("".join(f'string s{i} = "{encoded}";' for i in range(40)))) == 1
    different = (base64.b64encode(INNER.replace('"k"', f'"{i}"').encode()).decode() for i in range(40))
    assert len(layers("".join(f'string s = "{each}";' for each in different))) == 10


def test_a_long_name_of_a_class_takes_linear_time() -> None:
    pattern = constant_pages._CLASS
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
    quoted = INNER.replace('"', '""')
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
    quoted = INNER.replace('"', '""')
    page = PAGE.format("void Page_Load() { " + use.format(f'@"{quoted}"') + " }")
    assert (examine(page.encode(), path="a.aspx").disposition >= Disposition.SUSPICIOUS) is is_found
