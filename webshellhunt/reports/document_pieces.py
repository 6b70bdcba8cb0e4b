"""The pieces of a JSON document that is a list: each member is written as soon as it is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def list_pieces(members: Iterable[str], opening: str, closing: str) -> Iterator[str]:
    """Yield a list of any length; ``opening`` is written before its members, and ``closing`` after them."""
    before = opening
    for member in members:
        yield before + member
        before = ",\n"
    yield closing if before != opening else opening + closing
