"""The record of a run: blocks that were run, and the places after their labels."""

from __future__ import annotations

import pytest

from webshellhunt.analysis.machine.record import AFTER, Record
from webshellhunt.lang.symbols import ClassSymbol, PageSymbols
from webshellhunt.lang.tree import Block, Jump, Label, Name, Node


@pytest.mark.parametrize(("language", "label"), [("c#", "End"), ("vb", "end")])
def test_labels_are_compared_as_the_language_does(language: str, label: str) -> None:
    record, block = Record(), Block(0, 9, [Name(0, 1, "a"), Label(2, 3, "End"), Name(4, 5, "b")])
    assert record.labels_in(block, PageSymbols(language, ClassSymbol("", "page"))) == {label: 2}
    assert record.has_run(block)


def test_resume_next_goes_on_after_each_statement() -> None:
    statements: list[Node] = [Name(0, 1, "a"), Label(2, 3, "failed"), Jump(4, 5, "resume")]
    found = Record().labels_in(Block(0, 9, statements), PageSymbols("vb", ClassSymbol("", "page")))
    assert found == {"failed": 2, f"{AFTER}0": 1, f"{AFTER}4": 3}


def test_blocks_that_were_run_otherwise_are_noted() -> None:
    record, block = Record(), Block(0, 1, [])
    assert not record.has_run(block)
    record.note_runs([block])
    assert record.has_run(block)
