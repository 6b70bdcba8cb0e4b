"""IL that a real compiler made, on the core."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.small_assemblies import run, written
from webshellhunt.binaries.dotnet import Assembly, Heap, Method, Type
from webshellhunt.core.values import labels_of, options


def kinds(values: list[object]) -> set[str]:
    return {label.kind for value in values for label in labels_of(value)}


@pytest.mark.parametrize(
    ("body", "more"),
    [
        ("var x = Console.ReadLine(); Console.Write(x);", ""),
        ("string x = null; if (DateTime.Now.Year > 1) { x = Console.ReadLine(); } Console.Write(x);", ""),
        ('Console.Write(DateTime.Now.Year > 1 ? "a" : Console.ReadLine());', ""),
        ("f = Console.ReadLine(); Next();", "string f; void Next() { Console.Write(f); }"),
        ("f = Console.ReadLine(); Next();", "static string f; static void Next() { Console.Write(f); }"),
        ("Console.Write(Next(Console.ReadLine()));", "static string Next(string x) { return x + x; }"),
        ("P = Console.ReadLine(); Console.Write(P);", "string P { get; set; }"),
        ("var x = Console.ReadLine(); Action a = () => Console.Write(x); a();", ""),
        ("E += x => Console.Write(x); E(Console.ReadLine());", "event Action<string> E;"),
        ("var x = Console.ReadLine(); Task.Run(() => Console.Write(x));", ""),
        ("Next();", "async void Next() { var x = Console.ReadLine(); await Task.Delay(1); Console.Write(x); }"),
        ("Next();", "async void Next() { Console.Write(await G()); } async Task<string> G() { await Task.Delay(1);"
         " return Console.ReadLine(); }"),
        ("var b = new System.Text.StringBuilder(); b.Append(Console.ReadLine()); Console.Write(b.ToString());", ""),
        ("var a = new string[2]; a[0] = Console.ReadLine(); Console.Write(a[0]);", ""),
        ("foreach (var x in Next()) { Console.Write(x); }",
         "IEnumerable<string> Next() { yield return Console.ReadLine(); }"),
        ("foreach (var x in new List<string> { Console.ReadLine() }) { Console.Write(x); }", ""),
        ("B.I b = new B(); Console.Write(b.N(Console.ReadLine()));",
         "class B : B.I { public interface I { string N(string x); } public string N(string x) { return x; } }"),
        ("B b = DateTime.Now.Year > 1 ? (B)new C() : new D(); Console.Write(b.N(Console.ReadLine()));",
         "abstract class B { public abstract string N(string x); }"
         " class C : B { public override string N(string x) { return x; } }"
         " class D : B { public override string N(string x) { return \"d\"; } }"),
        ("string x; Next(out x); Console.Write(x);", "void Next(out string x) { x = Console.ReadLine(); }"),
        ("var s = new S(Console.ReadLine()); Console.Write(s.x);",
         "struct S { public string x; public S(string y) { x = y; } }"),
        ("Console.Write(new[] { 1 }.Select(x => Console.ReadLine()).First());", ""),
    ],
)  # fmt: skip
def test_a_value_is_followed(body: str, more: str) -> None:
    assert kinds(written(body, more)) == {"visitor"}


@pytest.mark.parametrize(
    ("body", "more"),
    [
        ('Console.Write("a"); Console.ReadLine();', ""),
        ('var x = Console.ReadLine(); x = "a"; Console.Write(x);', ""),
        ("Console.Write(Console.ReadLine().Length);", ""),
        ("var a = new string[2]; a[0] = Console.ReadLine(); Console.Write(a[1]);", ""),
        ("f = Console.ReadLine(); Console.Write(g);", "string f, g;"),
        ("var x = Console.ReadLine(); B b = new C(); Console.Write(b.N(x));",
         "class B { public virtual string N(string x) { return x; } }"
         " class C : B { public override string N(string x) { return \"c\"; } }"),
    ],
)  # fmt: skip
def test_other_values_are_not_mixed_with_it(body: str, more: str) -> None:
    found = written(body, more)
    assert found != []
    assert kinds(found) == set()


@pytest.mark.parametrize(
    ("body", "more", "expected"),
    [
        ("Console.Write(N + T());", 'const string N = "a"; static string T() { return "b"; }', ["ab"]),
        ("Console.Write(new string(new[] { 'c', 'm', 'd' }));", "", ["cmd"]),
        ("var c = \"bld\".ToCharArray(); for (int i = 0; i < c.Length; i++) { c[i] = (char)(c[i] ^ 1); }"
         " Console.Write(new string(c));", "", ["cme"]),
        ("int i = 0; while (i < 5) { i++; } Console.Write(i);", "", [5]),
        ("int i = 4; switch (i) { case 0: case 1: case 2: Console.Write(7); break; case 4: case 3: Console.Write(8);"
         " break; }", "", [8]),
        ("int i = 0; try { i = 1; throw new InvalidOperationException(); } catch (ArgumentException) { i = 2; }"
         " catch (InvalidOperationException) { i = i + 10; } finally { i += 100; } Console.Write(i);", "", [111]),
        ("Console.Write(F());", "int F() { try { return 4; } finally { Console.Write(9); } }", [9, 4]),
        ("int a; G(out a); H(ref a); Console.Write(a);",
         "void G(out int b) { b = 5; } void H(ref int b) { b++; }", [6]),
        ('object o = "x"; var t = o as string; if (t != null) { Console.Write(t); } if (o is int) Console.Write(1);',
         "", ["x"]),
        ("long x = 1L << 40; Console.Write((int)(x >> 38));", "", [4]),
        ("int? n = 3; Console.Write(n.HasValue ? n.Value + 1 : 0);", "", [4]),
        ('bool b = true; if (!b) { Console.Write("no"); } else { Console.Write("yes"); }', "", ["yes"]),
        ("Console.Write(S.N);", 'static class S { public static readonly string N = "a" + "b".ToUpper(); }', ["aB"]),
        ("var d = new byte[] { 104, 105, 106, 107 }; Console.Write(System.Text.Encoding.ASCII.GetString(d));", "",
         ["hijk"]),
    ],
)  # fmt: skip
def test_known_code_is_worked_out(body: str, more: str, expected: list[object]) -> None:
    assert written(body, more) == expected


def test_a_method_that_is_subscribed_is_not_run() -> None:
    body = "AppDomain.CurrentDomain.ProcessExit += On;"
    assert written(body, "void On(object s, EventArgs e) { Console.Write(1); }") == []


def test_a_recursive_method_ends() -> None:
    found = written("Next(Console.ReadLine());", "void Next(string x) { Console.Write(x); Next(x + x); }")
    assert kinds(found) == {"visitor"}


def test_each_item_of_a_known_list_is_seen() -> None:
    (found,) = written('foreach (var x in new[] { "a", "b" }) { Console.Write(x); }')
    assert {*options(found)} == {"a", "b"}


def assembly_of(code: bytes) -> Assembly:
    return Assembly("A", (Type("A", "System.Object", (), range(1)),), frozenset(),
                    (Method("A", "Go", read=lambda _: code),), Heap())  # fmt: skip


@given(st.binary(max_size=300))
def test_any_code_is_lowered(code: bytes) -> None:
    machine = run(assembly_of(code), 0)
    assert machine.budget.left <= machine.budget.total


def test_a_long_chain_of_values_does_not_nest() -> None:
    code = b"\x16" + b"\x17\x58" * 8_000 + b"\x26\x2a"
    machine = run(assembly_of(code), 0)
    assert machine.budget.left < machine.budget.total
