"""The state: what branches change can be taken back, and is joined."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from webshellhunt.analysis.domain.values import Choice, options_of
from webshellhunt.analysis.machine.state import State

KEYS = st.sampled_from("abc")
VALUES = st.integers(0, 3)
EDITS = st.lists(st.tuples(KEYS, st.one_of(st.none(), VALUES)), max_size=6)
"""Changes of entries; ``None`` removes one."""


def _edit(state: State, fields: dict[Any, Any], edits: list[tuple[str, int | None]]) -> None:
    for key, value in edits:
        if value is None:
            state.drop(fields, key)
        else:
            state.put(fields, key, value)


def test_a_branch_that_is_taken_back_leaves_nothing() -> None:
    state, fields = State(), {"a": 1}
    state.open()
    state.put(fields, "a", 2)
    state.put(fields, "b", 3)
    state.drop(fields, "a")
    state.undo()
    assert fields == {"a": 1}
    assert state.depth == 0


def test_changes_outside_of_branches_stay() -> None:
    state, fields = State(), dict[str, Any]()
    state.put(fields, "a", 1)
    state.open()
    state.undo()
    assert fields == {"a": 1}


def test_an_entry_is_what_one_of_the_branches_made_of_it() -> None:
    state, fields = State(), {"a": 1, "b": 1, "c": 1}
    state.open()
    state.put(fields, "a", 2)
    state.put(fields, "b", 2)
    left = state.undo()
    state.open()
    state.put(fields, "b", 3)
    right = state.undo()
    assert state.merge([left, right])
    assert set(options_of(fields["a"])) == {1, 2}
    assert set(options_of(fields["b"])) == {2, 3}
    assert fields["c"] == 1


def test_the_changes_of_open_branches_can_be_seen_without_an_end() -> None:
    state, fields = State(), {"a": 1}
    state.open()
    state.put(fields, "a", 2)
    state.open()
    state.put(fields, "b", 3)
    seen = {change.key: change.value for change in state.changes_since(0).values()}
    assert seen == {"a": 2, "b": 3}
    assert [change.key for change in state.changes_since(1).values()] == ["b"]
    assert (fields, state.depth) == ({"a": 2, "b": 3}, 2)


def test_a_merge_inside_a_branch_is_taken_back_with_it() -> None:
    fields: dict[str, Any] = {"a": 1}
    state = State()
    state.open()
    state.open()
    state.put(fields, "a", 2)
    state.merge([{}, state.undo()])
    assert fields["a"].__class__ is Choice
    state.undo()
    assert fields == {"a": 1}


@given(st.dictionaries(KEYS, VALUES), EDITS)
def test_undoing_restores_exactly(before: dict[str, int], edits: list[tuple[str, int | None]]) -> None:
    state, fields = State(), dict(before)
    state.open()
    _edit(state, fields, edits)
    state.undo()
    assert fields == before


@given(st.dictionaries(KEYS, VALUES), EDITS)
def test_the_changes_of_a_single_branch_are_its_outcome(before: dict[str, int], edits: list[Any]) -> None:
    state, fields, expected = State(), dict(before), dict(before)
    _edit(State(), expected, edits)
    state.open()
    _edit(state, fields, edits)
    changes = state.undo()
    changed = state.merge([changes])
    assert fields == expected
    assert bool(changed) is (before != expected)


@given(st.dictionaries(KEYS, VALUES), EDITS, EDITS)
def test_merging_the_same_changes_again_changes_nothing(before: dict[str, int], left: Any, right: Any) -> None:
    state, fields = State(), dict(before)
    alternatives = []
    for edits in (left, right):
        state.open()
        _edit(state, fields, edits)
        alternatives.append(state.undo())
    state.merge(alternatives)
    once = dict(fields)
    assert not state.merge(alternatives)
    assert fields == once


class Nested(RuleBasedStateMachine):
    """Branches in branches, against copies of everything."""

    def __init__(self) -> None:
        super().__init__()
        self.state = State()
        self.fields: list[dict[str, int]] = [{}, {"a": 0}]
        self.model: list[dict[str, int]] = [{}, {"a": 0}]
        self.copies: list[list[dict[str, int]]] = []

    @rule(at=st.integers(0, 1), key=KEYS, value=VALUES)
    def put(self, at: int, key: str, value: int) -> None:
        self.state.put(self.fields[at], key, value)
        self.model[at][key] = value

    @rule(at=st.integers(0, 1), key=KEYS)
    def drop(self, at: int, key: str) -> None:
        self.state.drop(self.fields[at], key)
        self.model[at].pop(key, None)

    @rule()
    def open(self) -> None:
        self.state.open()
        self.copies.append([dict(each) for each in self.model])

    @precondition(lambda self: self.copies)
    @rule(is_kept=st.booleans())
    def close(self, is_kept: bool) -> None:
        changes = self.state.undo()
        before = self.copies.pop()
        assert self.fields == before
        if is_kept:
            self.state.merge([changes])
        else:
            self.model = before

    @invariant()
    def agrees(self) -> None:
        assert self.fields == self.model
        assert self.state.depth == len(self.copies)


TestNested = Nested.TestCase


def test_an_entry_that_one_branch_begins_has_a_value_in_the_others() -> None:
    state = State()
    container: dict[object, object] = {}
    state.begin(container, "a", 0)
    assert container == {}
    state.open()
    state.begin(container, "a", 0)
    state.put(container, "a", 1)
    changes = state.undo()
    assert container == {"a": 0}
    state.merge([changes])
    assert container == {"a": 1}


def test_each_branch_has_a_number_of_its_own() -> None:
    state = State()
    assert state.branch == 0
    state.open()
    first = state.branches
    state.undo()
    state.open()
    assert state.branches != first
    assert not state.is_within(first[-1])
    assert state.is_within(state.branch)
    assert len(state.branches) == state.depth == 1
    state.settle()
    assert not state.branches
