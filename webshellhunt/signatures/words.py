"""Search for many words in one pass, by the engine that signatures use anyway.

Separate searches for a hundred words would read a page a hundred times and take longer than the signatures.
"""

from __future__ import annotations

from collections.abc import Iterable

from webshellhunt.errors import SignatureError
from webshellhunt.signatures.engine import compile_rules
from webshellhunt.signatures.hits import RuleText

_TIMEOUT_S = 20
_KELVIN, _DOTTED = "\u212a", "\u0130"  # the only non-ASCII characters whose lower case contains an ASCII letter


class WordSearch:
    """A compiled search for words in lower-case ASCII; threads may share it.

    Words in ``whole`` count only without a letter or digit next to them, and so do the names of programs: the Execute
    of an object called cmd is no match.
    """

    def __init__(self, words: Iterable[str], whole: Iterable[str] = ()) -> None:
        alone = frozenset(whole)
        self._words = sorted(alone.union(words))
        rules = (_rule(number, word, word in alone) for number, word in enumerate(self._words))
        self._engine = compile_rules([RuleText("words", "words", "\n".join(rules))])[0]

    def find(self, text: str, folded: bytes | None = None) -> frozenset[str]:
        """Return the words in the text, ignoring case; all of them if the search failed.

        ``folded`` is the text in UTF-8 with lower-case ASCII letters, if already computed.
        """
        if not text.isascii() and (_KELVIN in text or _DOTTED in text):  # Case folding of bytes covers ASCII only.
            text, folded = text.replace(_KELVIN, "k").replace(_DOTTED, "i\u0307"), None
        try:
            # The engine would search for each case variant of a word's first letters.
            rules = self._engine.names(
                text.encode("utf-8", "replace").lower() if folded is None else folded, _TIMEOUT_S
            )
        except SignatureError:
            return frozenset(self._words)
        return frozenset([self._words[int(rule[1:])] for rule in rules])


def _rule(number: int, word: str, alone: bool) -> str:
    whole = " fullword" if alone or word.endswith(".exe") else ""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'rule w{number} {{ strings: $word = "{escaped}"{whole} private condition: $word }}'
