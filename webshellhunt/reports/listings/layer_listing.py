"""The output of ``decode``: each layer of a sample as numbered lines and as the parsed page.

As in a report, fingerprints replace the victim's secrets by default.
"""

import json
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from webshellhunt.decoding.carriers import CarriedPart
from webshellhunt.model.findings import FactValue
from webshellhunt.pages.page import Attribute
from webshellhunt.reports.printable import decodable, one_line, printable
from webshellhunt.reports.records.plain import Record
from webshellhunt.reports.redaction import Words, replaced
from webshellhunt.secrets import find_secrets, is_configuration
from webshellhunt.views.sample import Layer, Sample
from webshellhunt.views.sent_view_state import SentViewState

NumberedLayers = Sequence[tuple[int, Layer]]


_MOST_NAMES: Final = 20
_OF_LOGS: Final = frozenset({"requests", "statuses", "clients", "first_seen", "last_seen", "address"})


class _Shown:
    """A layer's text and a redacting function, both without the victim's secrets."""

    def __init__(self, layer: Layer, *, show_secrets: bool) -> None:
        text, settings = layer.text, is_configuration(layer.sample.artifact.path)
        secrets = () if show_secrets else find_secrets(text, 0, len(text), configuration=settings)
        words = Words((secret.value for secret in secrets), configuration=settings)
        self.layer = layer
        self.hidden = len(secrets)
        self.text = replaced(text, secrets)
        self.words: Callable[[str], str] = words.without_secrets if secrets else str


def text_lines(
    sample: Sample, layers: NumberedLayers, *, show_secrets: bool = False, states: Sequence[SentViewState] = ()
) -> Iterator[str]:
    """Yield the text form: each layer's text and the parsed page, and the view states in the file."""
    nature = sample.nature
    executed = "executed by the server" if nature.executable else "not executed by the server"
    yield f"{one_line(sample.artifact.path)}: {len(sample.data):,} bytes, {nature.kind.value}, {executed}\n"
    if not sample.layers:
        yield "\nno layer: the file is binary and contains no page\n"
    for number, layer in layers:
        span = layer.span(0, len(layer.text))
        yield f"\nlayer {number}: {one_line(layer.name)} ({layer.encoding}), bytes {span.start} to {span.end}\n"
        shown = _Shown(layer, show_secrets=show_secrets)
        if layer.carried is not None:
            yield from (f"  {one_line(fact, 200)}\n" for fact in _carried_rows(layer.carried, shown))
        for line, text in enumerate(shown.text.split("\n"), 1):
            yield f"{line:6} | {printable(text.removesuffix(chr(13)).expandtabs(4))}\n"
        if layer.has_code:
            yield from (f"  {row}\n" for row in _page_rows(shown))
        else:
            yield "  no server code in this layer\n"
        if shown.hidden:
            yield f"  {shown.hidden} secrets of the victim replaced by fingerprints (--show-secrets shows them)\n"
    yield from view_state_lines(states)


def json_lines(
    sample: Sample, layers: NumberedLayers, *, show_secrets: bool = False, states: Sequence[SentViewState] = ()
) -> Iterator[str]:
    """Yield the JSON form: the exact text of each layer; ``hidden_secrets`` counts the redactions in it."""
    nature = sample.nature
    document = {
        "kind": "decoded",
        "path": decodable(sample.artifact.path),
        "size_bytes": len(sample.data),
        "page_kind": nature.kind.value,
        "executable": nature.executable,
        "layers": [_layer_record(number, _Shown(layer, show_secrets=show_secrets)) for number, layer in layers],
        "view_states": [view_state_record(state) for state in states],
    }
    yield json.dumps(document, indent=1) + "\n"


def _carried_rows(carried: CarriedPart, shown: _Shown) -> Iterator[str]:
    """Yield the facts that a carrier states about the part that a layer shows."""
    yield (
        "IIS executes it inside this file"
        if carried.executes
        else "IIS executes it only after extraction to a file of its own"
    )
    for name, value in carried.facts.items():
        if value is not None:
            text = ", ".join(value) if isinstance(value, tuple) else str(value)
            yield f"{name.replace('_', ' ')}: {shown.words(text)}"


def _page_rows(shown: _Shown) -> Iterator[str]:
    """Yield the elements that the parser found, in page order."""
    page, text = shown.layer.page, shown.layer.text
    declared = "declared" if page.language_declared else "by default"
    yield f"parsed as {page.kind.value}, language {page.language} ({declared})"
    rows = [(d.start, f"directive {d.name or 'page'}: {_attributes(d.attributes)}") for d in page.directives]
    rows += [(b.start, f"{b.kind.value} block in {b.language}{_to_line(text, b.start, b.end)}") for b in page.blocks]
    rows += [(p.start, f"depends on {p.target} ({p.kind.value})") for p in page.dependencies]
    rows += [(o.start, f"object {o.id}: {o.progid or o.classid or o.class_name}") for o in page.objects]
    rows += [(t.start, f"server tag {t.name}: {_attributes(t.attributes)}") for t in page.tags]
    rows += [(start, f"server comment{_to_line(text, start, end)}") for start, end in page.comments]
    rows += [(note.offset, f"irregular: {note.code}") for note in page.notes]
    for start, row in sorted(rows):
        yield f"line {_line(text, start)}: {one_line(shown.words(row), 200)}"


def _layer_record(number: int, shown: _Shown) -> Record:
    layer = shown.layer
    span = layer.span(0, len(layer.text))
    return {
        "number": number,
        "name": layer.name,
        "encoding": layer.encoding,
        "byte_start": span.start,
        "byte_end": span.end,
        "carried": None if layer.carried is None else _carried_record(layer.carried, shown),
        "text": decodable(shown.text),
        "hidden_secrets": shown.hidden,
        "page": _page_record(shown) if layer.has_code else None,
    }


def _carried_record(carried: CarriedPart, shown: _Shown) -> Record:
    def words(value: FactValue) -> FactValue:
        if isinstance(value, tuple):
            return tuple(decodable(shown.words(item)) for item in value)
        return decodable(shown.words(value)) if isinstance(value, str) else value

    facts = {decodable(name): words(value) for name, value in carried.facts.items()}
    return {"carrier": carried.carrier, "part": decodable(carried.name), "executes": carried.executes, "facts": facts}


def _page_record(shown: _Shown) -> Record:
    page, text = shown.layer.page, shown.layer.text

    def words(value: str) -> str:
        return decodable(shown.words(value))

    return {
        "language": page.language,
        "language_declared": page.language_declared,
        "directives": [
            {
                "name": d.name,
                "line": _line(text, d.start),
                "attributes": {decodable(a.name): words(a.value) for a in d.attributes},
            }
            for d in page.directives
        ],
        "blocks": [
            {"kind": b.kind.value, "language": b.language, "line": _line(text, b.start), "code": words(b.code(text))}
            for b in page.blocks
        ],
        "pulls": [
            {"kind": p.kind.value, "target": words(p.target), "line": _line(text, p.start)} for p in page.dependencies
        ],
        "notes": [{"code": note.code, "line": _line(text, note.offset)} for note in page.notes],
    }


def _attributes(attributes: Sequence[Attribute]) -> str:
    return " ".join(f'{attribute.name}="{attribute.value}"' for attribute in attributes)


def _line(text: str, offset: int) -> int:
    return bisect_left(_line_ends(text), offset) + 1


@lru_cache(maxsize=4)
def _line_ends(text: str) -> list[int]:
    return [match.start() for match in re.finditer("\n", text)]


def _to_line(text: str, start: int, end: int) -> str:
    last = _line(text, max(start, end - 1))
    return "" if last == _line(text, start) else f", to line {last}"


def view_state_lines(states: Sequence[SentViewState]) -> Iterator[str]:
    """Yield the text form of each view state."""
    for number, state in enumerate(states, 1):
        size = len(state.state.data)
        yield f"\nview state {number}: {state.state.format}, {size:,} bytes\n"
        for name, value in _facts(state).items():
            text = ", ".join(value) if isinstance(value, tuple) else str(value)
            yield f"  {name.replace('_', ' ')}: {one_line(text, 400)}\n"


def view_state_record(state: SentViewState) -> Record:
    """Return the JSON form of a view state."""
    facts = {name: _decodable(value) for name, value in _facts(state).items()}
    return {"format": state.state.format, "size_bytes": len(state.state.data), **facts}


def _facts(state: SentViewState) -> dict[str, FactValue]:
    """Return the facts about a view state by itself, without those of a log."""
    contents = state.state.contents
    facts: dict[str, FactValue] = {
        "signature_length_of": state.state.algorithms or None,
        **{name: value for name, value in state.facts.items() if name not in _OF_LOGS},
        "objects": contents.objects or None,
        "classes": contents.classes[:_MOST_NAMES] or None,
        "libraries": contents.libraries[:_MOST_NAMES] or None,
        "note": state.note or None,
    }
    return {name: value for name, value in facts.items() if value is not None}


def _decodable(value: FactValue) -> FactValue:
    if isinstance(value, tuple):
        return tuple(decodable(each) for each in value)
    return decodable(value) if isinstance(value, str) else value
