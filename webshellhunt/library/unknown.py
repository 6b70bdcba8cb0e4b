"""Unknown functions: the results of functions that neither the page declares nor the library knows.

The text of a visitor is in such a result, but mostly not as he wrote it: a function of another file cleans a text, or
looks something up by it.
"""

from __future__ import annotations

from collections.abc import Sequence

from webshellhunt.core.values import NONE, Parts, Some, Value, labels_of, options
from webshellhunt.lazy_pattern import lazy_pattern

ENCODED, FOUND, ANSWER = "encoded", "found", "answer"
_ENCODES = frozenset({"escape", "htmlencode", "urlencode"})
"""Functions whose result has no quotation mark and no ``<``."""
_UNDOING = lazy_pattern(
    r"(?i)decod|decrypt|unescape|unprotect|base64|b64|hex|serializ|pars|json|xml|convert|bytes|stream|readobject"
)
"""Parts of the names of functions whose result is the text of their argument in another form."""
_READING = lazy_pattern(r"(?i)read|load|include|import|template|file")
"""Words in the names of functions of other files that read one: without that other file, nothing comes of the call."""
_FOLDER = lazy_pattern(r"(?:[\w.~-]*+[/\\])+")
_OF_FOLDER = frozenset({"files", "subfolders"})
"""Members of a folder that enumerate the files in it."""
_AWAITED = frozenset({"result", "value", "current", "item", "text"})
_VISUAL_BASIC = 0


def unknown_result(unit: int, name: str, subject: Value, values: Sequence[Value]) -> Value:
    """Return the result of a function or member that nobody knows.

    ``unit``: that of the code: VBScript has an own idea of unknown names. ``subject``: the value that has the member,
    ``None`` for a function.
    """
    if unit == _VISUAL_BASIC and subject is None and _READING.search(name) and any(map(_is_in_folder, values)):
        return Some("text")
    if unit == _VISUAL_BASIC and subject.__class__ in (str, int, float):
        return Some("")  # an error: a text or a number has no members there
    labels = NONE.union(labels_of(subject), *map(labels_of, values))
    return Some("", labels, form=_form(unit, name.lower(), subject, values) if labels else "")


def _form(unit: int, name: str, subject: Value, values: Sequence[Value]) -> str:
    """Return the form of the visitor's text in a result.

    In VBScript an unknown function is one of an include, which cleans a text or looks it up. In the other languages the
    result may be the text as well, unless it is made of an answer of another function.
    """
    if name in _ENCODES:
        return ENCODED
    if labels_of(subject):
        return _form_of_member(name, subject)
    if _UNDOING.search(name) is not None:
        return ""
    return FOUND if unit == _VISUAL_BASIC or any(map(_is_object, values)) else ANSWER


def _form_of_member(name: str, subject: Value) -> str:
    """Return the form of a member of a value that has a visitor's text."""
    form = subject.form if subject.__class__ is Some else ""
    if name in _OF_FOLDER or form == FOUND:
        return FOUND
    return (ANSWER if name in _AWAITED else FOUND) if form == ANSWER else ""


def _is_object(value: Value) -> bool:
    """True if a value is no text of the visitor, but an object that he selects."""
    return value.__class__ is Some and bool(value.labels) and value.form in (ANSWER, FOUND)


def _is_in_folder(value: Value) -> bool:
    """True if a value may be the path of a file in a fixed folder."""
    for option in options(value):
        if option.__class__ is Parts and option.parts[0].__class__ is str and _FOLDER.fullmatch(option.parts[0]):
            return True
    return False
