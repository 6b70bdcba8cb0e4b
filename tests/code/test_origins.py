"""What is itself what a visitor sends."""

from __future__ import annotations

import pytest

from tests.builders.looking import look


def trace(code: str, language: str) -> tuple[str, str, str | None] | None:
    expressions, size = look(code, language)
    found = expressions.trace(0, size, None)
    return None if found is None else (found.kind, found.origin, found.key)


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("vbscript", 'Req·uest("k")', ("visitor", "request('k')", "k")),
        ("vbscript", 'Req·uest.Form("k")', ("visitor", "request.form('k')", "k")),
        ("vbscript", 'Req·uest.Form("k" & "2")', ("visitor", "request.form('k2')", "k2")),
        ("vbscript", "Req·uest(0)", ("visitor", "request('0')", "0")),
        ("vbscript", "Req·uest", None),
        ("vbscript", 'Req·uest.Form("k").Count', None),
        ("vbscript", "Req·uest.TotalBytes", None),
        ("vbscript", 'Req·uest.ServerVariables("HTTP_A")', ("visitor", "request.servervariables('HTTP_A')", "HTTP_A")),
        ("vbscript", 'Req·uest.ServerVariables("PATH_INFO")', None),
        ("vbscript", 'Len(Req·uest("k"))', None),
        ("vbscript", 'Len(Req·uest("k")) & Req·uest("j")', ("visitor", "request('j')", "j")),
        ("vbscript", 'ev·al("Req·uest")("k")', ("visitor", "eval(Request)", None)),
        ("c#", 'Req·uest["k"]', ("visitor", "Request('k')", "k")),
        ("c#", "Req·uest.Files[f]", ("upload", "Request.Files", None)),
        ("c#", "this.Context.Req·uest.Headers[h]", ("visitor", "this.Context.Request.Headers", None)),
        ("c#", "context.Req·uest.Req·uest.Form[h]", ("visitor", "context.Request.Request.Form", None)),
        ("c#", 'mine.Req·uest["k"]', None),
        ("c#", "client.DownloadString(u)", ("remote", "downloadstring", None)),
        ("jscript", 'Req·uest.Item["k"]', ("visitor", "Request.Item('k')", "k")),
    ],
)
def test_where_a_text_comes_from(language: str, code: str, expected: tuple[str, str, str | None] | None) -> None:
    assert trace(code, language) == expected
