"""Code of Visual Basic put together of parts, of which those that are not known are values and no code.

A part in a literal is one where it has no quotation mark. So is a text whose statements only assign such literals to
variables: of alternatives of that kind, only the names of the variables are kept, as a form of the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from webshellhunt.core.letters import ASSIGNED, is_assigned, lacks
from webshellhunt.lazy_pattern import lazy_pattern

_QUOTE = '"'
_LITERAL = lazy_pattern(r'"(?:[^"\r\n]|"")*+"')
_ATOM = r"(?:\w++|\[\?\w++\])"
_ASSIGNMENT = lazy_pattern(rf"[^\S\r\n]*(?:(\w++)\s*=\s*{_ATOM}(?:\s*&\s*{_ATOM})*+\s*)?")
_REMARK = lazy_pattern(r"(?i)\brem\b")
_LINES = lazy_pattern(r"\r\n?|\n|:")
_ASSIGNING = lazy_pattern(r'\s*+\w++\s*+=[\s\w&]*+"')
_MOST_NAMES = 16
_LONGEST = 1 << 14
"""Characters of texts that are read as code, as each further part reads them again."""


def code_of(parts: Iterable[Any], prefix: str = "") -> tuple[str, dict[str, Any]] | None:
    """Return code with a variable for each part that is not known, and these parts; ``None`` if one may be code.

    Args:
        parts: Known texts, and others with a ``form`` and a ``type``.
        prefix: The beginning of the names of the variables.
    """
    text, holes = "", dict[str, Any]()
    is_ended = False
    for part in parts:
        if isinstance(part, str):
            if is_ended and part[:1] not in "\r\n:":
                return None
            text, is_ended = text + part, False
            continue
        hole = f"?{prefix}_{len(holes)}"
        name = f"[{hole}]"
        if is_ended:
            return None
        if is_in_literal(text):
            if not lacks(part.form, _QUOTE):
                return None
            text += f'"&{name}&"'
        elif is_assigned(part.form) and text[-1:] in "\r\n:":
            text += "\n".join(f"{each}={each}&{name}" for each in part.form.split()[1:])
            is_ended = True
        elif part.type == "number":
            text += name
        else:
            return None
        holes[hole] = part
    return text, holes


def is_in_literal(front: str) -> bool:
    """True if a literal is open at the end of a text."""
    line = front[max(front.rfind("\r"), front.rfind("\n")) + 1 :]
    outside = "".join(line.split(_QUOTE)[::2])
    return line.count(_QUOTE) % 2 == 1 and "'" not in outside and not _REMARK.search(outside)


def form_of_assigned(texts: Sequence[Sequence[Any]]) -> str:
    """Return the form of a text that is one of several, each of some parts: ``""`` where one is more than values."""
    if (
        not any(map(_assigns, texts))
        or sum(len(each) for parts in texts for each in parts if isinstance(each, str)) > _LONGEST
    ):
        return ""
    names = set[str]()
    for parts in texts:
        found = code_of(parts)
        if found is None:
            return ""
        for line in _LINES.split(_LITERAL.sub("_", found[0])):
            matched = _ASSIGNMENT.fullmatch(line)
            if matched is None:
                return ""
            names |= {matched[1].lower()} if matched[1] else set()
    return " ".join((ASSIGNED, *sorted(names))) if len(names) <= _MOST_NAMES else ""


def _assigns(parts: Sequence[Any]) -> bool:
    """True if a text begins as code that assigns a literal."""
    first = parts[0]
    return _ASSIGNING.match(first) is not None if isinstance(first, str) else is_assigned(first.form)
