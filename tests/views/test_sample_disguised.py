"""Layers of a sample: what signatures see of it, and what the server joins before it compiles."""

from __future__ import annotations

import pytest

from tests.builders.inert import live
from tests.detectors.fixture_cases import read
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.limits import Job
from webshellhunt.model.places import Role
from webshellhunt.model.settings import PageSettings
from webshellhunt.scan.scanner import examine_bytes
from webshellhunt.views.normalised_text import plain_layers
from webshellhunt.views.sample import Sample

JSCRIPT = read("request_reaches_eval/jscript-net-script-block").data.decode()


def sample_of(text: str | bytes, path: str = "a/x.aspx", settings: PageSettings | None = None) -> Sample:
    data = text.encode() if isinstance(text, str) else text
    return Sample(Artifact(path, path, Role.WWWROOT, len(data), settings=settings or PageSettings()), data)


def rules_of(sample: Sample) -> set[str]:
    return {finding.rule.id for finding in examine_bytes(sample.data, sample.artifact, Job()).findings}


@pytest.mark.parametrize(("codec", "name"), [("utf-16-le", "utf-16"), ("utf-32-be", "utf-32BE"), ("utf-7", "utf-7")])
def test_bytes_that_are_ascii_may_still_say_something_else(codec: str, name: str) -> None:
    sample = sample_of("<% x %>".encode(codec), settings=PageSettings(file_encoding=name))
    assert sample.data.isascii()
    assert sample.layers[0].text == "<% x %>"
    assert sample.layers[0].differs


@pytest.mark.parametrize("data", [b"<% x %>", b"\xef\xbb\xbf<% x %>", "<% é %>".encode()])
def test_utf_8_is_what_the_bytes_are(data: bytes) -> None:
    assert not sample_of(data).layers[0].differs


def test_server_comments_inside_a_word_are_joined() -> None:
    word = live("ev·al")
    split = JSCRIPT.replace(word, f"{word[:2]}<%-- so --%>{word[2:]}")
    assert split != JSCRIPT
    assert "WSH1001" in rules_of(sample_of(split))


def test_the_source_of_a_handler_has_no_server_comments() -> None:
    handler = read("request_reaches_eval/jscript-net-handler")
    source = handler.data.decode().replace("public class", 'var a = "<%--";\npublic class') + '\nvar b = "--%>";\n'
    assert "WSH1001" in rules_of(sample_of(source, handler.path))


def test_an_object_that_markup_makes_needs_no_word_of_the_code() -> None:
    fixture = read("request_reaches_process/vbscript-class-id")
    split = fixture.data.decode().replace("cmd.exe", 'cmd.e" & "xe')
    assert split != fixture.data.decode()
    assert "WSH1002" in rules_of(sample_of(split, fixture.path))


def test_signatures_see_disguised_code_written_plainly() -> None:
    fixture = read("request_loads_code/csharp-machine-code")
    escaped = fixture.data.decode().replace("VirtualAlloc", "\\u0056irtualAlloc").replace("Marshal.", "Marshal/**/.")
    sample = sample_of(escaped, fixture.path)
    (plain,) = plain_layers(sample.layers[0])
    assert plain.text == fixture.data.decode()
    assert plain.name == "text, written plainly"
    at = plain.text.index("VirtualAlloc")
    span = plain.span(at, at + len("VirtualAlloc"))
    assert sample.data[span.start : span.end] == b"\\u0056irtualAlloc"
    assert rules_of(sample) == {*fixture.expect, "WSH3003"}


def test_plain_code_has_no_second_text() -> None:
    (layer,) = sample_of(JSCRIPT).layers
    assert list(plain_layers(layer)) == []


def test_strings_in_pieces_are_seen_in_both_forms() -> None:
    fixture = read("request_loads_code/csharp-machine-code")
    split = fixture.data.decode().replace('"kernel32"', '"kern"/**/+/**/"el32"')
    plain, joined = plain_layers(sample_of(split, fixture.path).layers[0])
    assert plain.text == fixture.data.decode().replace('"kernel32"', '"kern" + "el32"')
    assert joined.text == fixture.data.decode()


@pytest.mark.parametrize(
    ("code", "plain"),
    [
        ("a/**/.b(c);", "a.b(c);"),
        ("a /**/ (c);", "a(c);"),
        ("a./**/b;", "a.b;"),
        ("a // so\r\n.b();", "a.b();"),
        ("a . b(c);", "a.b(c);"),
        ("x = @a.b;", "x = a.b;"),
    ],
)
def test_code_without_a_word_of_power_is_written_plainly_where_it_looks_disguised(code: str, plain: str) -> None:
    (layer,) = sample_of(f'<%@ Page Language="C#" %><% {code} %>').layers
    assert layer.codes == ()
    assert [each.text for each in plain_layers(layer)] == [f'<%@ Page Language="C#" %><% {plain} %>']


@pytest.mark.parametrize("code", ["a.b(c); // so", "/* so */ a.b(c);", "a.b(c,\r\n  d);"])
def test_other_code_without_a_word_of_power_is_left_early(code: str) -> None:
    (layer,) = sample_of(f'<%@Page Language="C#"%><% {code} %>').layers
    assert list(plain_layers(layer)) == []


def test_a_word_of_vb_that_a_server_comment_splits_is_written_whole() -> None:
    page = '<%@ Page Language="VB" %><script runat="server">Sub Wo<%-- so --%>rd(a)\nEnd Sub</script>'
    (plain,) = plain_layers(sample_of(page).layers[0])
    assert "Sub word(a)" in plain.text
