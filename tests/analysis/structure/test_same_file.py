"""Under which names a content ends up."""

from __future__ import annotations

import pytest

from tests.builders.inert import analyse
from webshellhunt.analysis.structure.same_file import writes_of

STREAMS = """Set a = CreateObject("ADO·DB.Stream")
a.Write x.responseBody
a.Save·ToFile "first.htm"
Set b = CreateObject("ADO·DB.Stream")
b.Write Req·uest("k")
b.Save·ToFile "second.asp"
"""
FILES = """Set fs = CreateObject("Scrip·ting.FileSystemObject")
Set a = fs.Create·TextFile("first.htm")
a.Write x.responseText
Set b = fs.Create·TextFile("second.asp")
b.Write Req·uest("k")
"""
WITH = """With CreateObject("ADO·DB.Stream")
.Write x.responseBody
.Save·ToFile "first.htm"
End With
"""
CALLS = """Function keep(p, c)
Set s = CreateObject("ADO·DB.Stream")
s.Write c
s.Save·ToFile "first.htm"
End Function
Sub other()
Set s = CreateObject("ADO·DB.Stream")
s.Save·ToFile "second.asp"
End Sub
keep "a", x.responseBody
"""
BYTES = (
    'var c = new WebClient();File.Write·AllBytes("first.htm", c.DownloadData("http://a.example/"));'
    'File.Write·AllText("second.asp", "a");'
)


@pytest.mark.parametrize(
    ("code", "language", "number", "expected"),
    [
        (STREAMS, "vbscript", 0, "first.htm"),
        (STREAMS, "vbscript", 1, "second.asp"),
        (FILES, "vbscript", 0, "first.htm"),
        (FILES, "vbscript", 1, "second.asp"),
        (WITH, "vbscript", 0, "first.htm"),
        (CALLS, "vbscript", 0, "first.htm"),
        (BYTES, "c#", 0, "first.htm"),
    ],
)
def test_a_content_goes_to_the_file_of_its_own_object(code: str, language: str, number: int, expected: str) -> None:
    analysis = analyse(code, language)
    contents = [flow for flow in analysis.flows if flow.kind == "write-content"]
    writes = writes_of(analysis.index, contents[number].place, analysis.writes)
    assert {text for _, shape in writes for _, text in shape.endings} == {expected}


def test_without_a_file_of_its_own_it_may_be_that_of_any_of_few_calls() -> None:
    lines = "Sub a()\ns.Write x.responseBody\nEnd Sub\nCall a()\n"
    save = 'Sub b{0}()\nt{0}.Save·ToFile "{0}.asp"\nEnd Sub\nCall b{0}()\n'
    for count, expected in ((2, 2), (9, 0)):
        analysis = analyse(
            'Set s = CreateObject("ADO·DB.Stream")\n' + lines + "".join(map(save.format, range(count))), "vbscript"
        )
        content = next(flow for flow in analysis.flows if flow.kind == "write-content")
        assert len(writes_of(analysis.index, content.place, analysis.writes)) == expected
