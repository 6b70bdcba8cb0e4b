"""What is in the arguments of a call, by constants and by names that get nothing else."""

from __future__ import annotations

import pytest

from tests.builders.inert import analyse
from webshellhunt.code.argument_marks import OnlyGiven, arguments_at, mark_texts, marks_given, marks_of_owner
from webshellhunt.code.marks import Marks


def test_marks_go_through_names_to_arguments_and_owners() -> None:
    analysis = analyse('a = "one:x"\nSet b = Open(a)\nb.Use a, 2', "vbscript")
    marks = Marks(analysis.calls, mark_texts(analysis, {"one:": "first"}))
    used = analysis.unit.tokens.values.index("use")
    assert marks_given(marks, used) == {"first"}
    assert marks_of_owner(marks, used) == {"first"}


def test_arguments_without_brackets_end_with_the_statement() -> None:
    analysis = analyse("b.Use a, 2\nc = 1", "vbscript")
    start, end = arguments_at(analysis.unit, 2)
    assert analysis.unit.tokens.values[start:end] == ["a", ",", "2"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("var a = ME_; Use(a);", True),
        ("var a = ME_; a = other; Use(a);", False),
        ("void F(string a) { a = ME_; Use(a); }", False),
        ("var a = b; var b = a; Use(a);", False),
        ("var a = ME_; a.Name = other; Use(a);", True),
    ],
)
def test_a_name_has_to_get_nothing_else(code: str, expected: bool) -> None:
    analysis = analyse(code, "c#")
    values = analysis.unit.tokens.values
    own = OnlyGiven(analysis, {at for at, value in enumerate(values) if value == "ME_"})
    assert own.has(*arguments_at(analysis.unit, values.index("Use"))) is expected
