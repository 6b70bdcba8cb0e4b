"""Excerpts: lines of a hostile file, readable and inert, with the names of the data flow marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Evidence
from webshellhunt.reports.content.subjects import place_words
from webshellhunt.reports.writers.html.environment import element, inert, joined

MOST_CHARACTERS: Final = 600
MOST_LINES: Final = 12
_LINE_END = lazy_pattern(r"\r\n|\r|\n")
_TOKEN = lazy_pattern(r"\"[^\"\n]{0,400}\"|'[^'\n]{0,400}'|\w+|\W")
_WORD = lazy_pattern(r"\w+|\W+")
_BLANKS: Final = str.maketrans({"\t": "    ", "\v": " ", "\f": " "})


class Excerpt(NamedTuple):
    """An excerpt with its place: the layers (none for the file itself), the place in words, and its lines as markup.

    ``text`` is its text. ``path`` is that of the file, empty for a log, whose place has its name.
    """

    path: str
    layers: tuple[str, ...]
    line: int
    place: str
    text: str
    lines: tuple[str, ...]

    @property
    def key(self) -> tuple[object, ...]:
        """Its place and text, to recognise a repeated one."""
        return self.path or self.place, self.layers, self.line, self.text


def excerpt(evidence: Evidence, text: str, marks: Mapping[str, str]) -> Excerpt:
    """Return an excerpt with this text; ``marks`` maps words in lower case to the class of their mark."""
    cut = text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}…"
    lines = _LINE_END.split(cut.strip("\r\n")) if cut.strip() else []
    shown = [*lines[:MOST_LINES], "…"] if len(lines) > MOST_LINES else lines
    return Excerpt(
        "" if evidence.layer == "log" else evidence.path,
        layers_of(evidence.layer),
        evidence.line,
        place_words(evidence),
        cut,
        tuple(marked(line.translate(_BLANKS).rstrip(), marks) for line in shown),
    )


def layers_of(layer: str) -> tuple[str, ...]:
    """Return the steps of decoding in the name of a layer; none for the text of the file itself, or of a log."""
    if layer in ("", "text", "raw", "log"):
        return ()
    first, comma, rest = layer.partition(", ")
    return (rest,) if comma and first == "text" else (layer,)


def marked(line: str, marks: Mapping[str, str]) -> str:
    """Return a line as markup: strings are set off, and words of the data flow have marks."""
    return joined(_tokens(line, marks))


def _tokens(line: str, marks: Mapping[str, str]) -> Iterator[str]:
    plain: list[str] = []
    for token in _TOKEN.findall(line):
        kind = marks.get(token.lower())
        is_string = len(token) > 1 and token[0] in "\"'"
        if kind is None and not is_string:
            plain.append(token)
            continue
        yield inert("".join(plain))
        plain.clear()
        yield _mark(token, kind) if kind is not None else element("i", joined(_words(token, marks)))
    yield inert("".join(plain))


def _words(string: str, marks: Mapping[str, str]) -> Iterator[str]:
    """Yield the pieces of a string; those without a mark are made inert together, since each may be short."""
    plain: list[str] = []
    for word in _WORD.findall(string):
        kind = marks.get(word.lower())
        if kind is None:
            plain.append(word)
            continue
        yield inert("".join(plain))
        plain.clear()
        yield _mark(word, kind)
    yield inert("".join(plain))


def _mark(word: str, kind: str) -> str:
    return element("mark", inert(word), kind)
