"""Who asks, and the names of crawlers."""

from __future__ import annotations

import pytest

from tests.builders.inert import analyse
from webshellhunt.analysis.marks.relay_marks import find_relay_marks, names_engine, needs_joined_texts, possible_marks


def on_written(code: str, language: str = "c#") -> frozenset[str]:
    """Return the marks on the arguments of ``write``."""
    analysis = analyse(code, language)
    marks = find_relay_marks(analysis.index, analysis.constants)
    written = (
        argument for dotted in analysis.index.find({"write"}) for argument in analysis.index.arguments_of(dotted.node)
    )
    on = frozenset[str]().union(*map(marks.on, written))
    text = code.lower() if language == "jscript" else ""
    assert on <= possible_marks(analysis.constants, analysis.words(), text)
    return on


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("write(r.UserAgent);", {"who"}),
        ('write(r.Headers["User-Agent"]);', {"who"}),
        ("write(Request.Url);", set()),
        ("write(Request.Browser.Crawler);", {"who", "crawler"}),
        ('write("http://www.google.example/");', set()),
        ('write("googlebot");', {"crawler"}),
        ('write("google");', {"engine"}),
        ('write("google", "baidu");', {"crawler"}),
    ],
)
def test_the_marks_of_what_is_written(code: str, expected: set[str]) -> None:
    assert on_written(code) == expected


def test_regular_expressions_of_jscript_name_crawlers() -> None:
    assert on_written("write(/googlebot|slurp/i);", "jscript") == {"crawler"}
    assert names_engine("x = /yandex/;")
    assert not names_engine("x = /word/;")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('a = Request.ServerVariables("HTTP_" + "HOST");', True),
        ('a = Request.ServerVariables("HTTPS");', False),
        ("a = Request.UserAgent;", True),
        ('a = Request.Form("HTTP_" + "HOST");', False),
        ('a = Request.Url.Host + w.DownloadString("x");', False),
    ],
)
def test_texts_in_pieces_matter_where_visitors_may_be_recognised(code: str, expected: bool) -> None:
    analysis = analyse(code, "c#")
    marks = possible_marks(analysis.constants, analysis.words(), "")
    assert needs_joined_texts(lambda: analysis.index, marks, analysis.words()) is expected
