"""The tree and the index of a page of parts are those of the page parsed as one."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given

from tests.lang.test_parts import PIECES, ranges_of, seams_of
from webshellhunt.lang.tree import Block, Name, Node, walk
from webshellhunt.lang.unit import Unit, build_unit


def _units(pieces: list[str]) -> tuple[Unit, Unit]:
    text = "".join(pieces)
    ranges = ranges_of(text)
    return build_unit(text, "vbscript", ranges), build_unit(text, "vbscript", ranges, seams=seams_of(pieces))


def _told(unit: Unit, node: Node) -> tuple[str, int, int]:
    """Return a node with the place of its text."""
    if node.start >= len(unit.tokens):
        return type(node).__name__, -1, -1
    return type(node).__name__, *(unit.span(node.start, node.end) if node.end > node.start else (-1, -1))


def _nodes(unit: Unit) -> Iterator[tuple[str, int, int]]:
    return (_told(unit, each) for each in walk(unit.parsed.top) if each is not unit.parsed.top)


@given(PIECES)
def test_tree_is_that_of_the_whole_page(pieces: list[str]) -> None:
    for _ in range(2):
        whole, joined = _units(pieces)
        assert [*_nodes(joined)] == [*_nodes(whole)]
        assert joined.parsed.steps == whole.parsed.steps


@given(PIECES)
def test_index_is_that_of_the_whole_page(pieces: list[str]) -> None:
    whole, joined = _units(pieces)
    one, two = whole.index, joined.index
    assert [_told(joined, each) for each in two.nodes[1:]] == [_told(whole, each) for each in one.nodes[1:]]
    for kinds in ((Name,), (Name, Block)):
        mine, theirs = two.of(*kinds), one.of(*kinds)
        assert [_told(joined, each) for each in mine[1:]] == [_told(whole, each) for each in theirs[1:]]
    assert {_told(joined, a): _told(joined, b) for a, b in two.parents.items() if b is not two.top} == {
        _told(whole, a): _told(whole, b) for a, b in one.parents.items() if b is not one.top
    }
    assert two.words == one.words
    assert [each.names for each in two.find({"b", "d"})] == [each.names for each in one.find({"b", "d"})]
    assert [each.name for each in two.assignments] == [each.name for each in one.assignments]
    assert {name: len(found) for name, found in two.assigned.items()} == {k: len(v) for k, v in one.assigned.items()}
    assert two.functions.keys() == one.functions.keys()
    assert [each.value for each in two.literals] == [each.value for each in one.literals]
    for dotted in two.dotted:
        assert two.at(dotted.place) is dotted
        assert two.node_at(dotted.place).start <= dotted.place
        assert two.function_of(dotted.node) is None


def test_a_part_has_one_tree_on_all_pages() -> None:
    include = "<%function f(x)\nf = x & 1\nend function%>"
    units = [_units([head, include])[1] for head in ("<%a=1%>", "<%b=2%>")]
    first, second = (unit.index.functions["f"][0] for unit in units)
    assert first is second
    assert units[0].index.parents[first] is units[0].index.top
    assert units[0].index.function_of(units[0].index.of(Name)[-1]) is first
