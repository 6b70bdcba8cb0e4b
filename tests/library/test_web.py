"""Functions of System.Web for known texts, and tables in memory."""

from __future__ import annotations

import pytest

from tests.builders.inert import live
from webshellhunt.analysis.dotnet import run_dotnet
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.lang.unit import build_unit
from webshellhunt.library.web import WEB_FUNCTIONS


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("net-htmlencode", "<a b='c'>&", "&lt;a b=&#39;c&#39;&gt;&amp;"),
        ("net-urlencode", "a b/ä", "a+b%2F%C3%A4"),
        ("urldecode", "a+b%2fc%zz", "a b/c%zz"),
        ("htmldecode", "&lt;&#65;&amp;", "<A&"),
    ],
)
def test_texts_are_encoded_and_decoded(name: str, text: str, expected: str) -> None:
    assert WEB_FUNCTIONS[name](text).lower() == expected.lower()


def reached(code: str) -> list[str | None]:
    """Return the keys of the request that reach a program that is started."""
    code = live(f"void Page_Load(object s, EventArgs e) {{ {code} }}")
    unit = build_unit(code, "c#", [(0, len(code))])
    run = run_dotnet(unit.tokens, Surroundings(), unit.parsed)
    found = [
        trace.key for each in run.shown if each.names == ("process", "start") for trace in each.arguments[0].traces
    ]
    run.close()
    return found


@pytest.mark.parametrize(
    ("row", "column", "found"), [(0, '"a"', ["k"]), (0, "0", ["k"]), (0, '"b"', []), (1, '"a"', [])]
)
def test_a_table_keeps_its_cells_apart(row: int, column: str, found: list[str]) -> None:
    table = (
        'var t = new DataTable(); t.Columns.Add("a"); t.Columns.Add("b");'
        ' t.Rows.Add(Req·uest["k"], "x"); t.Rows.Add("y", "z");'
    )
    assert reached(f"{table} Pro·cess.Start(t.Rows[{row}][{column}].ToString());") == found


@pytest.mark.parametrize(("end", "found"), [("true", []), ("false", ["k"])])
def test_a_redirection_may_go_on(end: str, found: list[str]) -> None:
    assert reached(f'Response.Redirect("a", {end}); Pro·cess.Start(Req·uest["k"]);') == found
