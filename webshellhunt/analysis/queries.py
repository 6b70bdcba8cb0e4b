"""Queries: texts that begin as a statement of a database does, and as no statement of Visual Basic."""

from __future__ import annotations

from webshellhunt.lazy_pattern import lazy_pattern

_QUERY = lazy_pattern(
    r"(?i)\s*+(?:select[ \t]++(?!case\b)[^\s&]++\s|insert[ \t]++into[ \t]++(?:\[|(?!rem\b)\w++[ \t(])"
    r"|update[ \t]++(?!rem\b)[^\s&':]++[ \t]++set\s"
    r"|delete[ \t]++(?:\*[ \t]++from\s|from[ \t]++(?:\[|(?!rem\b)\w++[ \t]++(?!rem\b)\w)))"
)


def is_query(text: str) -> bool:
    """True if a text begins as a query of a database does, and as no code of Visual Basic."""
    return _QUERY.match(text) is not None
