"""The facts of a verdict that a responder acts on; ``--all`` shows the others too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from webshellhunt.model.findings import FactValue, Finding
from webshellhunt.reports.folding import folded
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import one_line
from webshellhunt.reports.redaction import Redaction

KEY_FACTS = (
    "request_key",
    "planted_at",
    "server",
    "same_content_at",
    "declared_in",
    "mapped_by",
    "read_as",
    "remnants",
    "story",
    "earlier_copies",
    "av_excluded",
)
"""Facts that a responder acts on, in order of display."""

_LABELS = {"av_excluded": "antivirus exclusion that Microsoft recommends"}
"""Labels of facts whose names do not explain them."""

_ON_LINES = frozenset({"same_content_at", "declared_in", "remnants", "earlier_copies", "story"})
"""Facts whose values are paths or acts: each on a line of its own."""

_SHOWN = 3
_FACT = 200


def fact_lines(findings: Sequence[Finding], redaction: Redaction, options: Options, indent: str) -> Iterator[str]:
    """Yield the facts: short ones in a sentence, each path on a line of its own, which is not wrapped."""
    short = []
    paths = []
    for name, values in _merged(findings, redaction, options):
        label = one_line(_LABELS.get(name, name.replace("_", " ")))
        more = len(values) - _SHOWN
        shown = values if options.show_all or more <= 0 else [*values[:_SHOWN], f"{more} more"]
        if name in _ON_LINES:
            paths += [f"{label}: {value}" for value in shown]
        else:
            short.append(f"{label}: {', '.join(shown)}")
    if short:
        yield from folded("; ".join(short), options.width, indent=indent, hanging=f"{indent}  ")
    yield from (f"{indent}{path}" for path in paths)


def _merged(findings: Sequence[Finding], redaction: Redaction, options: Options) -> Iterator[tuple[str, list[str]]]:
    """Yield each fact once with its values, those to act on first."""
    merged: dict[str, list[str]] = {}
    for finding in findings:
        for name, value in redaction.facts(finding.facts).items():
            if options.show_all or name in KEY_FACTS:
                values = merged.setdefault(name, [])
                values.extend(shown for shown in _shown(value) if shown not in values)
    order = {name: number for number, name in enumerate(KEY_FACTS)}
    for name in sorted(merged, key=lambda name: (order.get(name, len(order)), name)):
        if merged[name]:
            yield name, merged[name]


def _shown(value: FactValue) -> list[str]:
    values = value if isinstance(value, tuple) else () if value is None else (str(value),)
    return [one_line(item, _FACT) for item in values]
