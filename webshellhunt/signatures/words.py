"""Words: which of many words a text holds, found in one pass by the engine that signatures need anyway.

Asking for a hundred words one after another reads a page a hundred times, which took more time than the signatures.
"""

from __future__ import annotations

from collections.abc import Iterable

from webshellhunt.errors import SignatureError
from webshellhunt.signatures.engine import compile_rules
from webshellhunt.signatures.hits import RuleText

_TIMEOUT_S = 20
_KELVIN, _DOTTED = "\u212a", "\u0130"  # the only signs beyond ASCII whose lower case has a letter of ASCII


class WordSearch:
    """Words in lower-case ASCII, compiled; it may be shared between threads.

    Those in ``whole`` count only where no letter or digit stands beside them, and so do the names of programs: the
    Execute of an object called cmd is none.
    """

    def __init__(self, words: Iterable[str], whole: Iterable[str] = ()) -> None:
        alone = frozenset(whole)
        self._words = sorted(alone.union(words))
        rules = (_rule(number, word, word in alone) for number, word in enumerate(self._words))
        self._engine = compile_rules([RuleText("words", "words", "\n".join(rules))])[0]

    def find(self, text: str, folded: bytes | None = None) -> frozenset[str]:
        """Return the words that the text holds, in whatever case; all of them where the search was given up.

        ``folded`` is the text in UTF-8 with its ASCII letters lower-case, where somebody has it already.
        """
        if not text.isascii() and (_KELVIN in text or _DOTTED in text):  # Bytes know the case of ASCII alone.
            text, folded = text.replace(_KELVIN, "k").replace(_DOTTED, "i\u0307"), None
        try:
            # The engine would look for each way to write the first letters of a word.
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
