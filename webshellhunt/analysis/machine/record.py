"""The record of a run: the functions that were entered, the blocks that were run, and the texts of expressions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from webshellhunt.core.known_texts import KnownTexts
from webshellhunt.lang.symbols import PageSymbols
from webshellhunt.lang.tree import Block, Function, Jump, Label, Node

AFTER = "\0after "
"""Begins the labels of the places after statements, where ``Resume Next`` goes on."""
_MOST_RESUMED = 40
"""Statements of a block to each of which ``Resume Next`` may go on."""


@dataclass(slots=True)
class Record:
    """The code that was run.

    ``entered`` are the functions that were entered, ``texts`` the texts that expressions were, and ``jumps`` the
    targets that jumps in statements may lead to.
    """

    entered: set[Function] = field(default_factory=set)
    texts: KnownTexts = field(default_factory=KnownTexts)
    jumps: dict[Node, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    is_dynamic: bool = False
    """True once a text was run as code, or a function became a value by its name."""
    _labels: dict[Block, dict[str, int]] = field(default_factory=dict)
    _functions: dict[Block, list[Function]] = field(default_factory=dict)

    def labels_in(self, block: Block, symbols: PageSymbols) -> dict[str, int]:
        """Return the places after the labels of a block, which runs now."""
        labels = self._labels.get(block)
        if labels is None:
            labels = self._labels[block] = _labels_of(block, symbols)
        return labels

    def local_functions(self, block: Block) -> list[Function]:
        """Return the local functions of a block, which the whole block may call."""
        found = self._functions.get(block)
        if found is None:
            found = self._functions[block] = [each for each in block.statements if isinstance(each, Function)]
        return found

    def has_run(self, block: Block) -> bool:
        """True if a block was run."""
        return block in self._labels

    def note_runs(self, blocks: Iterable[Block]) -> None:
        """Note that blocks without labels were run."""
        for block in blocks:
            self._labels.setdefault(block, {})


def _labels_of(block: Block, symbols: PageSymbols) -> dict[str, int]:
    """Return the places after the labels of a block, by their names as the language compares them."""
    statements = [*enumerate(block.statements, 1)]
    found = {symbols.fold(each.name): behind for behind, each in statements if isinstance(each, Label)}
    is_resumed = found and any(isinstance(each, Jump) and each.kind == "resume" for each in block.statements)
    if is_resumed and len(statements) < _MOST_RESUMED:
        found |= {f"{AFTER}{each.start}": behind for behind, each in statements if not isinstance(each, Label)}
    return found
