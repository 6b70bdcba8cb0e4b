"""Constants that a page only shows."""

from __future__ import annotations

import pytest

from tests.builders.inert import unit_of
from webshellhunt.analysis.structure.shown_texts import is_only_shown
from webshellhunt.lang.tokens import STRING

_SUB = "Sub show(a, b)\nResponse.Write b\nEnd Sub\n"
_KEEPING = "Sub keep(a, b)\nfile.Write b\nEnd Sub\n"
_ASKED = "Sub loop(a)\nloop a\nEnd Sub\n"


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("vbscript", 'Response.Write "EXAMPLE"', True),
        ("vbscript", 'Response.Write "a" & x & "EXAMPLE" & "b"', True),
        ("vbscript", 'Response.Write Server.HTMLEncode("EXAMPLE")', True),
        ("vbscript", 't = "EXAMPLE"\nt = t & "b"\nResponse.Write t', True),
        ("vbscript", _SUB + 'show 1, "EXAMPLE"', True),
        ("vbscript", _KEEPING + 'keep 1, "EXAMPLE"', False),
        ("vbscript", _SUB + _KEEPING + 't = "EXAMPLE"\nshow 1, t\nkeep 1, t', False),
        ("vbscript", 'file.Write "EXAMPLE"', False),
        ("vbscript", 't = "EXAMPLE"\nExec·ute t\nResponse.Write t', False),
        ("vbscript", 't = "EXAMPLE"', False),
        ("vbscript", 'If x = "EXAMPLE" Then y = 1', False),
        ("vbscript", _ASKED + 'loop "EXAMPLE"', False),
        ("vbscript", 'Function made()\nmade = "EXAMPLE"\nEnd Function\nResponse.Write made()', True),
        ("vbscript", 'Function made()\nmade = "EXAMPLE"\nEnd Function\nExec·ute made()', False),
        ("vbscript", 'node.Text = "EXAMPLE"', False),
        ("vbscript", 't = "EXAMPLE"\n' + "Response.Write t\n" * 200 + "f.Write t", False),
        (
            "vbscript",
            'Class K\nPublic t\nSub a\nt = "EXAMPLE"\nResponse.Write t\nEnd Sub\nEnd Class\nf.Write k.t',
            False,
        ),
        ("vbscript", 'Class K\nPublic t\nSub a\nt = "EXAMPLE"\nEnd Sub\nEnd Class\nResponse.Write k.t', True),
        ("c#", 'label.Text = "EXAMPLE";', True),
        ("c#", 'literal.Text = Server.HtmlEncode("EXAMPLE");', True),
        ("c#", 'string t = "EXAMPLE"; Response.Write(t);', True),
        ("c#", 'string t = "EXAMPLE"; label.Text = t.Replace("a", "b");', True),
        ("c#", 'string t = "EXAMPLE"; File.Write·AllText("a", t); label.Text = t;', False),
        ("c#", 'label.Tag = "EXAMPLE";', False),
        ("c#", 'var t = new Template("EXAMPLE"); Response.Write(t);', False),
        ("vbscript", 'Set Output = fso.Open·TextFile("a")\nOutput.Write "EXAMPLE"', False),
        ("vbscript", 'Set Response = fso.Open·TextFile("a")\nResponse.Write "EXAMPLE"', False),
        ("vbscript", 't = "EXAMPLE"\nResponse.Write t\nx = Ev·al("t")', False),
        ("vbscript", 'Function trim(a)\nf.Write a\nEnd Function\nResponse.Write k.trim("EXAMPLE")', False),
        ("vbscript", 'Sub none(a)\nEnd Sub\nnone "EXAMPLE"', False),
        ("c#", 'var response = context.Response; response.Write("EXAMPLE");', True),
        ("c#", 'Response.Output.Write("EXAMPLE");', True),
        ("c#", 'label.Text = "EXAMPLE"; File.Write·AllText("a", label.Text);', False),
        ("jscript", 'Response.Write("EXAMPLE");', True),
        ("jscript", 'ev·al("EXAMPLE");', False),
    ],
)
def test_only_a_text_that_is_used_for_nothing_else_counts(language: str, code: str, expected: bool) -> None:
    unit = unit_of(code, language)
    values = unit.tokens.values
    place = next(at for at in unit.tokens.of_kind(STRING) if values[at] == "EXAMPLE")
    assert is_only_shown(unit.index, place, place + 1) is expected
