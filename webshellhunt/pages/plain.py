"""Normalised markup: directives and script tags in their common form, for signatures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from webshellhunt.decoding.rewrite import Replacement
from webshellhunt.pages.page import Attribute, Directive, Page, ServerTag


def plain_markup(text: str, page: Page) -> Iterator[Replacement]:
    """Yield the common form of each directive and server script tag written differently."""
    yield from _directives(text, page.directives)
    yield from _scripts(text, page.tags)


def _directives(text: str, directives: Iterable[Directive]) -> Iterator[Replacement]:
    """Yield directives with unusual blanks or quotes in common form, the language first."""
    for directive in directives:
        written = text[directive.start : directive.end]
        if not written.endswith("%>") or not _are_plain(directive.attributes):
            continue
        inside = written[written.index("@") + 1 :].lstrip()
        attributes = sorted(directive.attributes, key=_is_not_language)
        plain = f"<%@ {' '.join(filter(None, (inside[: len(directive.name)], *map(_written, attributes))))} %>"
        if plain[3:-2].split() != written[3:-2].split() or not written.startswith("<%@"):
            yield Replacement(directive.start, directive.end, plain)


def _scripts(text: str, tags: Iterable[ServerTag]) -> Iterator[Replacement]:
    """Yield the tags of server scripts whose attributes contain character references."""
    for tag in tags:
        if tag.name.lower() == "script" and "&" in text[tag.start : tag.end] and _are_plain(tag.attributes):
            plain = f"<{tag.name} {' '.join(map(_written, tag.attributes))}>"
            yield Replacement(tag.start, tag.end, plain)


def _are_plain(attributes: Iterable[Attribute]) -> bool:
    return not any(set('"<>%') & set(each.value) for each in attributes)


def _written(attribute: Attribute) -> str:
    return f'{attribute.name}="{attribute.value}"'


def _is_not_language(attribute: Attribute) -> bool:
    return attribute.name.lower() != "language"
