"""Count habits of wording that make prose hard to read, per 1,000 words.

::

    python tools/plain_english.py             counts for each room and document
    python tools/plain_english.py --check     exit status 1 where a habit is more frequent than once in 1,000 words
    python tools/plain_english.py --list      each occurrence, with its place

Prose is docstrings, comments and messages of the package, the documentation and the rule files; code in it is left out.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

TOP = Path(__file__).resolve().parents[1]
PACKAGE = TOP / "webshellhunt"

MOST_PER_THOUSAND = 1.0
SMALL = 2
"""Occurrences that a short text may have whatever its length."""

HABITS = {
    "'what' as a noun": re.compile(r"\bwhat\b(?! (?:kind|sort)s?\b)(?![^.?!]{0,200}\?)", re.IGNORECASE),
    "'Tell whether'": re.compile(r"\btells? (?:whether|of)\b", re.IGNORECASE),
    "told, held, given, asked": re.compile(r"\b(?:told|held|given|asked)\b", re.IGNORECASE),
    "a clause without a noun": re.compile(r"\b(?:whoever|whatever|whichever|wherever)\b", re.IGNORECASE),
}
_CODE = re.compile(r"```.*?```|``.*?``|`[^`\n]*`|\"[^\"\n]{1,60}\"|“[^”]*”|https?://\S+", re.DOTALL)
_HEADING = re.compile(r"^\**What it finds\b", re.MULTILINE)
"""The first heading of each rule's page; as a heading it is no prose."""
_WORD = re.compile(r"[A-Za-z][A-Za-z'-]*")


class Prose(NamedTuple):
    """A stretch of prose and its place."""

    room: str
    path: Path
    line: int
    text: str


def main() -> int:
    """Print the counts, and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="exit with 1 where a habit is too frequent")
    parser.add_argument("--list", action="store_true", help="show each occurrence")
    options = parser.parse_args()
    words: Counter[str] = Counter()
    found: dict[str, Counter[str]] = {}
    for prose in iter_prose():
        text = _CODE.sub(" ", _HEADING.sub(" ", prose.text))
        words[prose.room] += len(_WORD.findall(text))
        for habit, count in count_habits(text).items():
            found.setdefault(prose.room, Counter())[habit] += count
            if options.list and count:
                print(f"{prose.path.relative_to(TOP)}:{prose.line}: {habit}: {' '.join(text.split())[:160]}")
    too_many = list(_rows(words, found))
    return 1 if options.check and too_many else 0


def count_habits(text: str) -> dict[str, int]:
    """Return how often each habit occurs in a text."""
    return {habit: len(pattern.findall(text)) for habit, pattern in HABITS.items()}


def iter_prose() -> Iterator[Prose]:
    """Yield all prose of the project that its readers and users see."""
    for path in sorted(PACKAGE.rglob("*.py")):
        room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        for line, text in iter_python_prose(path.read_text(encoding="utf-8")):
            yield Prose(f"webshellhunt/{room}", path, line, text)
    for path in sorted([*TOP.glob("*.md"), *(TOP / "docs").rglob("*.md"), *(TOP / "signatures").rglob("*.md")]):
        if path.name != "CHANGELOG.md":
            yield Prose(str(path.relative_to(TOP)), path, 1, path.read_text(encoding="utf-8"))


def iter_python_prose(source: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of each docstring, comment and longer string of a module."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and not token.string.startswith(("# noqa", "# type:", "# fmt:")):
            yield token.start[0], token.string[1:]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.count(" ") > 2:
            yield node.lineno, node.value


def _rows(words: Counter[str], found: dict[str, Counter[str]]) -> Iterator[str]:
    """Print a row for each room, and yield the rooms in which a habit is too frequent."""
    for room in sorted(words):
        counts = found.get(room, Counter())
        rates = {habit: 1000 * counts[habit] / max(words[room], 1) for habit in HABITS}
        print(f"{room:44}{words[room]:8}" + "".join(f"{rate:8.1f}" for rate in rates.values()))
        if any(rates[habit] > MOST_PER_THOUSAND and counts[habit] > SMALL for habit in HABITS):
            yield room


if __name__ == "__main__":
    sys.exit(main())
