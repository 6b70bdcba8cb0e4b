"""What a name is by all that it is given."""

from __future__ import annotations

import pytest

from tests.builders.inert import analyse, roads

_VISITOR = ("evaluate", "visitor", "k")


@pytest.mark.parametrize(
    "code",
    [
        'sql = "select a from t where id = " & Req·uest("k")\nExec·ute sql',
        'sql = "select a from t where id = " & Req·uest("k")\nsql = sql & " order by " & o\nExec·ute sql',
        'sql = "delete from t where id = " & Req·uest("k")\nsql &= " and b = 1"\nExec·ute sql',
    ],
)
def test_a_query_stays_one_with_more_behind_it(code: str) -> None:
    assert roads(analyse(code, "vbscript")) == []


@pytest.mark.parametrize(
    "code",
    [
        'sql = sql & Req·uest("k")\nExec·ute sql',
        'sql = "select a from t"\nsql = Req·uest("k") & sql\nExec·ute sql',
        'sql = "select a from t"\nIf b Then sql = Req·uest("k")\nExec·ute sql',
        'sql = "select " & Req·uest("k")\nExec·ute sql',
    ],
)
def test_another_beginning_is_code(code: str) -> None:
    assert roads(analyse(code, "vbscript")) == [_VISITOR]


def test_a_pattern_is_no_database() -> None:
    start = 'c.Open "provider=x;data source=" & Req·uest("d")\n'
    made = 'Set re = {}\nSet m = re.Exec·ute(Req·uest("k"))'
    for maker in ("New RegExp", 'CreateObject("VBScript.RegExp")'):
        assert "statement" not in {kind for kind, *_ in roads(analyse(start + made.format(maker), "vbscript"))}
