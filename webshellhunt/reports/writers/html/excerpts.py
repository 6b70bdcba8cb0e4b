"""Excerpts: lines of a hostile file, readable and inert, with the names of the data flow marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
    return joined(_pieces(_TOKEN.findall(line), marks, has_strings=True))


def _pieces(tokens: Iterable[str], marks: Mapping[str, str], *, has_strings: bool) -> Iterator[str]:
    """Yield tokens as markup; those without a mark are made inert together, since each may be short."""
    plain: list[str] = []
    for token in tokens:
        kind = marks.get(token.lower())
        is_string = has_strings and len(token) > 1 and token[0] in "\"'"
        if kind is None and not is_string:
            plain.append(token)
            continue
        yield inert("".join(plain))
        plain.clear()
        if kind is not None:
            yield element("mark", inert(token), kind)
        else:
            yield element("i", joined(_pieces(_WORD.findall(token), marks, has_strings=False)))
    yield inert("".join(plain))
