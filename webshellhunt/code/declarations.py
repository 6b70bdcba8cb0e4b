"""Declarations of a type: which name is declared by it, in each language's way. Structure only, no meaning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set

from webshellhunt.code.unit import Function, Unit
from webshellhunt.lang.tokens import NAME

CONTEXT_TYPES: Mapping[str, str] = {
    "httpcontext": "context",
    "httpcontextbase": "context",
    "httpcontextwrapper": "context",
    "httplistenercontext": "context",
    "httprequest": "request",
    "httprequestbase": "request",
    "httplistenerrequest": "request",
}
"""Types of what holds the request, and of the request itself, by the word that stands for each in a dotted name."""

CONTEXTS: Mapping[str, str] = {"request": "request", "context": "context", "current": "context"}
"""Members that hold the request, or are it, by the word that stands for what they give."""

PAGE_TYPES: Mapping[str, str] = dict.fromkeys(("page", "usercontrol", "masterpage", "templatecontrol"), "page")
"""Types of what asks a request of its own, by the word that stands for each in a dotted name."""

WEB_METHOD = frozenset(
    {"webmethod", "webmethodattribute", "operationcontract", "operationcontractattribute", "ajaxmethod", "scriptmethod"}
)
"""Attributes of a function that visitors call: of web services, of WCF, of the libraries that call pages by script."""

_ITSELF = frozenset({"this", "me", "myclass", "mybase", "base"})
_CLASS = frozenset({"class", "module", "struct", "structure"})
_DECLARING = frozenset({"function", "sub"})
_IN_TYPES = frozenset({"<", ">", ",", ".", "[", "]", "?"})
_FARTHEST_ARGUMENT = 24  # tokens
_MOST_NAMES = 64
_ENDS = frozenset({"=", ",", ")", ";", "in", "\n"})


def behind_type_arguments(unit: Unit, index: int) -> int:
    """Return the token behind ``<A, B[]>`` of C# that begins at a token, the token itself where none does."""
    if not unit.is_op(index, "<") or not unit.is_name(index - 1):
        return index
    depth, values, kinds = 0, unit.tokens.values, unit.tokens.kinds
    for at in range(index, min(len(values), index + _FARTHEST_ARGUMENT)):
        word = values[at]
        depth += (word == "<") - (word == ">")
        if not depth:
            return at + 1
        if kinds[at] != NAME and word not in _IN_TYPES:
            break
    return index


def first_of_name(lower: Sequence[str], index: int) -> int:
    """Return the token of the first name of a dotted one that ends at ``index``: of ``System.Web.HttpContext``."""
    for _ in range(_MOST_NAMES):
        if index < 2 or lower[index - 1] != ".":
            break
        index -= 2
    return index


def declared_by(unit: Unit, lower: Sequence[str], index: int) -> int | None:
    """Return the token of the name that the type at ``index`` declares: ``Type x``, ``x As Type``, ``x : Type``."""
    first = first_of_name(lower, index)
    if unit.language == "c#":
        declares = unit.is_name(index + 1) and (index + 2 >= len(lower) or lower[index + 2] in _ENDS)
        return index + 1 if declares else None
    first -= lower[first - 1] == "new"  # x As New Type
    sign = "as" if unit.is_vb else ":"
    return first - 2 if first >= 2 and lower[first - 1] == sign and unit.is_name(first - 2) else None


def own_objects(unit: Unit, lower: Sequence[str]) -> frozenset[str]:
    """Return the names, in lower case, that stand for the page or for an object of one of its classes."""
    classes = frozenset(unit.value(at + 1) for at in unit.tokens.indexes_of(_CLASS) if unit.is_name(at + 1))
    found = _ITSELF | frozenset(map(str.lower, classes))
    for index in unit.tokens.indexes_of(classes) if classes else ():
        made = lower[index - 2 : index] == ["=", "new"] and unit.is_name(index - 3)
        name_at = index - 3 if made else declared_by(unit, lower, index)
        found |= {lower[name_at]} if name_at is not None else set()
    return found


def own_reaches(unit: Unit, lower: Sequence[str], words: Set[str]) -> dict[str, list[tuple[int, int]]]:
    """Return where each of some words of VB names a function of the unit: all over it, or in the class that has one.

    What an include declares is known all over the unit.
    """
    declaring = [each for each in unit.functions if each.name in words and _is_plain(unit, each)] if unit.is_vb else []
    everywhere = unit.declared & words if unit.is_vb else ()
    found = {name: [(0, len(lower))] for name in everywhere}
    bodies = list(_iter_classes(unit, lower)) if declaring else []
    for function in declaring:
        body = next(((left, right) for left, right in bodies if left < function.start < right), (0, len(lower)))
        found.setdefault(function.name, []).append(body)
    return found


def _is_plain(unit: Unit, function: Function) -> bool:
    """Tell whether the name of a function is written as it is used: one in brackets may be another."""
    tokens = unit.tokens
    heads = [at for at in tokens.indexes_of({function.name}) if unit.value(at - 1) in _DECLARING]
    return bool(heads) and all(tokens.ends[at] - tokens.starts[at] == len(function.name) for at in heads)


def _iter_classes(unit: Unit, lower: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where each class of VB begins and ends."""
    start = None
    for at in unit.tokens.indexes_of(_CLASS):
        if lower[at - 1 : at] == ["end"]:
            if start is not None:
                yield start, at
            start = None
        elif start is None and unit.is_name(at + 1) and lower[at - 1 : at] != ["."]:
            start = at
    if start is not None:
        yield start, len(lower)
