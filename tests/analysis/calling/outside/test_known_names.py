"""Known names: types, program ids, and how the code got a value."""

from __future__ import annotations

import pytest

from tests.builders.inert import live
from tests.builders.interpreted import run
from tests.builders.library_runs import TAINTED
from webshellhunt.analysis.calling.outside.known_names import names_of
from webshellhunt.analysis.domain.values import UNKNOWN, ClassValue, Opaque, Thing, Value
from webshellhunt.lang.symbols import ClassSymbol


@pytest.mark.parametrize(
    ("value", "names"),
    [
        (Opaque("a.b", ("x",)), ("a", "b")),
        (Opaque("", ("x", "y")), ("x", "y")),
        (Thing("wscript.shell"), ("wscript", "shell")),
        (TAINTED, ("visitor",)),
        (ClassValue(ClassSymbol("Abc")), ("abc",)),
        (UNKNOWN, ()),
        ("text", ()),
    ],
)
def test_the_names_of_a_value(value: Value, names: tuple[str, ...]) -> None:
    assert names_of(value) == names


def test_a_program_id_names_an_object() -> None:
    (arrival,) = run('Set s = CreateObject("WScr·ipt.Sh" & "ell")\ns.Run VISITOR', "vbscript").arrivals
    assert arrival.names == tuple(live("wscr·ipt.sh·ell.run").split("."))
