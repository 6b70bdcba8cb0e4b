"""Texts of .NET and what makes them: builders, encodings, regular expressions, addresses."""

from __future__ import annotations

import pytest

from tests.core.test_remembering_net import shown_of


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            'var b = new StringBuilder("a"); '
            'b.Append("bc").AppendLine().Insert(0, "x").Replace("b", "B").Remove(1, 1); Run(b.ToString());',
            ["xBc\r\n"],
        ),
        (
            'var b = new StringBuilder(); b.AppendFormat("{0}-{1}", 1, "a").Append(\'c\', 2); b.Length = 4; '
            "b[0] = '9'; Run(b.ToString());",
            ["9-ac"],
        ),
        ('var w = new System.IO.StringWriter(); w.Write("{0}", 1); w.WriteLine("a"); Run(w.ToString());', ["1a\r\n"]),
        (
            'Run(string.Join(";", "a,b,,c".Split(new[] { \',\' }, StringSplitOptions.RemoveEmptyEntries)) + "a '
            'b".Split().Length);',
            ["a;b;c2"],
        ),
        (
            'Run(string.Concat("a", 1, true) + string.Concat(new[] { "b", "c" }) + new string(new[] { \'d\', \'e\' '
            "}, 1, 1));",
            ["a1Truebce"],
        ),
        (
            'Run(Encoding.UTF8.GetString(Convert.FromBase64String("w6Q=")) + Encoding.Unicode.GetBytes("a").Length);',
            ["ä2"],
        ),
        (
            'Run(Regex.Replace("a1b2", "[0-9]", "#") + Regex.Match("run=dir", '
            '"run=(?<what>.*)").Groups["what"].Value);',
            ["a#b#dir"],
        ),
        (
            'Run(Regex.Replace("a1b2", "[0-9]", m => "<" + m.Value + ">") + Regex.Matches("aXbX", "X").Count);',
            ["a<1>b<2>2"],
        ),
        (
            'Run(string.Join(";", Regex.Split("a, b", ", ")) + new Regex("A", RegexOptions.IgnoreCase).IsMatch("a"));',
            ["a;bTrue"],
        ),
        (
            'var u = new Uri("http://Example.org:8080/a/b?c=d"); Run(u.Host + u.AbsolutePath + u.Query);',
            ["example.org/a/b?c=d"],
        ),
        (
            'if (Regex.IsMatch(x, "^dir$")) Run(x); if (Regex.Match(x, "^(net)$").Success) Run(x);',
            ["dir", "net"],
        ),
    ],
)
def test_a_text_is_known(code: str, expected: list[str]) -> None:
    assert shown_of(f"|{code}") == expected
