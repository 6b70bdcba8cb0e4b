"""What another server sent, and who asked for it."""

from __future__ import annotations

import pytest

from tests.builders.inert import analyse
from webshellhunt.analysis.constants import Constant
from webshellhunt.analysis.marks.relay_marks import find_relay_marks, names_engine, needs_joined_texts, possible_marks


def on_written(code: str, language: str = "c#") -> frozenset[str]:
    """Return the marks on the arguments of ``write``."""
    analysis = analyse(code, language)
    marks = find_relay_marks(analysis.index, analysis.constants)
    on = frozenset[str]().union(*(each.on for each in marks.iter_calls({"write"})))
    text = code.lower() if language == "jscript" else ""
    assert on <= possible_marks(analysis.constants, analysis.words(), text) | {"answer", "fetched", "hidden"}
    return on


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("write(r.UserAgent);", {"who"}),
        ('write(r.Headers["User-Agent"]);', {"who"}),
        ("write(Request.Url);", {"host", "query"}),
        ("write(Request.Url.Host);", {"host"}),
        ("write(Request.Url.AbsoluteUri);", {"host", "query"}),
        ("write(page.Url);", set()),
        ("write(Request.Path);", {"query"}),
        ("write(Request.Browser.Crawler);", {"who", "crawler"}),
        ('write("http://a.example/");', {"elsewhere"}),
        ('write("http://pagead2.googlesyndication.com/ads");', set()),
        ('write("https://service.prerender.io/");', set()),
        ('write("https://prerender.io.example/");', {"elsewhere"}),
        ('write("aHR0cDovL2EuZXhhbXBsZS8=");', {"elsewhere", "hidden"}),
        ('write("687474703A2f2F612e6578616d706c65");', {"elsewhere", "hidden"}),
        ('write("/elpmaxe.a//:ptth");', {"elsewhere", "hidden"}),
        ('write("googlebot");', {"crawler"}),
        ('write("google");', {"engine"}),
        ('write("google", "baidu");', {"crawler"}),
        ('write(w.DownloadString("x"));', {"fetched", "answer"}),
        ('write(Trim(w.DownloadString("x")));', {"fetched", "answer"}),
        ('write(w.DownloadString("x").Split(c)[1]);', {"fetched"}),
        ('write(w.DownloadString("x").Length);', set()),
        ("s = r.GetResponseStream(); s.Read(b, 0, 9); write(b);", {"fetched", "answer"}),
        ("s = r.GetResponseStream(); s.CopyTo(m); write(m);", {"fetched", "answer"}),
        ('a = w.DownloadString("x"); b = a.Substring(1, a.Length); write(b);', {"fetched"}),
    ],
)
def test_the_marks_of_what_is_written(code: str, expected: set[str]) -> None:
    assert on_written(code) == expected


def test_regular_expressions_of_jscript_name_crawlers() -> None:
    assert on_written("write(/googlebot|slurp/i);", "jscript") == {"crawler"}
    assert names_engine("x = /yandex/;")
    assert not names_engine("x = /word/;")


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ('"ht" + "tp:/" + "/a.example/"', {"elsewhere", "hidden"}),
        ('"http://" + "a.example/"', {"elsewhere"}),
        ('"ht" + b', {"elsewhere"}),
    ],
)
def test_an_address_in_pieces_is_hidden(pieces: str, expected: set[str]) -> None:
    index = analyse(f"write({pieces});", "c#").index
    (argument,) = index.arguments_of(index.dotted[0].node)
    constant = Constant("http://a.example/", argument.start, argument.end, ("concatenate",))
    (found,) = find_relay_marks(index, {constant.start: constant}).iter_calls({"write"})
    assert found.on == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('a = Request.ServerVariables("HTTP_" + "HOST");', True),
        ('a = Request.ServerVariables("HTTPS");', False),
        ("a = Request.UserAgent;", True),
        ('a = Request.Form("HTTP_" + "HOST");', False),
        ('a = Request.Url.Host + w.DownloadString("x");', True),
    ],
)
def test_texts_in_pieces_matter_where_visitors_may_be_recognised(code: str, expected: bool) -> None:
    analysis = analyse(code, "c#")
    marks = possible_marks(analysis.constants, analysis.words(), "")
    assert needs_joined_texts(lambda: analysis.index, marks, analysis.words()) is expected
