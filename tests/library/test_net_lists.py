"""Lists, sets and dictionaries of .NET: what code stored is what it finds there."""

from __future__ import annotations

import pytest

from tests.core.test_remembering_net import shown_of


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            'var a = new List<string> { "b", "a" }; a.Insert(1, "c"); a.Remove("b"); a.Sort(); '
            'Run(string.Join(",", a));',
            ["a,c"],
        ),
        (
            'var a = new List<string> { "b", "a", "c" }; a.Reverse(); a.RemoveAt(0); '
            'a.AddRange(new[] { "d", "e" }); Run(string.Join("", a.ToArray()));',
            ["abde"],
        ),
        (
            'var a = new List<int> { 3, 1, 2 }; a.Sort((p, q) => q - p); Run(string.Join("", a.Select(v => v + "")));',
            ["321"],
        ),
        ('var s = new Stack<string>(); s.Push("a"); s.Push("b"); Run(s.Pop() + s.Peek() + s.Count);', ["ba1"]),
        ('var q = new Queue<string>(); q.Enqueue("a"); q.Enqueue("b"); Run(q.Dequeue() + q.Peek());', ["ab"]),
        ('var s = new HashSet<string> { "a", "a", "b" }; Run("" + s.Count + s.Add("b") + s.Add("c"));', ["2FalseTrue"]),
        (
            'var l = new LinkedList<string>(); l.AddLast("b"); l.AddFirst("a"); '
            "Run(l.First.Next.Value + l.Last.Previous.Value);",
            ["ba"],
        ),
        (
            'var d = new Dictionary<string, string> { { "a", "1" } }; d["b"] = "2"; string v; '
            'Run(d["a"] + d.TryGetValue("c", out v) + d.Count);',
            ["1False2"],
        ),
        (
            'var d = new SortedList<string, string>(); d.Add("b", "2"); d.Add("a", "1"); Run(d.Values[0] + d.Keys[1]);',
            ["1b"],
        ),
        ('var d = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase); d["A"] = "1"; Run(d["a"]);', ["1"]),
        (
            'var n = new System.Collections.Specialized.NameValueCollection(); n.Add("a", "1"); n.Add("A", "2"); '
            'Run(n["a"]);',
            ["1,2"],
        ),
        (
            "var d = new System.Collections.Concurrent.ConcurrentDictionary<string, string>(); "
            'Run(d.GetOrAdd("a", k => k + "1") + d.GetOrAdd("a", "2"));',
            ["a1a1"],
        ),
        (
            'var a = new[] { "a", "b", "c" }; Array.Reverse(a); Array.Resize(ref a, 2); '
            'Run(string.Join("", a) + a.Length);',
            ["cb2"],
        ),
        (
            'byte[] a = { 1, 2, 3 }, b = new byte[3]; Buffer.BlockCopy(a, 1, b, 0, 2); Run("" + b[0] + b[1] + b[2]);',
            ["230"],
        ),
        ('var t = Tuple.Create("a", 2); Run(t.Item1 + t.Item2);', ["a2"]),
        (
            'var e = new List<string> { "a", "b" }.GetEnumerator(); e.MoveNext(); e.MoveNext(); '
            "Run(e.Current + e.MoveNext());",
            ["bFalse"],
        ),
        ('var a = new List<string> { "dir", "ver" }; if (a.Contains(x)) Run(x);', ["dir", "ver"]),
        ('var d = new Dictionary<string, int> { { "dir", 1 } }; if (!d.ContainsKey(x)) return; Run(x);', ["dir"]),
        ('if (Array.IndexOf(new[] { "dir", "ver" }, x) < 0) return; Run(x);', ["dir", "ver"]),
    ],
)
def test_a_container_has_what_was_stored(code: str, expected: list[str]) -> None:
    assert shown_of(f"|{code}") == expected
