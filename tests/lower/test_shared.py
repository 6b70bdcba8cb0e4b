"""Procedures and classes of includes: lowered once for all pages on which their names mean the same."""

from __future__ import annotations

import pytest

from tests.lang.test_parts import ranges_of, seams_of
from webshellhunt.core import ir
from webshellhunt.lang.unit import build_unit
from webshellhunt.lower import visual_basic
from webshellhunt.lower.names import PageNames

_INCLUDE = "<%function f(x)\nf = x & suffix\nend function\nclass c\nfunction m\nm = suffix\nend function\nend class%>"


def _lowered(head: str, include: str = _INCLUDE, *, is_for_reader: bool = True) -> ir.Program:
    text = head + include
    unit = build_unit(text, "vbscript", ranges_of(text), seams=seams_of([head, include]))
    names = PageNames(parts=unit.parsed.trees, is_for_reader=is_for_reader)
    return visual_basic.lower(unit.parsed.top, names)


def test_pages_share_what_means_the_same() -> None:
    one, other = _lowered("<%a=1%>"), _lowered("<%b=2%>")
    assert one.procs["f"] is other.procs["f"]
    assert one.classes["c"] is other.classes["c"]
    assert one.main is not other.main
    assert one.procs["f"].is_kept
    assert not one.main.is_kept


@pytest.mark.parametrize("head", ["<%suffix=1%>", "<%const suffix=1%>", '<%const suffix="1"%>', "<%dim suffix(3)%>"])
def test_another_meaning_of_a_name_is_another_procedure(head: str) -> None:
    one, other = _lowered("<%a=1%>"), _lowered(head)
    assert one.procs["f"] is not other.procs["f"]
    assert one.classes["c"] is not other.classes["c"]
    assert _lowered(head).procs["f"] is other.procs["f"]


def test_the_last_function_of_a_name_counts() -> None:
    text = "<%function f(x)\nf = 1\nend function\nfunction f\nf = 2\nend function%>"
    assert _lowered("<%a=1%>", text).procs["f"].params == []


def test_code_that_runs_texts_is_shared_where_the_reader_has_the_names() -> None:
    include = "<%sub g\nlive = 1\nsay eval(live)\nend sub%>"
    heads = ("<%a=1%>", "<%b=2%>")
    shared = [_lowered(head, include).procs["g"] for head in heads]
    assert shared[0] is shared[1]
    apart = [_lowered(head, include + " ", is_for_reader=False) for head in heads]
    assert apart[0].procs["g"] is not apart[1].procs["g"]
    assert not apart[0].procs["g"].is_kept


@pytest.mark.parametrize(
    ("include", "is_shared"),
    [
        ("<%sub g\ndim i\ni = 1\nend sub%>", True),
        ("<%sub g(i)\nsay i(1)\nend sub%>", True),
        ("<%sub g\ni = 1\nend sub%>", False),
        ("<%sub g\ndim k\nset k = new i\nend sub%>", False),
        ("<%sub g(i)\nend sub\nsub h\nsay i\nend sub%>", True),
    ],
)
@pytest.mark.parametrize(
    "head", ["<%{}=1%>", "<%const {}=1%>", "<%function {}\nend function%>", "<%class {}\nend class%>"]
)
def test_variables_of_a_procedure_have_no_other_meaning(include: str, is_shared: bool, head: str) -> None:
    one, other = (_lowered(head.format(name), include) for name in ("z", "i"))
    assert (one.procs["g"] is other.procs["g"]) is is_shared


def test_members_of_a_class_have_no_other_meaning() -> None:
    include = "<%class c\npublic i\nfunction m\nm = i\nend function\nend class%>"
    for head in ("<%{}=1%>", "<%const {}=1%>"):
        one, other = (_lowered(head.format(name), include).classes["c"] for name in ("z", "i"))
        assert one is other
