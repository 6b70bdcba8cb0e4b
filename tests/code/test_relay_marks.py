"""What another server sent, and who asked for it."""

from __future__ import annotations

import pytest

from tests.builders.inert import analyse, unit_of
from webshellhunt.code.calls import Calls
from webshellhunt.code.constants import iter_constants
from webshellhunt.code.relay_marks import find_relay_marks, joined_constants, names_engine, possible_marks


def on_written(code: str, language: str = "c#") -> frozenset[str]:
    """Return the marks on the arguments of ``write``."""
    calls = Calls(unit_of(code, language))
    constants = {each.start: each for each in iter_constants(calls.unit.tokens)}
    on = frozenset[str]().union(*(on for _, _, on in find_relay_marks(calls, constants).iter_calls({"write"})))
    assert on <= possible_marks(calls, constants) | {"answer", "fetched", "hidden"}
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
    assert names_engine(Calls(unit_of("x = /yandex/;", "jscript")), "")
    assert not names_engine(Calls(unit_of("x = /word/;", "jscript")), "")


@pytest.mark.parametrize(
    ("code", "is_joined"),
    [
        ('a = Request.ServerVariables("HTTP_" + "HOST"); b = "x" + "y";', True),
        ('a = Request.UserAgent; b = "x" + "y";', True),
        ('a = Request.Form("HTTP_" + "HOST"); b = "x" + "y";', False),
    ],
)
def test_texts_are_joined_where_visitors_may_be_recognised(code: str, is_joined: bool) -> None:
    constants = joined_constants(analyse(code, "c#"))
    assert ("xy" in {each.value for each in constants.values()}) is is_joined
