"""Queries of .NET, with the examples of learn.microsoft.com, and what their functions know of an item."""

from __future__ import annotations

import pytest

from tests.core.test_remembering_net import shown_of


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('Run(string.Join("", new[] { 1, 2, 3, 4 }.Where(n => n % 2 == 0).Select(n => n * n)));', ["416"]),
        (
            'Run("" + new[] { 1, 2, 3 }.Aggregate(10, (s, n) => s + n) + new[] { "a", "b" }.Aggregate((s, n) => n '
            "+ s));",
            ["16ba"],
        ),
        ('Run(string.Join(",", new[] { "b", "ccc", "aa" }.OrderBy(s => s.Length).ThenBy(s => s)));', ["b,aa,ccc"]),
        ('Run(string.Join(",", new[] { "ab", "cd" }.SelectMany(s => s.Reverse()).ToArray()));', ["b,a,d,c"]),
        ('Run(string.Join(",", new[] { 1, 2, 3 }.Zip(new[] { "a", "b" }, (n, s) => s + n)));', ["a1,b2"]),
        ('Run("" + new[] { "a" }.Concat(new[] { "b", "c" }).Skip(1).Take(1).Single());', ["b"]),
        (
            'foreach (var g in new[] { "a1", "b1", "a2" }.GroupBy(s => s[0])) Run(g.Key + string.Join("", g));',
            ["aa1a2", "bb1"],
        ),
        (
            'Run(new[] { "a", "b" }.ToDictionary(s => s, s => s + s)["b"] + new[] { "a", "b" }.ToLookup(s => '
            's)["a"].First());',
            ["bba"],
        ),
        (
            'Run("" + new[] { 3, 1 }.Min() + new[] { 3, 1 }.Max() + new[] { 3, 1 }.Sum() + new[] { 3, 1 }.Count(n '
            "=> n > 1));",
            ["1341"],
        ),
        (
            'Run("" + new[] { 1, 2 }.Any(n => n > 1) + new[] { 1, 2 }.All(n => n > 1) + new int[0].Any());',
            ["TrueFalseFalse"],
        ),
        ('Run(new[] { "a", "b" }.FirstOrDefault(s => s == "c") ?? "none");', ["none"]),
        (
            'Run(string.Join("", new[] { 1, 1, 2 }.Distinct().Union(new[] { 3 }).Except(new[] { 2 '
            "}).Intersect(new[] { 1, 3 })));",
            ["13"],
        ),
        ('Run(string.Join("", Enumerable.Range(2, 3)) + string.Join("", Enumerable.Repeat("a", 2)));', ["234aa"]),
        ('var a = new List<string> { "a" }; var q = a.Where(s => true); a.Add("b"); Run(string.Join("", q));', ["ab"]),
        ('var a = new[] { "dir", "ver" }; if (a.Any(s => s == x)) Run(x);', ["dir", "ver"]),
        ('var a = new[] { "dir", "ver" }; if (a.All(s => s != x)) return; Run(x);', ["dir", "ver"]),
        (
            'var a = new[] { "dir" }; if (a.Count(s => s == x) > 0) Run(x); '
            "if (Array.FindIndex(a, s => s == x) >= 0) Run(x);",
            ["dir", "dir"],
        ),
    ],
)
def test_a_query_returns_what_the_reference_says(code: str, expected: list[str]) -> None:
    assert shown_of(f"|{code}") == expected
