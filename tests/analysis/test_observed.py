"""Values of the evaluator of syntax trees, as judging reads them."""

from __future__ import annotations

import pytest

from webshellhunt.analysis import observer
from webshellhunt.analysis.arrivals import MAX_FORMS, Part
from webshellhunt.analysis.domain.values import Choice, Opaque, Tainted, Text, Thing, Value
from webshellhunt.analysis.observed import shown, shown_arrivals
from webshellhunt.analysis.traces import Trace

TRACE = Trace("visitor", "origin", 3, "k")
VISITOR = Tainted((TRACE,), "string", "mapped")


def test_a_text_of_parts_keeps_them() -> None:
    found = shown(Text(("a", VISITOR, ".txt")))
    assert found.forms == (("a", Part((TRACE,), "mapped", "string"), ".txt"),)
    assert found.traces == (TRACE,)


def test_each_alternative_is_a_form() -> None:
    assert shown(Choice(("a", Text((Choice(("b", "c")), Opaque()))))).forms == (("a",), ("b", Part()), ("c", Part()))
    options = Choice(tuple(f"{number}" for number in range(8)))
    assert len(shown(Text((options, Opaque(), options))).forms) == MAX_FORMS


@pytest.mark.parametrize(
    ("value", "part"),
    [
        (2, Part(word="2")),
        (Opaque(path=("page", "box")), Part(word="box", root="box")),
        (Opaque(path=("request", "physicalpath")), Part(word="physicalpath", root="request", is_itself=True)),
        (Opaque(path=("server", "mappath")), Part(word="mappath", root="server", is_site_root=True)),
        (Opaque(path=("me", "basedirectory")), Part(word="basedirectory", root="basedirectory", is_of_site=True)),
        (Thing("sqlcommand", fields={"a": VISITOR}), Part((TRACE,), type="sqlcommand", is_object=True)),
    ],
)
def test_a_part_says_what_it_is(value: Value, part: Part) -> None:
    assert shown(value).forms == ((part,),)


def test_a_value_of_an_earlier_request_is_doubtful() -> None:
    assert shown(Text(("a", Opaque(path=("session", "a"))))).is_doubtful
    assert not shown(Opaque(path=("other", "a"))).is_doubtful


def test_arrivals_in_texts_are_shown_too() -> None:
    inner = observer.Arrival(("b",), 1, [VISITOR])
    (found,) = shown_arrivals([observer.Arrival(("a",), 2, ["t"], "s", inner={"t": [inner]})])
    assert (found.names, found.place, found.subject) == (("a",), 2, shown("s"))
    (within,) = found.inner["t"]
    assert within.arguments == [shown(VISITOR)]
