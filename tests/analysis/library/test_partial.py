"""Text functions whose arguments are known only in part: all of them keep the taint, or say that they do not know."""

from __future__ import annotations

import pytest

from tests.builders.library_runs import TAINTED, Counting
from webshellhunt.analysis import library
from webshellhunt.analysis.domain.taints import traces_of
from webshellhunt.analysis.domain.values import NUMBER, Text
from webshellhunt.analysis.library import partial

TEXT = Text((TAINTED, "abc", TAINTED))
ARGUMENTS: dict[str, list[object]] = {
    **{name: [9] for name in ("left", "right", "left$", "right$", "remove")},
    **{name: [2] for name in ("mid", "mid$")},
    **{name: [1] for name in ("substring", "substr", "charAt")},
    **{name: ["x", "y"] for name in ("replace", "replaceAll")},
    "split": ["|"],
    "insert": [1, "x"],
    "slice": [0],
    "concat": ["x"],
}


def test_the_place_of_a_text_before_the_first_unknown_part() -> None:
    text = Text(("a=b", TAINTED))

    assert library.call_method(Counting("jscript"), text, "indexOf", ["="], 1) == 1
    assert library.call_method(Counting("jscript"), text, "indexOf", ["c"], 1) == NUMBER


@pytest.mark.parametrize(("limit", "is_known"), [(1, True), (2, True), (3, False), (-1, False)])
def test_a_limit_leaves_the_first_items(limit: int, is_known: bool) -> None:
    result = library.call_method(Counting("jscript"), Text(("a;b;", TAINTED)), "split", [";", limit], 1)

    assert (not traces_of(result)) is is_known


@pytest.mark.parametrize("name", sorted(set(partial.FUNCTIONS) - {"join"}))
def test_a_function_keeps_the_taint(name: str) -> None:
    result = library.call_function(Counting("vb"), tuple(name.split(".")), [TEXT, *ARGUMENTS.get(name, [])], 1)

    assert result is library.UNSOLVED or traces_of(result)


@pytest.mark.parametrize("language", ["c#", "jscript"])
@pytest.mark.parametrize("name", sorted(partial.METHODS.keys() - {"indexOf", "indexof"}))
def test_a_method_keeps_the_taint(name: str, language: str) -> None:
    result = library.call_method(Counting(language), TEXT, name, [*ARGUMENTS.get(name, [])], 1)

    assert result is library.UNSOLVED or traces_of(result)
