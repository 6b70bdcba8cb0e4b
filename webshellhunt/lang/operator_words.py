"""Operator words: operators of all four languages by their meaning, words in lower case."""

from __future__ import annotations

AND = frozenset({"and", "andalso", "&&"})
OR = frozenset({"or", "orelse", "||"})
NOT = frozenset({"not", "!"})
EQUAL = frozenset({"=", "==", "==="})
UNEQUAL = frozenset({"<>", "!=", "!=="})
JOINING = frozenset({"+", "&"})
"""Operators that join texts."""
