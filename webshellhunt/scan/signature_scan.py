"""Signature scan: run the signatures on a sample, and turn their matches into findings.

They run on the raw bytes, on each text that differs from these, and on code without disguises.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from webshellhunt.fence import Fence, OutOfTimeError
from webshellhunt.host.iis.xml_tree import salvage_xml
from webshellhunt.model.findings import MOST_ACTS, Act, Finding, Span
from webshellhunt.model.rules import Confidence, Rule, Severity
from webshellhunt.model.settings import PageKind
from webshellhunt.scan.denied_claims import is_complete, is_denied, is_whole_program
from webshellhunt.signatures.catalog import Catalog
from webshellhunt.signatures.hits import SignatureHit
from webshellhunt.views.normalised_text import plain_layers
from webshellhunt.views.sample import Layer, Sample

_SHOWN_PLACES = 3
_OF_CONFIGURATION: Final = "WSH4"
"""Beginning of the ids of the detectors of configuration."""
_SCATTERED: Final = {"scattered": "no file has all words of the match: they are of the page and its includes together"}
_DENIED: Final = {"denied": "the analysis of the code saw no such flow"}


def iter_signature_findings(
    sample: Sample, layers: list[Layer], catalog: Catalog, fence: Fence, timeout_s: int, *, alone: bool = False
) -> Iterator[tuple[Finding, Layer | None]]:
    """Yield each matching rule once, with the first layer that it matches; ``None`` for the raw bytes.

    A rule of configuration that a detector settles is skipped, unless signatures run ``alone``. A rule of code whose
    matches the analysis of the code denies comes last, with low confidence; one that only a page and its includes
    together match is information: a whole site has all words.
    """
    path = sample.artifact.path
    seen: set[tuple[str, str]] = set()
    denied: dict[tuple[str, str], tuple[Finding, Layer | None]] = {}
    for layer, data, scan in _scans(sample, layers, catalog, fence):
        seconds = fence.seconds_for(timeout_s)
        for hit in fence.collect("signatures", partial(scan, data, path=path, timeout_s=seconds)):
            key, rule = (hit.namespace, hit.rule), catalog.rule_of(hit)
            if key in seen or (not alone and _is_settled(rule, layer, sample)):
                continue
            if not seen and not denied:  # The acts of the matches are statements, which need the code of the layers.
                fence.collect("code", lambda: (code for each in layers for code in each.codes))
            finding = _from_hit(hit, catalog, sample, layer, data)
            if not alone and layer is not None and layer.is_joined:
                denied.setdefault(key, (replace(finding, severity=Severity.INFO, facts=_SCATTERED), layer))
                continue
            if not alone and rule.settled_by and _is_denied(hit, sample, layer, data, fence):
                denied.setdefault(key, (replace(finding, confidence=Confidence.LOW, facts=_DENIED), layer))
                continue
            seen.add(key)
            yield finding, layer
    yield from (found for key, found in denied.items() if key not in seen)


def _is_denied(hit: SignatureHit, sample: Sample, layer: Layer | None, data: bytes, fence: Fence) -> bool:
    """Return True if the analysis of the code denies all matches of a rule in the text of a page."""
    text = next(sample.iter_layers(), None) if layer is None else layer
    if text is None or not is_complete(hit, len(data)):
        return False
    if fence.collect("code", lambda: (is_whole_program(sample, text),)) != [True]:
        return False
    if layer is None:
        places = [(_character_at(text, at), _character_at(text, at + length)) for _, at, length in hit.strings]
    else:
        places = [(len(_text(data[:at])), len(_text(data[: at + length]))) for _, at, length in hit.strings]
    return fence.collect("code", lambda: (is_denied(text, places),)) == [True]


def _is_settled(rule: Rule, layer: Layer | None, sample: Sample) -> bool:
    """Return True if a detector decides the idea of a signature in this file, because it reads all its configuration.

    A file with broken XML may have a match after the break, which no detector of configuration sees.
    """
    is_of_configuration = rule.settled_by.startswith(_OF_CONFIGURATION)
    if not is_of_configuration or not (layer is None or layer.is_of_file) or not sample.configs:
        return False
    root, error = salvage_xml(sample.data, sample.artifact.path)
    return error is None and root is not None and root.tag.lower() == "configuration"


def _scans(
    sample: Sample, layers: list[Layer], catalog: Catalog, fence: Fence
) -> Iterator[tuple[Layer | None, bytes, Callable[..., list[SignatureHit]]]]:
    """Yield the data for rules, with its layer and the scan function."""
    of_file = [layer for layer in layers if layer.is_of_file]

    def is_read() -> bool:
        return sample.is_loaded or sample.is_read  # a library may have any word

    def may_act() -> bool:
        if not of_file:  # a picture without the start of a page has no code
            return is_read()
        return sample.text_cut or _act(of_file, fence)  # the part that was not read as text may act

    is_open = sample.may_open
    scan = partial(
        catalog.scan, folded=sample.folded, is_open=is_open, may_act=may_act, is_read=is_read, opens=sample.opens
    )
    yield None, sample.data, scan
    for layer in layers:
        if layer.differs:
            scan = partial(catalog.scan, folded=layer.folded, is_open=True, may_act=partial(_act, [layer], fence))
            yield layer, _bytes_of(layer), scan
    for layer in fence.collect("code", lambda: _plain(layers)):
        yield layer, _bytes_of(layer), catalog.scan_code


def _act(layers: list[Layer], fence: Fence) -> bool:
    """Return True if code in the layers may be dangerous, also if that can't be decided."""
    return fence.collect("code", lambda: (any(layer.acts for layer in layers),)) != [False]


def _bytes_of(layer: Layer) -> bytes:
    return layer.text.encode("utf-8", "replace")


def _plain(layers: list[Layer]) -> Iterator[Layer]:
    """Yield layers that a rule can't match in the text: code without disguises, and constants that hide code."""
    for layer in layers:
        if layer.has_code:
            yield from plain_layers(layer)
            yield from layer.constants


def _from_hit(hit: SignatureHit, catalog: Catalog, sample: Sample, layer: Layer | None, data: bytes) -> Finding:
    """Return the finding of a match, with the first places of its strings as evidence."""
    rule = catalog.rule_of(hit)
    places = sorted({(offset, length) for _, offset, length in hit.strings})
    shown, counted = places[:_SHOWN_PLACES], _counted(hit)
    if layer is None:
        evidence = tuple(sample.raw_evidence(offset, length) for offset, length in shown)
        acts = [_act_in_bytes(sample, offset, length) for offset, length in counted]
    else:
        ranges = [(len(_text(data[:at])), len(_text(data[at : at + length]))) for at, length in counted]
        evidence = tuple(layer.evidence(start, start + length) for start, length in ranges[:_SHOWN_PLACES])
        acts = [layer.act(start, start + length) for start, length in ranges]
    return Finding(rule, rule.title, rule.severity, rule.confidence, evidence, acts=tuple(dict.fromkeys(acts)))


def _counted(hit: SignatureHit) -> list[tuple[int, int]]:
    """Return the first places of each string of a match, whose statements are its acts."""
    by_string: dict[str, list[tuple[int, int]]] = {}
    for identifier, offset, length in hit.strings:
        by_string.setdefault(identifier, []).append((offset, length))
    return sorted({place for places in by_string.values() for place in places[:_SHOWN_PLACES]})[:MOST_ACTS]


def _act_in_bytes(sample: Sample, offset: int, length: int) -> Act:
    """Return the act at a range of the bytes: the statement there in the text of the file, if it is code."""
    plain = Act(sample.artifact.path, "", Span(offset, offset + length))
    text = next(sample.iter_layers(), None)
    if sample.nature.kind is PageKind.CONFIG or text is None:
        return plain
    start, end = (_character_at(text, place) for place in (offset, offset + length))
    try:
        return text.act(start, end) if start < end else plain
    except OutOfTimeError:  # the statements of the text are not known in time
        return plain


def _character_at(layer: Layer, offset: int) -> int:
    """Return the first character of the text of a file that is at a byte or after it."""
    if layer.encoding == "ascii":
        return min(offset, len(layer.text))
    return bisect_left(range(len(layer.text)), offset, key=lambda at: layer.span(at, at + 1).start)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
