"""A verdict on the page: the values of its template, without the victim's secrets, and bounded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Evidence, FactValue, Finding
from webshellhunt.reports.content.subjects import ShownFinding, ShownVerdict, place_words
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.roads import Road, roads
from webshellhunt.reports.writers.html.environment import element, inert, joined
from webshellhunt.reports.writers.html.words import SHAPES, TIMES

FINDINGS: Final = 12
"""Largest number of findings in full without ``--all``; of the others, the rules are listed."""

SIGNATURES: Final = 12
"""Largest number of signatures with their sentence without ``--all``."""

EXCERPTS: Final = 4
VALUES: Final = 8
_FACT: Final = 400
_KEYS: Final = frozenset({"request_key", "mapping", "address", "virtual_path"})
_OTHER_PLACES: Final = "same_content_at"
_TAKEN: Final = frozenset({_OTHER_PLACES, "language"})


MOST_CHARACTERS: Final = 600
MOST_LINES: Final = 12
_LINE_END = lazy_pattern(r"\r\n|\r|\n")
_TOKEN = lazy_pattern(r"\"[^\"\n]{0,400}\"|'[^'\n]{0,400}'|\w+|\W")
_WORD = lazy_pattern(r"\w+|\W+")
_BLANKS: Final = str.maketrans({"\t": "    ", "\v": " ", "\f": " "})


class FindingView(NamedTuple):
    """A finding: the roads that it states, its excerpts, and its facts by name.

    ``repeats`` is true if an earlier finding has the same excerpts.
    """

    finding: Finding
    message: str
    roads: tuple[Road, ...]
    excerpts: tuple[Excerpt, ...]
    more_excerpts: int
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    repeats: bool


class VerdictView(NamedTuple):
    """A verdict: its reasons, its findings, and the particulars to note before removing the file.

    ``signatures`` are findings in one sentence each, since detectors explain the same place; ``more`` are the others.
    ``same_as`` is the anchor of an earlier verdict with the same content, whose findings are not repeated.
    """

    anchor: str
    shown: ShownVerdict
    shape: str
    reasons: tuple[str, ...]
    findings: tuple[FindingView, ...]
    signatures: tuple[FindingView, ...]
    more: tuple[Finding, ...]
    other_places: tuple[str, ...]
    times: tuple[tuple[str, datetime], ...]
    same_as: str = ""


def verdict_view(shown: ShownVerdict, prefix: str, options: Options) -> VerdictView:
    """Return the view of a verdict; anchors of its report begin with ``prefix``."""
    chosen = shown.ordered if options.show_all else shown.telling
    explained = [each for each in chosen if _is_explanation(each)] or chosen
    in_full = chosen if options.show_all else explained[:FINDINGS]
    rest = [each for each in chosen if each not in in_full]
    told = {each.finding.message for each in (*in_full, *rest[:SIGNATURES])}
    times = shown.subject.times
    return VerdictView(
        anchor=anchor_of(prefix, shown.number),
        shown=shown,
        shape=SHAPES[shown.verdict.disposition],
        reasons=tuple(
            text for text, each in zip(shown.reasons, shown.verdict.reasons, strict=True) if each not in told
        ),
        findings=tuple(_findings(in_full, options)),
        signatures=tuple(_findings(rest[:SIGNATURES], options)),
        more=tuple(each.finding for each in rest[SIGNATURES:]),
        other_places=tuple(_other_places(shown)),
        times=tuple((words, when) for name, words in TIMES.items() if (when := getattr(times, name))),
        same_as="" if shown.same_as is None else anchor_of(prefix, shown.same_as),
    )


def anchor_of(prefix: str, number: int) -> str:
    """Return the anchor of the verdict of this number."""
    return f"{prefix}v{number}"


def _is_explanation(shown: ShownFinding) -> bool:
    """Return True for a finding of a detector, and for one with a decoded text, which only its excerpt shows."""
    return not shown.is_signature or any(layers_of(each.layer) for each in shown.finding.evidence)


def _findings(findings: Sequence[ShownFinding], options: Options) -> Iterator[FindingView]:
    seen: set[tuple[object, ...]] = set()
    for each in findings:
        finding, message = each.finding, each.message
        found = roads(finding, message)
        marks = {**_key_marks(finding), **{word: kind for road in found for word, kind in road.words.items()}}
        most = len(finding.evidence) if options.show_all else EXCERPTS
        pieces = zip(finding.evidence[:most], each.texts, strict=False)
        shown = [excerpt(place, text, marks) for place, text in pieces]
        fresh = [one for one in shown if one.key not in seen]
        seen.update(one.key for one in shown)
        yield FindingView(
            finding,
            message,
            found,
            tuple(_distinct(shown if options.show_all else fresh)),
            len(finding.evidence) - len(shown),
            tuple(_facts(each, options)),
            bool(shown) and not fresh and not options.show_all,
        )


def _distinct(excerpts: Sequence[Excerpt]) -> Iterator[Excerpt]:
    """Yield excerpts without those of a line that is shown already."""
    seen = set()
    for each in excerpts:
        if each.key not in seen:
            yield each
        seen.add(each.key)


def _key_marks(finding: Finding) -> Mapping[str, str]:
    """Return marks for the values of a finding that its excerpt has, such as the key of a request."""
    values = (finding.facts[name] for name in sorted(_KEYS & finding.facts.keys()))
    return {value.lower(): "source" for value in values if isinstance(value, str) and value}


def _facts(shown: ShownFinding, options: Options) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the facts by name, each with a bounded number of values."""
    facts = {decodable(name): value for name, value in shown.facts.items()}
    for name in sorted(facts):
        values = _shown(facts[name])
        if values and (options.show_all or name not in _TAKEN):
            yield name.replace("_", " "), tuple(_cut(values, options))


def _shown(value: FactValue) -> list[str]:
    if value is None:
        return []
    values = [decodable(each) for each in (value if isinstance(value, tuple) else (str(value),))]
    return [each if len(each) <= _FACT else f"{each[:_FACT]}…" for each in values]


def _cut(values: Sequence[str], options: Options) -> list[str]:
    more = len(values) - VALUES
    return list(values) if options.show_all or more <= 0 else [*values[:VALUES], f"and {more:,} more"]


def _other_places(shown: ShownVerdict) -> Iterator[str]:
    """Yield the other places with the same content, each once."""
    yield from dict.fromkeys(value for each in shown.findings for value in _shown(each.facts.get(_OTHER_PLACES)))


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
