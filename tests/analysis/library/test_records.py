"""The content of a record is that of the database."""

from __future__ import annotations

import pytest

from tests.builders.interpreted import seen
from webshellhunt.analysis.domain.values import Opaque, Text, Thing, Value
from webshellhunt.analysis.library.records import is_record


@pytest.mark.parametrize(
    ("names", "subject", "argument", "expected"),
    [
        (("adodb", "connection", "execute"), Thing("adodb.connection"), Opaque(), True),
        (("conn", "execute"), Opaque("", ("conn",)), "select * from t", True),
        (("conn", "execute"), Opaque("", ("conn",)), Text(("select * from t where a=", Opaque())), True),
        (("pattern", "execute"), Opaque("", ("pattern",)), Opaque(), False),
        (("regexp", "execute"), Thing("regexp"), "select * from t", False),
        (("execute",), None, "select * from t", False),
        (("sqlcommand", "executereader"), Thing("sqlcommand"), Opaque(), True),
        (("sqlcommand", "clone"), Thing("sqlcommand"), Opaque(), False),
    ],
)
def test_calls_that_return_records(names: tuple[str, ...], subject: Value, argument: Value, expected: bool) -> None:
    assert is_record(names, subject, [argument]) is expected


_COMMAND = 'var c = new SqlCommand("select a from t where b=" + VISITOR); '
_OPENED = 'Set c = CreateObject("ADODB.Connection")\nSet r = c.Execute("select a from t where b=" & VISITOR)\n'


@pytest.mark.parametrize(
    ("language", "code", "is_visitors"),
    [
        ("c#", _COMMAND + 'var r = c.ExecuteReader(); SINK(r["a"].ToString());', False),
        ("c#", _COMMAND + "SINK((string)c.ExecuteScalar());", False),
        ("c#", _COMMAND + "SINK(c.CommandText);", True),
        ("vbscript", _OPENED + 'SINK r("a")', False),
        ("vbscript", _OPENED + 'SINK r.Fields("a").Value', False),
        ("vbscript", _OPENED + "SINK VISITOR", True),
        ("vbscript", 'Set r = conn.Execute("select a from t where b=" & VISITOR)\nSINK r(0)', False),
        ("vbscript", "Set r = pattern.Execute(VISITOR)\nSINK r(0)", True),
    ],
)
def test_a_field_of_a_record_is_not_the_statement(language: str, code: str, is_visitors: bool) -> None:
    assert ("<tainted>" in seen(code, language)) is is_visitors
