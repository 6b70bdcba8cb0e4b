"""Texts that are run: those that can be no code, those inside of others, and where they end."""

from __future__ import annotations

import pytest

from tests.builders.inert import analyse, roads
from webshellhunt.analysis.flow.flows import Flow

OF_VISITOR = ("evaluate", "visitor", "k")


def evaluates(code: str, language: str = "vbscript", start: str = "") -> bool:
    """True if the visitor's text may be code where an expression made of it is evaluated."""
    read = 'text = Req·uest("k")'
    page = f"{read}\n{start}x = Ev·al({code})" if language == "vbscript" else f"{read}; {start}x = ev·al({code});"
    return OF_VISITOR in roads(analyse(page, language, is_classic=True))


@pytest.mark.parametrize(
    "code", ['"&h" & Mid(text, i + 1, 2)', "Left(text, 1) & Right(text, 7)", '"&h" & CStr(Hex(Asc(Mid(text, 3, 1))))']
)
def test_some_characters_are_no_code(code: str) -> None:
    assert not evaluates(code)


@pytest.mark.parametrize(
    "code",
    [
        "text",
        '"Select Case 1" & text',
        'text & "Select * from t"',
        '"updated = 1:" & text',
        '"Select " & text',
        '"Select Ca" & text',
        '"insert into " & text',
        '"insert into rem " & text',
        '"delete from " & text',
        '"update rem set " & text',
        '"update a\' set " & text',
        '"update a:b = 1:c set " & text',
        '"Update [" & text',  # a name in brackets is one of VB, too, and may end where the visitor says
        "Mid(text, 2)",
        "Mid(text, 1, 9)",
        "Mid(text, 1, size)",
        "Mid(text, 1, 2) & text",
        "CStr(text)",
        "own.Left(text, 2)",
        "Left(text, 4) & Left(text, 5)",
    ],
)
def test_others_may_be_code(code: str) -> None:
    assert evaluates(code)


def test_a_function_of_the_page_may_be_called_like_one_of_the_language() -> None:
    assert not evaluates("Left(text, 1)", start="Function show(a)\nEnd Function\n")
    assert evaluates("Left(text, 1)", start="Function left(a, b)\nleft = a\nEnd Function\n")


@pytest.mark.parametrize(
    "code",
    [
        'text = "x" And b',
        '"Update [users] Set a = 1 where id = " & text',
        '"SELECT * From t where id = " & text',
        '" Delete * From [" & text',
        '"update users set a = " & text',
        '"Insert Into t values(" & text',
        '"insert into [t" & text',
        '"delete from t where id = " & text',
    ],
)
def test_truth_values_and_queries_are_no_code(code: str) -> None:
    assert not evaluates(code)


@pytest.mark.parametrize("code", ['"0x" + text.substr(i, 2)', "left(text, 2)"])
def test_jscript_has_no_such_words(code: str) -> None:
    assert evaluates(code, "jscript")


@pytest.mark.parametrize(
    ("start", "reached"),
    [
        ("", False),
        ("String.prototype.charAt = f; ", True),
        ("o = { charAt: function (x) { return x; } }; ", True),
        ("function charAt(x) { return x; } ", True),
    ],
)
def test_one_character_of_a_pages_own_making_may_be_more(start: str, reached: bool) -> None:
    assert evaluates("text.charAt(0)", "jscript", start) is reached
    assert evaluates("text.charAt(0) + text", "jscript", start)


# Texts in texts -------------------------------------------------------------------------------------------------------


def flow_of(code: str, language: str = "vbscript") -> Flow:
    (flow,) = analyse(code, language, is_classic=True).flows
    return flow


def test_what_arrives_inside_a_text_belongs_to_its_evaluator() -> None:
    flow = flow_of('Exec·ute "Exec·ute Req·uest(""k"")"')
    assert (flow.trace, [(each.kind, each.key, each.place) for each in flow.inner]) == (
        None,
        [("evaluate", "k", flow.place)],
    )


def test_a_visitors_text_has_nothing_inside() -> None:
    flow = flow_of('Exec·ute Req·uest("k")')
    assert (flow.key, flow.inner) == ("k", ())


def test_each_text_that_is_possible_is_run() -> None:
    code = 'c = "Exec·ute Req·uest(""a"")"\nIf Hour(Now) > 3 Then c = "Exec·ute Req·uest(""b"")"\nExec·ute c'
    flows = analyse(code, "vbscript", is_classic=True).flows
    assert {inner.key for flow in flows for inner in flow.inner} == {"a", "b"}


def test_texts_in_texts_have_an_end() -> None:
    depth, flows = 0, [*analyse('c = "Exec·ute c"\nExec·ute c', "vbscript", is_classic=True).all_flows()]
    while flows:
        flows, depth = [*flows[0].inner], depth + 1
    assert depth <= 20


@pytest.mark.parametrize("text", ["", "((((", 'x = """', "End Sub", "\0\1"])
def test_a_text_that_is_no_code_does_nothing(text: str) -> None:
    quoted = text.replace('"', '""')
    flows = analyse(f'Exec·ute "{quoted}"\nExec·ute Req·uest("k")', "vbscript", is_classic=True).flows
    assert [(flow.key, flow.inner) for flow in flows if flow.constant is None] == [("k", ())]
    assert all(flow.inner == () for flow in flows)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('Exec·ute "x = 1"', False),
        ('Exec·ute "x" & " = 1 : Exec·ute Req·uest(1)"', True),
    ],
)
def test_a_text_that_is_put_together_is_hidden(code: str, expected: bool) -> None:
    flows = analyse(code, "vbscript", is_classic=True).flows
    assert any(flow.hidden for flow in flows) is expected
