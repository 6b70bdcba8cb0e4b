"""Letters: forms of a text of which is known which characters it may have; sinks ask which of them it lacks.

A form is a word where the set has a name, else ``of `` and the characters; ``letter of `` says that it is one letter.
All characters that are not ASCII count as one.
"""

from __future__ import annotations

import string
from functools import lru_cache

OTHERS = "\x80"
"""Stands for all characters that are not ASCII."""
ALL = frozenset(map(chr, range(0x81)))
WORD = frozenset(string.ascii_letters + string.digits + "_" + OTHERS)
_DIGITS = frozenset(string.digits + " \t\r\n\f\v.,:-[]{}")
"""Characters of which no program can be written: a text of them has the form ``digits``."""
_LACKING = {"escaped": ALL - {'"'}, "tagless": ALL - {"<"}, "encoded": ALL - set('"<')}
_NAMED = {
    "digits": _DIGITS, "name-only": WORD,
    "file-name": ALL - set("/\\:"), "base64": WORD | set("+/=-"), "address": WORD | set(":.%"), **_LACKING,
}  # fmt: skip
_LETTER, _OF = "letter ", "of "
_WHOLE = "whole "
"""Begins a form of a text in which all quotation marks stand in pairs, which a cut may part."""
ASSIGNED = "assigned"
"""Begins the form of code that only assigns values to variables, which it names."""
_LONGEST = 1_000


@lru_cache(maxsize=1024)
def letters_of(form: str) -> frozenset[str]:
    """Return the characters that a text of a form may have."""
    form = form.removeprefix(_WHOLE).removeprefix(_LETTER)
    return frozenset(form[len(_OF) :]) if form.startswith(_OF) else _NAMED.get(form, ALL)


@lru_cache(maxsize=1024)
def form_of(letters: frozenset[str], *, is_letter: bool = False) -> str:
    """Return the form of a text of some characters, or of one letter; ``""`` where nothing is known of it."""
    if letters <= _DIGITS:
        return "digits"
    if letters <= WORD:
        return "name-only"
    if letters >= ALL:
        return _LETTER if is_letter else ""
    name = next((name for name, of in _LACKING.items() if of == letters and not is_letter), None)
    return name or _LETTER * is_letter + _OF + "".join(sorted(letters))


def is_letter(form: str) -> bool:
    """True for the form of one letter."""
    return form.startswith(_LETTER)


def is_of_letters(form: str) -> bool:
    """True if a form says which characters a text may have, so that each piece of the text has it, too."""
    return form.startswith((_OF, _LETTER + _OF)) or form in _NAMED


def form_of_both(a: str, b: str) -> str:
    """Return the form of a text that has one of two forms."""
    if is_assigned(a) and is_assigned(b):
        return " ".join((ASSIGNED, *sorted({*a.split()[1:], *b.split()[1:]})))
    if a == b or not (tells_letters(a) and tells_letters(b)):
        return a if a == b else ""
    form = form_of(letters_of(a) | letters_of(b))
    return of_pairs(form) if _WHOLE in (a[: len(_WHOLE)], b[: len(_WHOLE)]) else form


def tells_letters(form: str) -> bool:
    """True if a form says which characters a text may have, pairs of quotation marks aside."""
    return is_of_letters(form.removeprefix(_WHOLE))


def of_pairs(form: str) -> str:
    """Return the form of a text that has quotation marks in pairs as well, where it says that there are no others."""
    return _WHOLE + form if form and not form.startswith(_WHOLE) and lacks(form, '"') else form


def of_piece(form: str) -> str:
    """Return the form of a piece of a text."""
    return form_of(letters_of(form) | {'"'}) if form.startswith(_WHOLE) else form


def is_assigned(form: str) -> bool:
    """True for the form of code that only assigns values."""
    return form.startswith(ASSIGNED)


def lacks(form: str, letters: str) -> bool:
    """True if a text of a form has none of some characters."""
    return letters_of(form).isdisjoint(letters)


def letters_written(text: str) -> frozenset[str]:
    """Return the characters of a known text."""
    return frozenset(min(each, OTHERS) for each in text) if len(text) < _LONGEST else ALL
