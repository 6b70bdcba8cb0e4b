"""Functions of .NET that run functions: tasks, threads, reflection; and what a process keeps under a name."""

from __future__ import annotations

import pytest

from tests.core.test_remembering_net import shown_of


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            'var t = System.Threading.Tasks.Task.Factory.StartNew(() => "a"); '
            'Run(t.Result + t.ContinueWith(p => p.Result + "b").Result);',
            ["aab"],
        ),
        ('var t = new System.Threading.Thread(o => Run("b" + o)); t.Start("a");', ["a", "ba"]),
        (
            'System.Threading.ThreadPool.QueueUserWorkItem(o => Run("" + o), 1); '
            'System.Threading.Tasks.Parallel.ForEach(new[] { "a" }, s => Run(s));',
            ["1", "a"],
        ),
        ('var l = new Lazy<string>(() => { Run("once"); return "a"; }); Run(l.Value + l.Value);', ["aa", "once"]),
        (
            'Run((string)typeof(string).GetMethod("Concat", new[] { typeof(string), typeof(string) }).Invoke(null, '
            'new object[] { "a", "b" }));',
            ["ab"],
        ),
        ('Run("a".GetType().Name + 1.GetType().Name + typeof(string).Name);', ["StringInt32String"]),
        ('Environment.SetEnvironmentVariable("a", "b"); Run(Environment.GetEnvironmentVariable("A"));', ["b"]),
        ('AppDomain.CurrentDomain.SetData("a", "b"); Run((string)AppDomain.CurrentDomain.GetData("a"));', ["b"]),
        ('string a = "a"; System.Threading.Interlocked.Exchange(ref a, "b"); Run(a);', ["b"]),
    ],
)
def test_a_function_is_run(code: str, expected: list[str]) -> None:
    assert shown_of(f"|{code}") == expected


CLASS = 'class C { public string T = "t"; public string P { get; set; } public string F(string a) { return a + T; } }'


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('var c = new C(); Run((string)c.GetType().GetMethod("F").Invoke(c, new object[] { "a" }));', ["at"]),
        ('var c = (C)Activator.CreateInstance(typeof(C)); c.P = "p"; Run(c.P + c.T);', ["pt"]),
        ('var c = new C(); typeof(C).GetProperty("P").SetValue(c, "p"); Run(c.P);', ["p"]),
        ('var c = new C(); Run((string)typeof(C).GetField("T").GetValue(c) + typeof(C).Name);', ["tC"]),
    ],
)
def test_reflection_reaches_members_of_classes_of_the_page(code: str, expected: list[str]) -> None:
    assert shown_of(f"{CLASS}|{code}") == expected
