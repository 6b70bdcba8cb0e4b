"""Normalised text: a layer without disguises in its code, for signatures, which match characters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from webshellhunt.decoding.rewrite import Replacement
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.settings import PageKind
from webshellhunt.pages.languages import plain_language
from webshellhunt.pages.page import Attribute, Directive, Page, ServerTag
from webshellhunt.views.sample import Layer

if TYPE_CHECKING:
    from webshellhunt.lang.unit import Unit

# Disguises that honest code hardly has: comments and blanks around the dots and brackets of a call, signs in
# names. Each has its required characters, and each expression starts with a literal; both make the search fast.
_DISGUISES = (
    ("*", lazy_pattern(r"/\*(?<=\w/\*)")),
    ("*", lazy_pattern(r"\*/[ \t]*+[.(]")),
    ("*", lazy_pattern(r"\.\s*+/\*")),
    ("/", lazy_pattern(r"//(?<=[\w \t]//)[^\r\n]{0,80}+[\r\n]++[ \t]*+[.(]")),
    (".", lazy_pattern(r"\.(?:(?<=[ \t]\.)[ \t]++\w++[ \t]*+[.(\[]|[ \t]++_[ \t]*+[\r\n]|\[[A-Za-z]\w*+\][ \t]*+\()")),
    ("@", lazy_pattern(r"@[A-Za-z_](?<!\w@\w)\w*+[.(\[]")),
    ("<%--", lazy_pattern(r"<%--(?<=\w<%--)")),
)


def plain_layers(layer: Layer) -> Iterator[Layer]:
    """Yield the layer without disguises, if it has any, then also with its split strings joined, if it has any."""
    units = list(_units(layer))
    if not units:
        return
    from webshellhunt.lang.plain import joined_strings, plain_replacements

    markup = list(plain_markup(layer.text, layer.page))
    plain = [each for unit in units for each in plain_replacements(unit.tokens)]
    joined = [each for unit in units for each in joined_strings(unit.tokens)]
    if plain or markup:
        yield layer.rewritten("written plainly", [*plain, *markup])
    if joined:
        yield layer.rewritten("strings joined", [*plain, *joined, *markup])


def _units(layer: Layer) -> Iterator[Unit]:
    """Yield the code of a layer; code without a relevant word only if it looks disguised."""
    yield from (code.unit for code in layer.codes)
    if layer.codes or not layer.has_code or layer.sample.nature.kind is PageKind.RAZOR:
        return
    if not _looks_disguised(layer.served_code):
        return
    from webshellhunt.lang.unit import build_unit

    for block in layer.page.blocks:
        if block.decoded is None and not block.nested and block.language == plain_language(block.language):
            ranges = [(block.start, block.end)]
            yield build_unit(layer.text, block.language, ranges, server_comments=bool(block.cuts))


def _looks_disguised(text: str) -> bool:
    return any(part in text and disguise.search(text) is not None for part, disguise in _DISGUISES)


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
