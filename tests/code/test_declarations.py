"""Names declared as the request or what holds it, in each language's way, carry what a visitor sends."""

from __future__ import annotations

import pytest

from tests.builders.inert import analyse, roads, unit_of
from webshellhunt.code.calls import Calls
from webshellhunt.code.declarations import behind_type_arguments, declared_by, own_objects, own_reaches

SINK = "ev\N{MIDDLE DOT}al"


@pytest.mark.parametrize(
    ("language", "code", "word", "name"),
    [
        ("c#", "void A(HttpContext c) { }", "httpcontext", "c"),
        ("c#", "System.Web.HttpContext c = d;", "httpcontext", "c"),
        ("c#", "foreach (HttpRequest r in all) { }", "httprequest", "r"),
        ("jscript", "function A(c : System.Web.HttpContext) { }", "httpcontext", "c"),
        ("vb", "Sub A(ByVal c As HttpContext)", "httpcontext", "c"),
        ("c#", "typeof(HttpContext)", "httpcontext", None),
        ("c#", "HttpContext.Current.Items", "httpcontext", None),
        ("jscript", "HttpContext.Current", "httpcontext", None),
    ],
)
def test_the_declared_name_is_found(language: str, code: str, word: str, name: str | None) -> None:
    unit = unit_of(code, language)
    lower = Calls(unit).lower
    at = declared_by(unit, lower, list(lower).index(word))
    assert (None if at is None else unit.value(at)) == name


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("c#", f'void A(HttpContext c) {{ {SINK}(c.Request["key"]); }}'),
        ("c#", f'void A(HttpRequest r) {{ {SINK}(r.Form["key"]); }}'),
        ("jscript", f'function A(c : HttpContext) {{ {SINK}(c.Request.Form["key"]); }}'),
        ("vb", f'Sub A(c As HttpContext)\n{SINK}(c.Request.Form("key"))\nEnd Sub'),
    ],
)
def test_a_context_of_any_name_holds_the_request(language: str, code: str) -> None:
    assert roads(analyse(code, language)) == [("evaluate", "visitor", "key")]


def test_a_name_of_another_type_does_not() -> None:
    assert roads(analyse(f'void A(Basket c) {{ {SINK}(c.Request["key"]); }}', "c#")) == []


@pytest.mark.parametrize(
    ("code", "behind"),
    [
        ("List<string> x", 4),
        ("Dictionary<string, List<byte[]>> x", 11),
        ("a < b", 1),
        ("a < 5 > b", 1),
        ("a<b, c", 1),
        ("<a>", 0),
    ],
)
def test_type_arguments_end_where_their_brackets_do(code: str, behind: int) -> None:
    unit = unit_of(code, "c#")
    assert behind_type_arguments(unit, 1 if unit.is_name(0) else 0) == behind


def test_classes_of_the_page_and_objects_of_them_are_its_own() -> None:
    unit = unit_of("class Tool { } Tool one; var two = new Tool(); Other three;", "c#")
    names = own_objects(unit, [value.lower() for value in unit.tokens.values])
    assert {"this", "tool", "one", "two"} <= names
    assert "three" not in names


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("Function run(a)\nEnd Function\nx run", ["run", "a", "x", "run"]),
        ("x run\nClass C\nPublic Function run(a)\nEnd Function\ny run\nEnd Class\nz run", ["run", "a", "y", "run"]),
        ("Class A\nEnd Class\nClass B\nSub run\nEnd Sub\nEnd Class\nrun", ["run"]),
        ("Class K\nSub run\nx", ["run", "x"]),
        ("Class A\nEnd Class\nrun x", []),
    ],
)
def test_a_name_is_the_pages_own_where_it_is_declared(code: str, expected: list[str]) -> None:
    unit = unit_of(code, "vbscript")
    reaches = own_reaches(unit, Calls(unit).lower, {"run"})
    words = {"run", "a", "x", "y", "z"}
    inside = [unit.value(at) for left, right in reaches.get("run", ()) for at in range(left, right)]
    assert [word for word in inside if word in words] == expected


def test_an_evaluator_of_ones_own_is_none_and_only_where_it_is_that() -> None:
    own = "Function Exec·ute(q)\nSet Exec·ute = conn.Open(q)\nEnd Function\n"
    call = 'Exec·ute Req·uest("k")\n'
    assert roads(analyse(own + call, "vbscript")) == []
    assert roads(analyse(f"Class C\n{own}Sub s\n{call}End Sub\nEnd Class", "vbscript")) == []
    assert roads(analyse(f"Class C\n{own}End Class\n{call}", "vbscript")) == [("evaluate", "visitor", "k")]
    runs = own.replace("Set Exec·ute = conn.Open(q)", "Exec·uteGlobal q")
    assert roads(analyse(runs + call, "vbscript")) == [("evaluate", "visitor", "k")]
    assert roads(analyse(own.replace("Function Exec·ute(", "Function [Exec·ute ](") + call, "vbscript")) != []
