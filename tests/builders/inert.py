"""Code in tests, kept inert: its words of power are broken by middle dots, and whole only in memory."""

from __future__ import annotations

from collections.abc import Mapping

from webshellhunt.analysis.flow.page_analysis import PageAnalysis
from webshellhunt.lang.unit import Unit, build_unit

DOT = "\N{MIDDLE DOT}"


def live(text: str) -> str:
    """Return the text without its middle dots."""
    return text.replace(DOT, "")


def unit_of(text: str, language: str) -> Unit:
    """Return a whole inert text as one unit."""
    code = live(text)
    return build_unit(code, language, [(0, len(code))])


def analyse(
    text: str,
    language: str,
    *,
    objects: Mapping[str, str] | None = None,
    controls: frozenset[str] = frozenset(),
    is_classic: bool = False,
) -> PageAnalysis:
    """Follow what flows through an inert text."""
    return PageAnalysis(unit_of(text, language), objects=objects, controls=controls, is_classic=is_classic)


def roads(analysis: PageAnalysis) -> list[tuple[str, str, str | None]]:
    """Return each kind of flow: that of its sink, that of its origin (``constant`` where it has none), the key."""
    found = ((f.kind, f.trace.kind if f.trace is not None else "constant", f.key) for f in analysis.flows)
    return list(dict.fromkeys(found))
