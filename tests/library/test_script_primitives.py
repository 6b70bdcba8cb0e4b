"""Primitives of JScript: what its objects do with values, asked of small programs that write to the answer."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.core_runs import started
from webshellhunt.core.run import World
from webshellhunt.core.values import OneOf, Parts, Some, labels_of
from webshellhunt.lang.unit import build_unit
from webshellhunt.library.rows import library
from webshellhunt.lower import jscript
from webshellhunt.lower.texts import TextReader

VISITOR = 'var v = String(Request("k"));\n'


def written(code: str) -> list[Any]:
    """Return what a page writes, in the order of the places that write."""
    top = build_unit(code, "jscript", [(0, len(code))]).parsed.top
    machine = started(jscript.lower(top), World(library(), frozenset({"write"}), TextReader().read))
    return [each.arguments[0] for each in machine.arrivals if each.names == ("response", "write")]


def shown(expression: str) -> Any:
    """Return the value of an expression as a text."""
    (value,) = written(f"Response.Write('' + ({expression}));")
    return value


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("[1, 2].concat([3], 4).join('-')", "1-2-3-4"),
        ("[3, 20, 1].sort()", "1,20,3"),
        ("[3, 20, 1].sort(function (a, b) { return a - b; })", "1,3,20"),
        ("[1, 2, 3].reverse()", "3,2,1"),
        ("[1, 2, 3, 4].slice(1, -1)", "2,3"),
        ("[1, 2, 3, 4].splice(1, 2)", "2,3"),
        ("(function (a) { a.splice(1, 1, 7, 8); return a; })([1, 2, 3])", "1,7,8,3"),
        ("(function (a) { a.unshift(0); a.push(4); return a.shift() + a.pop() + a; })([1])", "41"),
        ("(function (a) { a.length = 1; return a; })([1, 2])", "1"),
        ("(function (a) { a[3] = 1; return a.length + ':' + a; })([])", "4:,,,1"),
        ("new Array(3).join('x')", "xx"),
        ("[null, undefined, 1]", ",,1"),
        ("(function (a) { a.push(a, 1); return a; })([])", ",1"),
        ("Array.prototype.slice.call((function () { return arguments; })(1, 2, 3), 1)", "2,3"),
        ("[1, 2, 3].map(function (x) { return x * 2; })", "2,4,6"),
        ("[1, 2, 3].reduce(function (a, b) { return a + b; })", "6"),
        ("[1, 2, 3].indexOf(2)", "1"),
    ],
)
def test_lists(expression: str, expected: str) -> None:
    assert shown(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'a1b22'.replace(/\\d+/g, function (m, at) { return '<' + m + at + '>'; })", "a<11>b<223>"),
        ("'john smith'.replace(/(\\w+) (\\w+)/, '$2 $1$$')", "smith john$"),
        ("'aXbX'.replace('X', '-')", "a-bX"),
        ("'a,b;c'.split(/[,;]/).join('|')", "a|b|c"),
        ("'abc'.split('').length", "3"),
        ("'x=1&y=2'.match(/[xy]=/g)", "x=,y="),
        ("'abc'.match(/z/)", "null"),
        ("/b(.)/.exec('abcd')[1]", "c"),
        ("'abcd'.search(/c/)", "2"),
        ("/(\\d)(\\d)/.test('12') + RegExp.$2", "true2"),
        ("(function () { var r = /a/g, n = 0; while (r.exec('banana')) n++; return n; })()", "3"),
        ("(255).toString(16)", "ff"),
        ("(1.5).toFixed(2)", "1.50"),
        ("Math.max(1, 3, 2)", "3"),
        ("JSON.stringify({ a: [1, 'b'], c: null })", '{"a":[1,"b"],"c":null}'),
        ("JSON.parse('{\"a\":[1,2]}').a[1]", "2"),
        ("new Error('x')", "Error: x"),
        ("new Error(5, 'x').description", "x"),
        ("Object.prototype.toString.call([])", "[object Array]"),
        ("typeof new String('a') + new String('ab').length", "object2"),
    ],
)
def test_texts_and_patterns(expression: str, expected: str) -> None:
    assert shown(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("(function (a, b) { return this.x + a + b; }).call({ x: 1 }, 2, 3)", "6"),
        ("(function () { return this.x + arguments.length; }).apply({ x: 1 }, [2, 3])", "3"),
        ("(function (a, b) { return this.x + a + b; }).bind({ x: 1 }, 2)(3)", "6"),
        ("new Function('a', 'b', 'return a + b;')(1, 2)", "3"),
        ("({ a: 1 }).hasOwnProperty('a')", "true"),
        ("({}).hasOwnProperty('toString') + ('toString' in {})", "1"),
        ("(function () { var s = ''; for (var k in { a: 1, b: 2 }) s += k; return s; })()", "ab"),
        ("new VBArray(new ActiveXObject('Scripting.Dictionary').Keys()).toArray().length", "0"),
    ],
)
def test_functions_and_objects(expression: str, expected: str) -> None:
    assert shown(expression) == expected


def test_an_enumerator_goes_over_a_dictionary() -> None:
    code = "var d = new ActiveXObject('Scripting.Dictionary'); d.Add('a', 1); d.Add('b', 2);\n"
    code += "for (var e = new Enumerator(d); !e.atEnd(); e.moveNext()) s += e.item();\nResponse.Write(s);"
    assert written("var s = '';\n" + code) == ["ab"]


@pytest.mark.parametrize(
    ("code", "has_label"),
    [
        ("Response.Write(v.split(',')[0]);", True),
        ("Response.Write(v.length);", False),
        ("Response.Write(v.replace(/[^\\d]/g, ''));", False),
        ("Response.Write(v.replace(/x/g, ''));", True),
        ("if (/^\\d+$/.test(v)) Response.Write(v);", False),
        ("if (/\\d+/.test(v)) Response.Write(v);", True),
        ("if (!isNaN(v)) Response.Write(v);", False),
        ("if ('a,b'.indexOf(v) >= 0) Response.Write(v);", False),
        ("if (({ a: 1 }).hasOwnProperty(v)) Response.Write(v);", False),
        ("var o = { a: 1 }; if (o[v]) Response.Write(v);", False),
        ("var m = /^(\\d+)-(.*)$/.exec(v); if (m) Response.Write(m[1]);", False),
        ("var m = /^(\\d+)-(.*)$/.exec(v); if (m) Response.Write(m[2]);", True),
        ("Response.Write(String.fromCharCode(v.charCodeAt(0) ^ 3));", True),
        ("Response.Write(v.charCodeAt(0) ^ 3);", False),
        ("Response.Write([1, v].join('')); ", True),
        ('Response.Write(JSON.parse(\'{"a":"\' + v + \'","b":1}\').b);', False),
    ],
)
def test_what_is_left_of_a_text_of_the_visitor(code: str, has_label: bool) -> None:
    (value,) = written(VISITOR + code)
    assert bool(labels_of(value)) is has_label


def test_parts_keep_their_places() -> None:
    (value,) = written(VISITOR + "Response.Write(['a(', v, ')'].join(''));")
    assert isinstance(value, Parts)
    assert (value.parts[0], value.parts[-1]) == ("a(", ")")


def test_a_match_that_may_fail() -> None:
    (value,) = written(VISITOR + "var m = v.match(/a/); Response.Write(m === null ? 'no' : m[0]);")
    assert isinstance(value, (OneOf, Some))
    assert "no" in (value.options if isinstance(value, OneOf) else ("no",))
