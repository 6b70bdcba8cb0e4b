"""Results of functions that nobody knows: the visitor's text, or something that he looks up."""

from __future__ import annotations

import pytest

from tests.builders.inert import analyse
from tests.builders.interpreted import seen
from tests.builders.library_runs import TAINTED
from webshellhunt.analysis.domain.values import ANSWER, ESCAPED, FOUND, Opaque, Tainted, Text, Thing, Value
from webshellhunt.analysis.library.unknown_functions import is_record, item_of, member_of, result_of
from webshellhunt.analysis.traces import Trace

FORM = Tainted((Trace("visitor", "Request.Form", 1),), "request", is_fresh=True)
URL = Tainted((Trace("visitor", "Request.Url", 1),), "request", is_fresh=True)
OBJECT = Opaque("", ("files",))
_COMMAND = 'var c = new SqlCommand("select a from t where b=" + VISITOR); '
_OPENED = 'Set c = CreateObject("ADODB.Connection")\nSet r = c.Execute("select a from t where b=" & VISITOR)\n'


def form_of(value: Value) -> str:
    assert value.__class__ is Tainted
    return str(value.form)


@pytest.mark.parametrize(
    ("language", "names", "subject", "given", "form"),
    [
        ("c#", ("files", "find"), OBJECT, TAINTED, ANSWER),
        ("c#", ("files", "find"), OBJECT, FORM, FOUND),
        ("c#", ("files", "deserialize"), OBJECT, TAINTED, ""),
        ("c#", ("files", "frombase64"), OBJECT, TAINTED, ""),
        ("c#", ("path", "getfullpath"), Opaque("", ("path",)), TAINTED, ""),
        ("c#", ("server", "htmlencode"), Opaque("", ("server",)), TAINTED, ESCAPED),
        ("vb", ("find",), None, TAINTED, ANSWER),
        ("vbscript", ("checked",), None, TAINTED, FOUND),
        ("vbscript", ("trim",), None, TAINTED, ""),
        ("vbscript", ("files", "find"), OBJECT, TAINTED, FOUND),
        ("vbscript", ("visitor", "find"), TAINTED, "a", ""),
        ("vbscript", ("visitor", "find"), Tainted(TAINTED.traces, form=FOUND), "a", FOUND),
    ],
)
def test_the_form_of_a_result(language: str, names: tuple[str, ...], subject: Value, given: Value, form: str) -> None:
    assert form_of(result_of(language, names, subject, [given])) == form


def test_nothing_is_tainted_without_a_visitor() -> None:
    assert result_of("c#", ("a", "b"), OBJECT, ["x"]) == Opaque("", ("a", "b"))
    assert item_of("vbscript", "a", ["x"]) == Opaque()
    assert form_of(item_of("vbscript", "checked", [TAINTED])) == FOUND


def test_a_member_of_an_answer_was_looked_up() -> None:
    answer = Tainted(TAINTED.traces, form=ANSWER)
    assert form_of(member_of(answer, "place")) == FOUND
    assert form_of(member_of(answer, "result")) == ""
    assert form_of(member_of(Tainted(TAINTED.traces, form=FOUND))) == FOUND
    assert form_of(member_of(TAINTED, "place")) == ""


def test_the_scheme_of_the_request_is_no_text_of_the_visitor() -> None:
    assert member_of(URL, "scheme") == Opaque("string", ("url", "scheme"))
    assert form_of(member_of(URL, "host")) == ""
    assert form_of(member_of(URL, "query")) == ""


@pytest.mark.parametrize(
    ("path", "is_whole"),
    [
        ("Media.Find(Req·uest.QueryString).Place", False),
        ('Media.Find(Req·uest["id"]).Place', False),
        ('Media.Find(Req·uest["id"])', True),
        ('Media.Deserialize(Req·uest["id"]).Place', True),
        ('Regex.Match(Req·uest["id"], ".*").Value', True),
        ('Req·uest["id"]', True),
    ],
)
def test_a_file_that_is_looked_up_is_not_any_file(path: str, is_whole: bool) -> None:
    (flow,) = analyse(f"Response.Write·File({path});", "c#").flows
    assert flow.shape.is_whole is is_whole


@pytest.mark.parametrize(
    ("address", "is_whole"),
    [('checked(Req·uest("a"), 32)', False), ('Req·uest("a")', True), ('Trim(Req·uest("a"))', True)],
)
def test_a_function_of_an_include_checks_a_text(address: str, is_whole: bool) -> None:
    code = f'Set x = CreateObject("MSXML2.XML·HTTP")\nx.Open "GET", "http://" & {address} & "/a", False'
    flows = [each for each in analyse(code, "vbscript").flows if each.kind == "fetch"]
    assert [each.shape.is_whole for each in flows] == [is_whole]


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
