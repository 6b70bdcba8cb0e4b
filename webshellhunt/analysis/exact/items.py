"""Items of an exact evaluation: those of known texts and arrays."""

from __future__ import annotations

from webshellhunt.analysis.calling.items import get_item
from webshellhunt.analysis.domain.values import Char, Thing, Value, is_known
from webshellhunt.analysis.exact.functions import solved
from webshellhunt.analysis.exact.scope import Scope, UnknownError


def item(scope: Scope, subject: Value, key: Value) -> Value:
    """Return an item of a known text or array.

    Raises:
        UnknownError: It is not known.
    """
    if key.__class__ is int:
        if subject.__class__ is Thing:
            value = subject.fields.get(key)
            if value is not None:
                return value
        elif subject.__class__ is str and 0 <= key < len(subject):
            return Char(subject[key]) if scope.evaluation.language == "c#" else subject[key]
    if not is_known(key):
        raise UnknownError
    if subject.__class__ is Thing and (subject.symbol is not None or scope.evaluation.machine.symbols.page is None):
        raise UnknownError
    return solved(get_item(scope.evaluation.machine, subject, [key], 0))
