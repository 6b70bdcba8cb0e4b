"""The sign-in forms of a page: its password fields, form actions and scripts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from webshellhunt.client_scripts.tags import Tag, iter_tags
from webshellhunt.lazy_pattern import lazy_pattern

_SCRIPT_TYPE = lazy_pattern(r"(?i)(?:.*(?:java|ecma|j)script.*|module|babel.*|)")
_INLINED = lazy_pattern(r"""(?i)<%[^%]{0,80}?\bInlineJavascript\s*+\(\s*+["']([^"'\r\n]{1,256}+)["']""")
_SCRIPT_ADDRESS = lazy_pattern(r"(?i)\s*+javascript:")
_CONVENTIONAL = lazy_pattern(
    r"(?:[a-z0-9]{1,20}[_$-])*+(?:txt|tb|tbx|inp|input|user|usr|login|logon|frm|my|your|admin|current|ctl\d+){0,2}+[_-]?"
    r"(?:password|passwd|passw|passwort|pswd|pwd)(?:text|input|box|field|txt|id|\d)?"
)
MOST_SCRIPTS = 16


class InlineCode(NamedTuple):
    """A script in the page: its decoded code and its range.

    ``event`` is the name of its event attribute (``onkeyup``), ``""`` for a script element; ``at_field`` is true if the
    tag is the password field itself, so that ``this.value`` is the password.
    """

    code: str
    start: int
    end: int
    event: str = ""
    at_field: bool = False


class Form(NamedTuple):
    """A form: its ids and names in lower case, its action, and whether it has a password field."""

    names: frozenset[str]
    action: str
    start: int
    end: int
    asks_password: bool


@dataclass(slots=True)
class SignIn:
    """The sign-in elements of a page; ``fields`` are ids and names of password fields, in lower case.

    ``codes`` are its scripts in page order; a script file is its address with the range that names it.
    """

    fields: set[str] = field(default_factory=set)
    forms: list[Form] = field(default_factory=list)
    codes: list[InlineCode | tuple[str, int, int]] = field(default_factory=list)
    asks_password: bool = False


def is_conventional(name: str) -> bool:
    """Return whether an id or name (lower case) is conventional for password fields."""
    return len(name) <= 64 and _CONVENTIONAL.fullmatch(name) is not None


def read_sign_in(text: str) -> SignIn:
    """Read a page as a browser does, with its server controls as the elements that they render."""
    found = SignIn()
    open_form: Tag | None = None
    has_password = False
    loaded = 0
    for tag in iter_tags(text):
        if tag.name in ("form", "/form"):
            found.forms += _closed(open_form, has_password)
            open_form, has_password = (tag if tag.name == "form" else None), False
        is_field = _is_password_field(tag)
        if is_field:
            has_password = found.asks_password = True
            found.fields.update(filter(None, (tag.get("id").lower(), tag.get("name").lower())))
        if tag.name == "script":
            source = tag.get("src").partition("?")[0].partition("#")[0]
            if source and "<%" not in source and loaded < MOST_SCRIPTS:
                loaded += 1
                found.codes.append((source, tag.start, tag.end))
            found.codes.extend(_script(text, tag))
        found.codes.extend(_events(tag, at_field=is_field))
    found.forms += _closed(open_form, has_password)
    for inlined in _INLINED.finditer(text) if "nlinejavascript" in text.lower() else ():
        found.codes.append((inlined[1], *inlined.span(1)))
    return found


def _closed(tag: Tag | None, has_password: bool) -> Iterator[Form]:
    if tag is not None:
        names = frozenset(filter(None, (tag.get("id").lower(), tag.get("name").lower())))
        # A library of ASP.NET MVC (jquery.unobtrusive-ajax) submits such a form by a request to this address instead.
        is_by_request = tag.get("data-ajax").strip().lower() == "true"
        address = tag.get("data-ajax-url").strip() if is_by_request else ""
        yield Form(names, address or tag.get("action").strip(), tag.start, tag.end, has_password)


def _is_password_field(tag: Tag) -> bool:
    if tag.name == "input" or tag.name.endswith(":input"):
        return tag.get("type").strip().lower() == "password"
    return tag.get("textmode").strip().lower() == "password"


def _script(text: str, tag: Tag) -> Iterator[InlineCode]:
    kind = tag.get("type").strip() or tag.get("language").strip()
    start, end = tag.body
    if tag.get("runat").lower() != "server" and end > start and _SCRIPT_TYPE.fullmatch(kind):
        yield InlineCode(text[start:end], start, end)


def _events(tag: Tag, *, at_field: bool) -> Iterator[InlineCode]:
    """Yield the code in a tag's event attributes, including ``OnClientClick``, and in its ``javascript:`` addresses."""
    for attribute in tag.attributes:
        name = attribute.name.lower()
        if not attribute.value:
            continue
        if name.startswith("on"):
            event = "onclick" if name == "onclientclick" else name
            yield InlineCode(attribute.value, attribute.start, attribute.end, event, at_field)
        elif name in ("href", "action", "formaction", "src") and _SCRIPT_ADDRESS.match(attribute.value):
            yield InlineCode(attribute.value.partition(":")[2], attribute.start, attribute.end, "onclick", at_field)
