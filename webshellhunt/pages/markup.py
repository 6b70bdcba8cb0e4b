"""The grammar of tags, directives and attributes, after the runtime's own regular expressions.

Every expression is possessive, so that it reads a hostile text once; where the runtime would need a closing
delimiter that isn't there, the *opening* part is matched and its end looked at, so that the cost of a failure is
known and can be bounded (``Allowance``).

Source: System.Web.RegularExpressions (TagRegex, DirectiveRegex, IncludeRegex, ServerTagsRegex).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.settings import PageKind
from webshellhunt.pages.page import Attribute, resolve_character_references

_DATABIND = r"<%\#(?:[^%<]++|<(?!%)|%(?!>))*+%>"
_TAG_VALUE = rf"""(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|{_DATABIND}|[^\s='"/>]*+))?+"""
_TAG_OPEN = re.compile(rf"<[\w:.]++(?:\s++\w[-\w:]*+{_TAG_VALUE})*+\s*+")
_TAG_NAME = re.compile(r"<[\w:.]++")
_TAG_ATTRIBUTE = re.compile(
    rf"""\s*+(?P<name>\w[-\w:]*+)(?:\s*+=\s*+(?:"(?P<dq>[^"]*+)"|'(?P<sq>[^']*+)'|(?P<db>{_DATABIND})|(?P<bare>[^\s='">]*+)))?"""
)

DIRECTIVE = re.compile(r"<%\s*+@")
_DIRECTIVE_VALUE = r"""(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'%>]*+))?+"""
_DIRECTIVE_OPEN = re.compile(rf"{DIRECTIVE.pattern}(?:\s*+\w[\w:]*+(?=\W){_DIRECTIVE_VALUE})*+\s*+")
_DIRECTIVE_ATTRIBUTE = re.compile(
    r"""\s*+(?P<name>\w[\w:]*+)(?:(?P<equal>\s*+=\s*+)(?:"(?P<dq>[^"]*+)"|'(?P<sq>[^']*+)'|(?P<bare>[^\s"'%>]*+)))?"""
)

_DIRECTIVE_TEXT = lazy_pattern(rf"{DIRECTIVE.pattern}[^%]{{0,2048}}")
_BASE = lazy_pattern(r"(?i)\b(inherits|codefilebaseclass)\s*+=\s*+[\"']?\s*+([\w.]+)")

RUNAT = re.compile(r"[rR][uU][nN][aA][tT]")
# A Windows path contains no < or >, so a failed attempt does not read into the next one.
INCLUDE = re.compile(
    r"""<!--\s*+\#\s*+(?i:include)\s*+(?P<form>\w++)\s*+=\s*+["']?(?P<path>[^"'<>\r\n]{0,1024}?)["']?\s*+-->"""
)
# At the start of a file, after a comment or the magic number of a picture.
_MAIN_DIRECTIVE = lazy_pattern(
    r"(?i)[^<]{0,64}+(?:<(?:!--|%--)[^<>]{0,1024}?--%?+>\s*+)?+<%\s*+@\s*+"
    r"(?:(?P<handler>webhandler|webservice|servicehost)\s|(?:page|control|master)\s[^%<>]{0,1024}?"
    r"language\s*+=\s*+[\"']?(?:c\#|cs|csharp|vb|vb\.net|js|jscript)[\"'\s])"
)


def bases_of(text: str) -> list[str]:
    """Return the classes that the directives of a file name as its base: in each the class of its code file first."""
    found = []
    for directive in _DIRECTIVE_TEXT.finditer(text):
        named = {each[1].lower(): each[2] for each in _BASE.finditer(directive[0])}
        found += [named[name] for name in ("inherits", "codefilebaseclass") if name in named]
    return found


def kind_of_directive(text: str, *, is_classic: bool) -> PageKind | None:
    """Return the kind that a main directive at the start declares, ``None`` without one or for the kind by the name.

    ``is_classic`` is true for a name of classic ASP; a name of any other kind is that of a web form.
    """
    found = _MAIN_DIRECTIVE.match(text)
    if found is None:
        return None
    if found["handler"] is not None:
        return PageKind.WEB_HANDLER
    return PageKind.WEB_FORM if is_classic else None


def fold(text: str) -> bytes:
    """Return a text in UTF-8 with lower-case ASCII letters, in which words are found faster."""
    return text.encode("utf-8", "surrogatepass").lower()


def says_runat(folded: bytes) -> bool:
    """Return whether a folded text contains ``runat``."""
    return b"runat" in folded


@dataclass(slots=True)
class Allowance:
    """The number of characters that failed attempts may read in all, which bounds the cost of hostile texts."""

    characters: int

    def spend(self, characters: int) -> None:
        """Count the characters that a failed attempt read."""
        self.characters -= characters

    @property
    def spent(self) -> bool:
        """Return whether the allowance is used up."""
        return self.characters <= 0


def tag_end(text: str, start: int, allowance: Allowance, limit: int | None = None) -> int | None:
    """Return where the begin tag at ``start`` ends, or ``None`` if it is no tag to the runtime."""
    stop = len(text) if limit is None else min(len(text), start + limit)
    opened = _TAG_OPEN.match(text, start, stop)
    if opened is None:
        return None
    at = opened.end()
    if text.startswith(">", at):
        return at + 1
    if text.startswith("/>", at):
        return at + 2
    allowance.spend(at - start)
    return None


def directive_end(text: str, start: int, allowance: Allowance) -> int | None:
    """Return where the directive at ``start`` ends, or ``None`` if it is none to the runtime."""
    opened = _DIRECTIVE_OPEN.match(text, start)
    if opened is None:
        return None
    at = opened.end()
    if text.startswith("%>", at):
        return at + 2
    allowance.spend(at - start)
    return None


def tag_name(text: str, start: int) -> str:
    """Return the name of the begin tag at ``start``, lower-case."""
    named = _TAG_NAME.match(text, start)
    return named.group()[1:].lower() if named else ""


def tag_attributes(text: str, start: int, end: int) -> tuple[Attribute, ...]:
    """Return the attributes of the begin tag ``text[start:end]``, values with character references decoded."""
    named = _TAG_NAME.match(text, start, end)
    stop = end - (2 if text.endswith("/>", start, end) else 1)
    return tuple(_attributes(_TAG_ATTRIBUTE, text, named.end(), stop)) if named else ()


def directive_attributes(text: str, start: int, end: int) -> tuple[str, tuple[Attribute, ...]]:
    """Return the name (lower-case, empty where omitted) and attributes of the directive ``text[start:end]``."""
    at = text.index("@", start) + 1
    stop = end - 2 if text.endswith("%>", start, end) else end
    first = _DIRECTIVE_ATTRIBUTE.match(text, at, stop)
    name = ""
    if first is not None and first.group("equal") is None:
        name, at = first.group("name").lower(), first.end()
    return name, tuple(_attributes(_DIRECTIVE_ATTRIBUTE, text, at, stop))


def _attributes(pattern: re.Pattern[str], text: str, at: int, end: int) -> Iterator[Attribute]:
    """Yield attributes from ``at`` on; skip other text, as the runtime accepts malformed tags."""
    for match in pattern.finditer(text, at, end):
        group = match.lastgroup
        if group is None or group == "name":
            yield Attribute(match["name"], "", match.end(), match.end())
            continue
        value = match[group]
        yield Attribute(match["name"], resolve_character_references(value), *match.span(group))
