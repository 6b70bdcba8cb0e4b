"""Templates: the one door to Jinja2, which is imported when the first page is written.

Each text that a template shows is escaped twice over: ``printable`` makes control and direction characters visible,
and autoescape keeps markup inert. Markup of ours is of the type ``Markup``, and is left as it is.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.reports.printable import decodable, one_line, printable, verbatim
from webshellhunt.reports.times import aware

if TYPE_CHECKING:
    from jinja2 import Environment

_DATE = lazy_pattern(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ)?", re.ASCII)
_TEMPLATES = Path(__file__).parent / "templates"


def rendered(template: str, values: Mapping[str, Any]) -> str:
    """Return a template, by its name without ending, with these values; blank lines are left out."""
    text = _environment().get_template(f"{template}.html").render(values)
    return "".join(f"{line.strip()}\n" for line in text.split("\n") if line.strip())


def inert(text: str) -> str:
    """Return text as markup that shows it unchanged, although no run of four of its characters remains in the file.

    An empty comment after every third character does not show, and is in no copy of the text from the page.
    """
    from markupsafe import Markup, escape

    shown = printable(text)
    pieces = (escape(shown[at : at + 3]) for at in range(0, len(shown), 3))
    return Markup("<!---->").join(pieces)


def element(name: str, content: str, kind: str = "") -> str:
    """Return an element of HTML with escaped content; ``kind`` is its class. Names and classes are ours."""
    from markupsafe import Markup, escape

    start = f'<{name} class="{escape(kind)}">' if kind else f"<{name}>"
    return Markup(f"{start}{escape(content)}</{name}>")  # noqa: S704 - name is ours, the rest is escaped


def escaped(text: str) -> str:
    """Return a text as markup; characters that are not plainly visible become escapes."""
    from markupsafe import escape

    return escape(printable(text))


def joined(parts: Iterable[str]) -> str:
    """Return markup and escaped texts as one piece of markup."""
    from markupsafe import Markup

    return Markup("").join(parts)


@lru_cache(maxsize=2)
def asset(name: str) -> str:
    """Return the style sheet or the script as it is in the page."""
    lines = (_TEMPLATES / name).read_text(encoding="utf-8").split("\n")
    return "\n" + "".join(f"{line.strip()}\n" for line in lines if line.strip())


@lru_cache(maxsize=2)
def digest(name: str) -> str:
    """Return the digest of the style sheet or the script, as a content security policy names it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(asset(name).encode()).digest()).decode()


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    def shown(value: object) -> object:
        return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        finalize=shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        second=second,
        day=day,
        inert=inert,
        number=number,
        line=one_line,
        verbatim=verbatim,
        folder=lambda path: verbatim(folder_of(path)),
        name=lambda path: verbatim(name_of(path)),
        machine=machine,
        sentence=sentence,
        dates=dates,
        coded=coded,
    )
    return made


def second(when: datetime) -> str:
    """Return a time in UTC to the second, for people."""
    return f"{day(when)} {aware(when):%H:%M:%S}"


def machine(when: datetime) -> str:
    """Return a time for the attribute ``datetime``."""
    return f"{second(when).replace(' ', 'T')}Z"


def day(when: date) -> str:
    """Return a day."""
    return _day(aware(when)) if isinstance(when, datetime) else _day(when)


def sentence(text: str) -> str:
    """Return a text with a capital letter at its beginning."""
    return text[:1].upper() + text[1:]


def dates(text: str) -> str:
    """Return a printable text as markup whose dates are not broken over two lines."""
    at, parts = 0, list[str]()
    for found in _DATE.finditer(text):
        parts += [escaped(text[at : found.start()]), element("span", found[0], "nb")]
        at = found.end()
    return joined([*parts, escaped(text[at:])])


def coded(text: str) -> str:
    """Return text of a rule's page as markup, with code between doubled backquotes; it is inert."""
    parts = text.split("``")
    return joined(element("code", inert(part)) if at % 2 else inert(part) for at, part in enumerate(parts))


def number(value: int) -> str:
    """Return a number with separators."""
    return f"{value:,}"


def name_of(path: str) -> str:
    """Return the name of a file without its folder."""
    return decodable(path)[len(folder_of(path)) :]


def folder_of(path: str) -> str:
    """Return the folder of a path with its separator; empty if there is none, or no name follows it."""
    path = decodable(path)  # as a saved report has it: an escape has a separator, too
    at = max(path.rfind("\\"), path.rfind("/")) + 1
    return path[:at] if at < len(path) else ""


def _day(when: date) -> str:
    return f"{when.year:04}-{when.month:02}-{when.day:02}"
