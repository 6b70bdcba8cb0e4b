"""The programs of the table of C#, compiled: IL passes a visitor's text where the source does.

``programs/not_yet_compiled.txt`` has the ids of those whose answers differ. A run compiles one slice of the table.
"""

from __future__ import annotations

import pytest

from tests.analysis.test_semantics import DIALECTS, PROGRAMS, TABLE
from tests.builders.compiled_programs import class_of, library_of, passing
from tests.builders.shares import Share

SLICE = 40
CSHARP = list(enumerate(TABLE["csharp"]))
DIFFERENT = {*(PROGRAMS / "not_yet_compiled.txt").read_text("utf-8").split()}


def _source(number: int, program: dict[str, object]) -> str:
    code, dialect = str(program["code"]), DIALECTS["csharp"]
    for placeholder, text in (("VISITOR", dialect.visitor), *dialect.calls):
        code = code.replace(placeholder, text)
    return class_of(number, str(program.get("place", "inline")), code)


@pytest.mark.parametrize("first", range(0, len(CSHARP), SLICE))
def test_compiled_programs_pass_as_their_sources_do(first: int, share: Share) -> None:
    if (f"compiled {first}", "a") not in share or (f"compiled {first}", "b") not in share:
        pytest.skip("another share has it")
    programs = dict(CSHARP[first : first + SLICE])
    sources = {number: source for number, each in programs.items() if (source := _source(number, each))}
    numbers, library = library_of(sources)
    found = passing(library) if numbers else set()
    wrong = {str(programs[each]["id"]) for each in numbers if (each in found) is not programs[each]["passes"]}
    assert sorted(wrong - DIFFERENT) == []


def test_the_list_names_programs() -> None:
    assert {str(each["id"]) for _, each in CSHARP} >= DIFFERENT
