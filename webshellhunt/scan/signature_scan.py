"""Signature scan: run the signatures on a sample, and turn their matches into findings.

They run on the raw bytes, on each text that differs from these, and on code without disguises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from webshellhunt.fence import Fence
from webshellhunt.host.iis.xml_tree import salvage_xml
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Rule
from webshellhunt.signatures.catalog import Catalog
from webshellhunt.signatures.hits import SignatureHit
from webshellhunt.views.normalised_text import plain_layers
from webshellhunt.views.sample import Layer, Sample


def iter_signature_findings(
    sample: Sample, layers: list[Layer], catalog: Catalog, fence: Fence, timeout_s: int, *, alone: bool = False
) -> Iterator[tuple[Finding, Layer | None]]:
    """Yield each matching rule once, with the first layer that it matches; ``None`` for the raw bytes.

    A rule of configuration that a detector settles is skipped, unless signatures run ``alone``.
    """
    path = sample.artifact.path
    seen: set[tuple[str, str]] = set()
    for layer, data, scan in _scans(sample, layers, catalog, fence):
        for hit in fence.collect("signatures", partial(scan, data, path=path, timeout_s=timeout_s)):
            settled = not alone and _is_settled(catalog.rule_of(hit), layer, sample)
            if (hit.namespace, hit.rule) not in seen and not settled:
                seen.add((hit.namespace, hit.rule))
                yield _from_hit(hit, catalog, sample, layer, data), layer


def _is_settled(rule: Rule, layer: Layer | None, sample: Sample) -> bool:
    """Return True if a detector decides the idea of a signature in this file, because it reads all its configuration.

    A file with broken XML may have a match after the break, which no detector of configuration sees.
    """
    if not rule.settled_by or not (layer is None or layer.is_of_file) or not sample.configs:
        return False
    root, error = salvage_xml(sample.data, sample.artifact.path)
    return error is None and root is not None and root.tag.lower() == "configuration"


def _scans(
    sample: Sample, layers: list[Layer], catalog: Catalog, fence: Fence
) -> Iterator[tuple[Layer | None, bytes, Callable[..., list[SignatureHit]]]]:
    """Yield the data for rules, with its layer and the scan function."""
    of_file = [layer for layer in layers if layer.is_of_file]

    def may_act() -> bool:
        if not of_file:  # a library may have any word; a picture without the start of a page has no code
            return sample.is_loaded or sample.is_read
        return sample.text_cut or _act(of_file, fence)  # the part that was not read as text may act

    yield None, sample.data, partial(catalog.scan, folded=sample.folded, is_open=sample.may_open, may_act=may_act)
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
    places = sorted({(offset, length) for _, offset, length in hit.strings})[:3]
    if layer is None:
        evidence = tuple(sample.raw_evidence(offset, length) for offset, length in places)
    else:
        ranges = [(len(_text(data[:at])), len(_text(data[at : at + length]))) for at, length in places]
        evidence = tuple(layer.evidence(start, start + length) for start, length in ranges)
    return Finding(rule, rule.title, rule.severity, rule.confidence, evidence)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
