"""Functions of .NET with the examples of learn.microsoft.com, and what they know of a text of which parts are known."""

from __future__ import annotations

import pytest

from tests.core.test_remembering_net import shown_of


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('Run("Test String".Substring(5, 3));', ["Str"]),
        ('Run("abc---def".Insert(3, "x") + "abc---def".Remove(3));', ["abcx---defabc"]),
        ('Run("00.00".PadLeft(7, \'*\') + ";" + "BBQ".PadRight(5) + ";");', ["**00.00;BBQ  ;"]),
        ("Run(\"*;@123***456@;*\".Trim('*', ';', '@'));", ["123***456"]),
        (
            'Run("" + "Now is the time".IndexOf("time") + "abcabc".LastIndexOf(\'b\') + "abc".IndexOf("B", '
            "StringComparison.OrdinalIgnoreCase));",
            ["1141"],
        ),
        (
            'Run("" + string.Compare("a", "B") + string.Compare("a", "A", true) + string.CompareOrdinal("b", "a"));',
            ["-101"],
        ),
        ('Run(string.Format("{0,6};{1,-6};{2:X4};{{}}", "a", "b", 255));', ["     a;b     ;00FF;{}"]),
        ('Run(1024.ToString("D6") + 255.ToString("x") + 1234.5.ToString("N1"));', ["001024ff1,234.5"]),
        (
            'Run("" + Convert.ToInt32("7f", 16) + "," + Convert.ToByte("11", 2) + "," + Convert.ToString(10, 2));',
            ["127,3,1010"],
        ),
        ('Run("" + int.Parse("FF", System.Globalization.NumberStyles.HexNumber));', ["255"]),
        (
            "Run(BitConverter.ToString(new byte[] { 1, 171 }) + Convert.ToBase64String(new byte[] { 2, 4, 6, 8 }));",
            ["01-ABAgQGCA=="],
        ),
        ('Run("" + BitConverter.ToInt32(new byte[] { 1, 2, 0, 0 }, 0) + BitConverter.GetBytes(258)[0]);', ["5132"]),
        (
            "Run(\"\" + char.IsDigit('8') + char.IsLetter(\"a9\", 1) + char.ToUpper('e') + char.GetNumericValue('8'));",
            ["TrueFalseE8"],
        ),
        (
            'Run(System.IO.Path.GetExtension("C:\\\\dir\\\\file.ext") + '
            'System.IO.Path.GetFileNameWithoutExtension("a\\\\b.txt"));',
            [".extb"],
        ),
        (
            'Run(System.IO.Path.ChangeExtension("C:\\\\dir\\\\a.txt", ".old") + '
            'System.IO.Path.GetDirectoryName("C:\\\\dir\\\\a.txt"));',
            ["C:\\dir\\a.oldC:\\dir"],
        ),
        ('Run("" + Math.Round(2.5) + Math.Floor(-1.5) + Math.Max(3, 4) + Math.Pow(2, 10));', ["2-241024"]),
        ('Run(Uri.UnescapeDataString("a%20b") + Uri.EscapeDataString("a b&"));', ["a ba%20b%26"]),
        ('int n; bool b = int.TryParse("12a", out n); Run("" + b + n);', ["False0"]),
        ('int n; Run("" + int.TryParse(" 12 ", out n) + n);', ["True12"]),
        ('if (x.Equals("dir", StringComparison.OrdinalIgnoreCase)) Run(x);', ["dir"]),
        ('if ("dir ver".Contains(x)) Run("a"); if (("a" + x).StartsWith("b")) Run("never");', ["a"]),
        ('if (x.CompareTo("dir") == 0) Run(x);', ["dir"]),
    ],
)
def test_a_function_returns_what_the_reference_says(code: str, expected: list[str]) -> None:
    assert shown_of(f"|{code}") == expected


def test_a_text_of_which_the_end_is_known_has_its_extension() -> None:
    assert shown_of('|Run(System.IO.Path.GetExtension(x + ".txt"));') == [".txt"]
