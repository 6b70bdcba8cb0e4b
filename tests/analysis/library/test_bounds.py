"""Whatever it is called with, the library returns a value, with bounded work."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.library_runs import TAINTED, Counting, Function
from webshellhunt.analysis import library
from webshellhunt.analysis.domain.arrays import array_of
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.values import EMPTY, NUMBER, REST, UNKNOWN, Char, Opaque, Text, Thing, Value
from webshellhunt.analysis.library import activex, partial, streams
from webshellhunt.analysis.library.calls import function_result
from webshellhunt.analysis.library.dotnet import builders, dictionaries, lists, texts
from webshellhunt.analysis.library.dotnet.changing import CHANGING
from webshellhunt.analysis.library.dotnet.queries import QUERIES
from webshellhunt.analysis.library.dotnet.statics import STATICS
from webshellhunt.analysis.library.jscript import arrays, functions
from webshellhunt.analysis.library.jscript import texts as script_texts
from webshellhunt.analysis.library.makers import MAKERS
from webshellhunt.analysis.library.matching import METHODS, TEXTS
from webshellhunt.analysis.library.matching import STATICS as MATCHING
from webshellhunt.analysis.library.patterns import regexp
from webshellhunt.analysis.library.visual_basic import numbers, structures
from webshellhunt.analysis.library.visual_basic import texts as vb_texts

LANGUAGES = ["vbscript", "vb", "c#", "jscript"]
FUNCTIONS = sorted(
    {
        name.removeprefix("js.")
        for table in (
            *(numbers.NUMBERS, vb_texts.TEXTS, structures.FUNCTIONS, STATICS, CHANGING, MATCHING),
            *(functions.FUNCTIONS, functions.STRUCTURED, partial.FUNCTIONS),
        )
        for name in table
    }
)
NAMES = sorted(
    {
        name
        for table in (
            *(QUERIES, texts.METHODS, lists.METHODS, dictionaries.METHODS, builders.METHODS, streams.METHODS, METHODS),
            *(arrays.ARRAYS, arrays.OBJECTS, script_texts.METHODS, TEXTS, partial.METHODS),
            *({"write": 0, "writetext": 0, "readtext": 0, "createelement": 0, "base64decode": 0, "getstring": 0},),
        )
        for name in table
    }
)
TYPES = sorted({*MAKERS, *streams.STREAMS, "list", "dictionary", "stack", "hashset", "utf8encoding"})
KINDS = sorted(
    {
        "adodb.stream",
        "capicom.utilities",
        activex.ELEMENT,
        "msxml2.domdocument",
        "system.text.utf8encoding",
        *TYPES,
        "x",
    }
)


def things() -> st.SearchStrategy[Value]:
    made = st.builds(lambda kind: Thing(kind, fields={REST: TAINTED}), st.sampled_from(KINDS))
    plain = st.builds(Thing, st.sampled_from(KINDS))
    filled = st.builds(lambda: Thing("dictionary", fields={"a": "b", 1: TAINTED}))
    return st.one_of(
        *(made, plain, filled, st.builds(lambda: regexp("a|b", "g")), st.builds(lambda: array_of(["a", 1, TAINTED]))),
        st.builds(lambda items: array_of(items), st.lists(st.sampled_from(["a", "b", 65, 255, Char("x")]), max_size=4)),
    )


VALUES: st.SearchStrategy[Value] = st.one_of(
    *(
        st.none(),
        st.booleans(),
        st.integers(-5, 300),
        st.integers(),
        st.floats(),
        st.text(max_size=6),
        st.binary(max_size=6),
    ),
    st.sampled_from(["", "QUI=", "a,b", "&H41", "%41", "{0}", EMPTY, Char("a"), TAINTED, UNKNOWN, NUMBER, 1 << 70, -1]),
    st.builds(lambda: Text(("a", TAINTED, "b"))),
    st.sampled_from(
        [choice(["a", TAINTED]), choice([1, "b"]), Opaque("encoding.utf8"), Opaque("x", ("a", "ignorecase"))]
    ),
    st.builds(lambda: Function(lambda *a: a[0] if a else None)),
    st.builds(lambda: Function(lambda *a: UNKNOWN)),
    things(),
)
ARGUMENTS = st.lists(VALUES, max_size=4)


@given(st.sampled_from(FUNCTIONS), ARGUMENTS, st.sampled_from(LANGUAGES))
def test_a_function_never_fails(name: str, arguments: list[Value], language: str) -> None:
    names = tuple(name.split("."))
    library.call_function(Counting(language), names, arguments, 1)
    library.call_function(Counting(language), ("strings", names[-1]), arguments, 1)
    library.out_value(Counting(language), None, names, arguments)


@given(VALUES, st.sampled_from(NAMES), ARGUMENTS, st.sampled_from(LANGUAGES))
def test_a_method_never_fails(subject: Value, name: str, arguments: list[Value], language: str) -> None:
    machine = Counting(language)
    library.call_method(machine, subject, name, arguments, 1)
    library.read_property(machine, subject, name)
    library.write_property(machine, subject, name, TAINTED)
    library.out_value(machine, subject, (name,), arguments)
    assert machine.state.depth == 0


@given(st.sampled_from(TYPES), ARGUMENTS, st.integers(0, 1), st.sampled_from(NAMES), ARGUMENTS)
def test_a_constructor_never_fails(
    kind: str, arguments: list[Value], rank: int, name: str, others: list[Value]
) -> None:
    machine = Counting("c#")
    made = library.make(machine, kind, arguments, rank)
    if made is not library.UNSOLVED:
        library.call_method(machine, made, name, others, 1)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_large_arguments_take_little_time_for_their_work(name: str) -> None:
    large: list[Value] = ["ab" * (1 << 17), "a", "b" * 64, 1]
    start = time.perf_counter()
    for language in LANGUAGES:
        function_result(Counting(language), tuple(name.split(".")), large, 1)

    assert time.perf_counter() - start < 3


def test_no_names_are_no_function() -> None:
    assert library.call_function(Counting(), (), [], 1) is library.UNSOLVED
