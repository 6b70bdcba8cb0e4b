"""The output of ``decode`` for the view states in a file: format, signature and contents of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from webshellhunt.model.findings import FactValue
from webshellhunt.reports.printable import decodable, one_line
from webshellhunt.reports.records.plain import Record
from webshellhunt.views.sent_view_state import SentViewState

_MOST_NAMES: Final = 20
_OF_LOGS: Final = frozenset({"requests", "statuses", "clients", "first_seen", "last_seen", "address"})


def view_state_lines(states: Sequence[SentViewState]) -> Iterator[str]:
    """Yield the text form of each view state."""
    for number, state in enumerate(states, 1):
        size = len(state.state.data)
        yield f"\nview state {number}: {state.state.format}, {size:,} bytes\n"
        for name, value in _facts(state).items():
            text = ", ".join(value) if isinstance(value, tuple) else str(value)
            yield f"  {name.replace('_', ' ')}: {one_line(text, 400)}\n"


def view_state_record(state: SentViewState) -> Record:
    """Return the JSON form of a view state."""
    facts = {name: _decodable(value) for name, value in _facts(state).items()}
    return {"format": state.state.format, "size_bytes": len(state.state.data), **facts}


def _facts(state: SentViewState) -> dict[str, FactValue]:
    """Return the facts about a view state by itself, without those of a log."""
    contents = state.state.contents
    facts: dict[str, FactValue] = {
        "signature_length_of": state.state.algorithms or None,
        **{name: value for name, value in state.facts.items() if name not in _OF_LOGS},
        "objects": contents.objects or None,
        "classes": contents.classes[:_MOST_NAMES] or None,
        "libraries": contents.libraries[:_MOST_NAMES] or None,
        "note": state.note or None,
    }
    return {name: value for name, value in facts.items() if value is not None}


def _decodable(value: FactValue) -> FactValue:
    if isinstance(value, tuple):
        return tuple(decodable(each) for each in value)
    return decodable(value) if isinstance(value, str) else value
