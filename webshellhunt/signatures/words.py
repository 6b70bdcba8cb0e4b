"""Words: which of many words a text holds, found in one pass by the engine that signatures need anyway.

Asking for a hundred words one after another reads a page a hundred times, which took more time than the signatures.
"""

from __future__ import annotations

from collections.abc import Iterable

from webshellhunt.errors import SignatureError
from webshellhunt.signatures.engine import compile_rules
from webshellhunt.signatures.hits import RuleText

_TIMEOUT_S = 20


class WordSearch:
    """Words in lower-case ASCII, compiled; it may be shared between threads."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted(set(words))
        self._engine = compile_rules([RuleText("words", "words", "\n".join(map(_rule, enumerate(self._words))))])[0]

    def find(self, text: str) -> frozenset[str]:
        """Return the words that the text holds, in whatever case; all of them where the search was given up."""
        if not text.isascii():
            text = text.lower()  # the engine knows the case of ASCII alone
        try:
            rules = self._engine.names(text.encode("utf-8", "replace"), _TIMEOUT_S)
        except SignatureError:
            return frozenset(self._words)
        return frozenset([self._words[int(rule[1:])] for rule in rules])


def _rule(numbered: tuple[int, str]) -> str:
    number, word = numbered
    whole = " fullword" if word.endswith(".exe") else ""  # the Execute of an object called cmd is no program
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'rule w{number} {{ strings: $word = "{escaped}" nocase{whole} private condition: $word }}'
