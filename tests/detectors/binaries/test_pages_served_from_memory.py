"""Pages that lie in no file."""

from __future__ import annotations

import pytest

from tests.builders.compiled import findings_of
from tests.persistence.rows_compiled import provider


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ('new MemoryStream(Convert.FromBase64String("PCU="))', "that it decodes from a text"),
        ('new MemoryStream(Encoding.UTF8.GetBytes(HttpContext.Current.Request["p"]))', "of the request"),
        ('new MemoryStream(Encoding.UTF8.GetBytes("<a runat=server>"))', "that it has as a text"),
    ],
)
def test_the_origin_of_the_page_is_said(what: str, words: str) -> None:
    (finding,) = findings_of("WSH5009", provider(what))
    assert words in finding.message


@pytest.mark.parametrize(
    "what",
    [
        'typeof(F).Assembly.GetManifestResourceStream("a")',
        'File.OpenRead("a")',
        'new MemoryStream(Encoding.UTF8.GetBytes("body { color: red }"))',
        'new MemoryStream((byte[])new System.Data.SqlClient.SqlCommand("select 1").ExecuteScalar())',
    ],
)
def test_resources_files_and_databases_are_ordinary(what: str) -> None:
    assert findings_of("WSH5009", provider(what)) == []
