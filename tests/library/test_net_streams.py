"""Streams and files of .NET: what was written is what is read."""

from __future__ import annotations

import pytest

from tests.core.test_remembering_net import shown_of


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            'var m = new System.IO.MemoryStream(); var w = new System.IO.StreamWriter(m); w.Write("a"); '
            'w.Write("b"); w.Flush(); m.Position = 0; Run(new System.IO.StreamReader(m).ReadToEnd() + m.Length);',
            ["ab2"],
        ),
        (
            'var r = new System.IO.StringReader("a\\nb"); '
            'Run(r.ReadLine() + "," + r.ReadLine() + "," + (r.ReadLine() == null));',
            ["a,b,True"],
        ),
        (
            "var m = new System.IO.MemoryStream(new byte[] { 104, 105 }); var b = new byte[2]; "
            "int n = m.Read(b, 0, 2); Run(Encoding.ASCII.GetString(b) + n + m.ReadByte());",
            ["hi2-1"],
        ),
        (
            'System.IO.File.WriteAllText("c:\\\\a.txt", "a"); System.IO.File.AppendAllText("C:\\\\A.txt", "b"); '
            'Run(System.IO.File.ReadAllText("c:\\\\a.txt"));',
            ["ab"],
        ),
        (
            'System.IO.File.WriteAllLines("c:\\\\a.txt", new[] { "a", "b" }); '
            'System.IO.File.Move("c:\\\\a.txt", "c:\\\\b.txt"); Run(System.IO.File.ReadAllLines("c:\\\\b.txt")[1]);',
            ["b"],
        ),
        (
            'using (var w = new System.IO.StreamWriter("c:\\\\a.txt")) w.Write("a"); '
            'using (var r = System.IO.File.OpenText("c:\\\\a.txt")) Run(r.ReadToEnd());',
            ["a"],
        ),
        (
            "var g = new System.IO.Compression.GZipStream(new "
            'System.IO.MemoryStream(Convert.FromBase64String("H4sIAAAAAAACA8vPBgBH3dx5AgAAAA==")), '
            "System.IO.Compression.CompressionMode.Decompress); Run(new System.IO.StreamReader(g).ReadToEnd());",
            ["ok"],
        ),
        (
            "var a = new System.IO.MemoryStream(new byte[] { 65 }); var b = new System.IO.MemoryStream(); "
            "a.CopyTo(b); Run(Encoding.ASCII.GetString(b.ToArray()));",
            ["A"],
        ),
        (
            'Run(System.IO.Path.Combine("c:\\\\a", "b", "c.txt") + new System.IO.FileInfo("c:\\\\a\\\\b.txt").Name);',
            ["c:\\a\\b\\c.txtb.txt"],
        ),
    ],
)
def test_a_reader_gets_what_was_written(code: str, expected: list[str]) -> None:
    assert shown_of(f"|{code}") == expected


@pytest.mark.parametrize("code", ["System.IO.File.Copy();", 'System.IO.File.Move("a");', "Array.Resize();"])
def test_a_call_with_too_few_arguments_is_no_error(code: str) -> None:
    assert shown_of(f'|{code} Run("a");') == ["a"]
