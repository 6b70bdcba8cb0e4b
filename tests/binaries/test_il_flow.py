"""The flow of values through IL that a real compiler made."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.assemblies import dotnet_library
from webshellhunt.binaries.dotnet import Assembly, Heap, Method, read_assembly
from webshellhunt.binaries.il_flow import MOST_STEPS, Flow, Library, labels_of, texts_of
from webshellhunt.errors import BinaryError

LIBRARY = Library(
    lambda name, _: ["read"] if name.endswith("ReadLine") else [],
    lambda name: name.endswith("get_Length"),
    lambda name: ".add_" in name,
)


def flow_of(body: str, more: str = "") -> Flow:
    """Return the flow from a method with a body, in which ``Console.Write`` takes what is followed."""
    source = f"using System; using System.Threading.Tasks; public class A {{ public void Go() {{ {body} }} {more} }}"
    assembly = read_assembly(dotnet_library(source, "A"))
    flow = Flow(assembly, LIBRARY)
    flow.enter("Go", next(i for i, method in enumerate(assembly.methods) if method.name == "Go"))
    return flow


def written(flow: Flow) -> tuple[set[str], list[str]]:
    """Return the labels and constants of what is written."""
    values = [call.values[0] for call in flow.calls if call.member == "System.Console.Write"]
    assert values
    return set(labels_of(*values)), texts_of(*values)


@pytest.mark.parametrize(
    ("body", "more"),
    [
        ("var x = Console.ReadLine(); Console.Write(x);", ""),
        ("string x = null; if (DateTime.Now.Year > 1) { x = Console.ReadLine(); } Console.Write(x);", ""),
        ('Console.Write(DateTime.Now.Year > 1 ? "a" : Console.ReadLine());', ""),
        ("f = Console.ReadLine(); Next();", "string f; void Next() { Console.Write(f); }"),
        ("Console.Write(Next(Console.ReadLine()));", "static string Next(string x) { return x + x; }"),
        ("P = Console.ReadLine(); Console.Write(P);", "string P { get; set; }"),
        ("var x = Console.ReadLine(); Action a = () => Console.Write(x); a();", ""),
        ("var x = Console.ReadLine(); Task.Run(() => Console.Write(x));", ""),
        ("Next();", "async void Next() { var x = Console.ReadLine(); await Task.Delay(1); Console.Write(x); }"),
        ("Next();", "async void Next() { Console.Write(await G()); } async Task<string> G() { await Task.Delay(1);"
         " return Console.ReadLine(); }"),
        ("var b = new System.Text.StringBuilder(); b.Append(Console.ReadLine()); Console.Write(b.ToString());", ""),
        ("var a = new string[2]; a[0] = Console.ReadLine(); Console.Write(a[1]);", ""),
        ("foreach (var x in Next()) { Console.Write(x); }",
         "System.Collections.Generic.IEnumerable<string> Next() { yield return Console.ReadLine(); }"),
        ("try { f = f + f; } catch (Exception) { Console.Write(f = Console.ReadLine()); }", "string f;"),
        ("B.I b = new B(); Console.Write(b.N(Console.ReadLine()));",
         "class B : B.I { public interface I { string N(string x); } public string N(string x) { return x; } }"),
    ],
)  # fmt: skip
def test_a_value_is_followed(body: str, more: str) -> None:
    assert "read" in written(flow_of(body, more))[0]


@pytest.mark.parametrize(
    "body",
    [
        'Console.Write("a"); Console.ReadLine();',
        'var x = Console.ReadLine(); Console.Write("a");',
        "Console.Write(Console.ReadLine().Length);",
    ],
)
def test_other_values_are_not_mixed_with_it(body: str) -> None:
    assert written(flow_of(body))[0] == set()


def test_constants_are_folded() -> None:
    assert written(flow_of("Console.Write(N + T());", 'const string N = "a"; static string T() { return "b"; }'))[
        1
    ] == ["ab"]
    assert written(flow_of("Console.Write(new string(new[] { 'c', 'm', 'd' }));"))[1] == ["cmd"]


def test_a_method_that_is_subscribed_is_told_and_not_followed() -> None:
    flow = flow_of("AppDomain.CurrentDomain.ProcessExit += On;", "void On(object s, EventArgs e) { Console.Write(1); }")
    (told,) = flow.subscriptions
    assert told.member == "System.AppDomain.add_ProcessExit"
    assert all(call.member != "System.Console.Write" for call in flow.calls)


def test_calls_are_followed_four_deep() -> None:
    more = " ".join(f"void N{at}() {{ Console.Write({at}); N{at + 1}(); }}" for at in range(1, 6)) + " void N6() { }"
    calls = [call for call in flow_of("N1();", more).calls if call.member == "System.Console.Write"]
    assert len(calls) == 4


def assembly_of(code: bytes) -> Assembly:
    return Assembly("A", (), frozenset(), (Method("A", "Go", read=lambda _: code),), Heap())


@given(st.binary(max_size=200))
def test_any_code_is_read(code: bytes) -> None:
    flow = Flow(assembly_of(code), LIBRARY)
    flow.enter("Go", 0)
    assert flow.steps <= len(code)


def test_code_without_end_is_an_error() -> None:
    with pytest.raises(BinaryError, match="no further"):
        Flow(assembly_of(bytes(MOST_STEPS + 1)), LIBRARY).enter("Go", 0)


def test_a_value_with_many_origins_is_bounded() -> None:
    grown = "f = Environment.GetEnvironmentVariable(f);" * 1200
    with pytest.raises(BinaryError, match="no further"):
        flow_of(grown, more="static string f;")
