"""What a page would run where nobody visits it: order counts, and what isn't known hides nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.steps import at_most
from webshellhunt.code.cutting import build_unit
from webshellhunt.code.evaluation import texts_run
from webshellhunt.code.evaluation.rehearsal import MAX_TEXTS, MAX_TOKENS

WANTED = "run"


def told(code: str) -> list[str]:
    """Return what the procedure ``run`` is given in a rehearsal of a page."""
    unit = build_unit(code, "vbscript", [(0, len(code))])
    wanted = [index for index, word in enumerate(unit.tokens.values) if word == WANTED]
    return [text for _, text in texts_run(unit, wanted)[0]]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('run "a" & "b"', ["ab"]),
        ('run("a") & "b"', ["ab"]),
        ('x = run("a" & "b") & "c"', ["ab"]),
        ('Call run("a")', ["a"]),
        ('c.run "a", "b"', ["a"]),
        ('If b Then run "a" Else run "b"', ["a"]),
        # Branches and states.
        ('s = 2\nSelect Case s\nCase 1\nx = "a"\nCase 2\nx = "b"\nCase Else\nx = "c"\nEnd Select\nrun x', ["b"]),
        ('s = 1\nDo While s > 0\nIf s = 1 Then\nx = "a"\ns = 2\nElse\nrun x & "b"\ns = 0\nEnd If\nLoop', ["ab"]),
        ('x = "a"\nIf x = "b" Then x = "c"\nrun x', ["a"]),
        # Entries and properties.
        (
            'Set d = CreateObject("Scripting.Dictionary")\nd.Add "k", "a"\nd("l") = "b"\nrun d.Item("k") & d("l")',
            ["ab"],
        ),
        ('d.Item("k") = "a"\nrun d("k")', ["a"]),
        ('d("a") = "b"\nd("A") = "c"\nrun d("a")', ["b"]),
        ('d.CompareMode = 1\nd("a") = "b"\nrun d("A")', ["b"]),
        ('Session("a") = "b"\nrun Session("A")', ["b"]),
        ('d.Add 1, "a"\nd.Add 2, "b"\nrun Join(d.Items, "")', ["ab"]),
        ('d.Add "a", 1\nd.Add "b", 2\nrun Join(d.Keys, "")', ["ab"]),
        ('Session("k") = "a"\nrun Session("k")', ["a"]),
        ('Set r = New RegExp\nr.Pattern = "[0-9]"\nr.Global = True\nrun r.Replace("1a2b", "")', ["ab"]),
        ('r.Pattern = "#"\nrun r.Replace("a##", "b")', ["ab#"]),
        ('r.Pattern = "X"\nr.IgnoreCase = True\nrun r.Replace("ax", "b")', ["ab"]),
        # Procedures, which share the page's variables.
        ('Sub f()\nrun "a"\nEnd Sub\nf', ["a"]),
        ('Sub f()\nx = "a"\nEnd Sub\nf\nrun x', ["a"]),
        ('Sub f()\nDim x\nx = "a"\nEnd Sub\nx = "b"\nf\nrun x', ["b"]),
        ('Sub f(a, b)\nrun b\nEnd Sub\nf Nobody.Knows, "b"', ["b"]),
        ('Function f(a)\nf = a & "b"\nEnd Function\nrun f("a")', ["ab"]),
        ('Sub f()\nd("k") = "a"\nEnd Sub\nf\nrun d("k")', ["a"]),
        ('Sub f()\nrun Join(d.Items, "")\nEnd Sub\nd("k") = "a"\nf', ["a"]),
        ('Sub f()\nDim d\nd("k") = "a"\nEnd Sub\nd("k") = "b"\nf\nrun d("k")', ["b"]),
        # What costs much hides nothing behind it.
        ('For i = 1 To 30000\nx = i\nNext\nrun "a"', ["a"]),
        ('For i = 1 To 1000000000\nNext\nDo\nLoop\nWhile True\nWend\nrun "a"', ["a"]),
        # What isn't known.
        ('x = "a"\nx = Nobody.Knows\nrun x', []),
        ('Set x = Nobody.Knows\nrun "a"', ["a"]),
        ('If Nobody.Knows Then\nrun "a"\nElse\nrun "b"\nEnd If', ["a"]),
        ('For i = 1 To 2\nIf Nobody.Knows Then\nrun "a"\nElse\nrun "b"\nEnd If\nNext', ["a", "b"]),
        ('While Nobody.Knows\nx = x & "a"\nWend\nrun x', ["a"]),
        ('For i = 1 To Nobody.Knows\nrun "a"\nNext\nrun "b"', ["a", "b"]),
        ('For Each i In Nobody.Knows\nrun "a"\nNext', ["a"]),
        ('Do\nrun "a"\nLoop Until Nobody.Knows', ["a"]),
        ('Nobody.Knows x, (y\nrun "a"', ["a"]),
        ('Class c\nSub f()\nrun "a"\nEnd Sub\nEnd Class\nrun "b"', ["b"]),
        ("run r.Replace(x, y)", []),
        ('r.Pattern = "(a+)+"\nrun r.Replace("a", "b")', []),
        ('r.Pattern = "[z-a]"\nrun r.Replace("a", "b")', []),
    ],
)
def test_what_is_run_is_told(code: str, expected: list[str]) -> None:
    assert told(code) == expected


@pytest.mark.parametrize(
    "code",
    [
        'Do\nx = x & "a"\nLoop\nrun x',
        'While True\nd(i) = "a"\ni = i + 1\ny = d.Items\nWend\nrun "a"',
        "For i = 1 To 1000000000\nNext\n" * 50 + 'run "a"',
        'Sub f()\nf\nf\nEnd Sub\nf\nrun "a"',
        'x = "a"\n' + "x = x & x\n" * 200 + "run x",
        "If a Then\n" * 5_000 + 'run "a"',
        "Function f()\n" * 5_000,
        'r.Pattern = "[a]+"\nr.Global = True\nx = "'
        + "a" * 10_000
        + '"\nFor i = 1 To 100000\nx = r.Replace(x, "aaaa")\nNext',
        'run "a"\n' * (MAX_TOKENS // 2),
        "run " * (MAX_TOKENS - 10),
        "a b\n" * (MAX_TOKENS // 3),
    ],
)
def test_a_hostile_page_costs_a_bounded_time(code: str) -> None:
    with at_most(35_000_000):
        told(code)


def test_no_more_is_told_than_may_be() -> None:
    code = 'For i = 1 To 9000\nrun i & ""\nNext'
    texts, is_cut = texts_run(build_unit(code, "vbscript", [(0, len(code))]), [7])
    assert len(texts) == MAX_TEXTS
    assert is_cut


STATEMENTS = st.lists(
    st.sampled_from(
        ['run x & "a"', "x = x & y", "If x Then", "Else", "End If", "Do While z", "Loop", "For i = 1 To 3", "Next",
         "Select Case x", 'Case "a"', "End Select", "Sub f()", "End Sub", "f", 'd.Add x, "b"', "x = d(y)", "y = d.Keys",
         "Exit Do", "Exit For", "Set q = New RegExp", 'q.Pattern = "a"', 'x = q.Replace(x, "b")', "x = (", "With d",
         ".a = 1", "End With", "Dim a(3)", "a(1) = x", "x = a(1)", "Class c", "End Class", "While", "Wend",
         "x.y.z = 1", ":", "Call f()"]
    ),
    max_size=40,
)  # fmt: skip


@given(STATEMENTS)
def test_whatever_stands_there_ends(statements: list[str]) -> None:
    assert all(isinstance(text, str) for text in told("\n".join(statements)))
