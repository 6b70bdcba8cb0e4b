"""Witnesses: names of pages that a visitor may send, with which code is run to see if its checks let them pass."""

from __future__ import annotations

from collections.abc import Sequence

from webshellhunt.analysis.checks.file_kinds import HARMLESS
from webshellhunt.analysis.core_values import origin_in_words
from webshellhunt.analysis.traces import Trace
from webshellhunt.core.state import Witness
from webshellhunt.core.values import Label

_MOST_KINDS = 12
_MOST_TRIED = 3
_UNKNOWN = "wzzz"
_NAMES = frozenset({"filename", "name"})


def names_to_try(kinds: frozenset[str], *, is_classic: bool) -> tuple[Sequence[str], Sequence[str], Sequence[str]]:
    """Return names of pages, of no known kind, and of some harmless kinds of the code; or extensions alone.

    One name of a page has all harmless extensions of the code in it.
    """
    page = "asp" if is_classic else "aspx"
    harmless = sorted(kinds & HARMLESS)[:_MOST_KINDS]
    pages = [f"w.{page}", *([f"w.{'.'.join(harmless)}.{page}"] if harmless else []), page, f".{page}"]
    return pages, [f"w.{_UNKNOWN}", _UNKNOWN], [name for each in harmless[:_MOST_TRIED] for name in (f"w.{each}", each)]


def witness_of(trace: Trace, text: str) -> Witness:
    """Return the texts of a run in which the origin of a trace is a text."""

    def sent(label: Label, member: str) -> str | None:
        if label.kind != trace.kind:
            return None
        if label.kind == "upload":
            return text if member.lower() in _NAMES else None
        is_same_key = trace.key is not None and (label.key or "").lower() == trace.key.lower()
        return text if is_same_key or origin_in_words(label) == trace.origin else None

    return sent
