"""Server calls: the functions that the server calls by their names, their attributes or the events that they handle."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from webshellhunt.analysis.calling.events import is_of_own_class
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.symbols import ClassSymbol
from webshellhunt.lang.tree import Function, Parameter

ORDER = (
    "application_start", "application_onstart", "session_start", "session_onstart", "init", "application_beginrequest",
    "application_authenticaterequest", "application_acquirerequeststate", "framework_initialize",
    "page_preinit", "onpreinit", "page_init", "oninit", "page_initcomplete", "page_preload", "page_load", "onload",
)  # fmt: skip
LATER = ("page_loadcomplete", "page_prerender", "onprerender", "page_prerendercomplete", "render")
LAST = ("page_unload", "onunload", "application_endrequest", "application_error")
ON_ERROR = ("page_error", "onerror", "application_error")
_ENTRIES = frozenset({"processrequest", "processrequestasync", "beginprocessrequest", "main", "executescript"})
_FROM_VISITOR = frozenset(
    {"webmethod", "operationcontract", "webinvoke", "webget", "httpget", "httppost", "scriptmethod"}
)
_ARGUED = {"raisepostbackevent": 1, "raisecallbackevent": 1, "validateuser": 2, "changepassword": 3}
"""Functions that the server calls with arguments of the form, and their number."""
_PAGE = re.compile(r"<%@\s*page\b", re.IGNORECASE)
_SHARED = re.compile(r"<%@\s*page\b[^%]*\b(?:inherits|codefile|codebehind|src)\s*=", re.IGNORECASE)
"""The directive of a page whose class has another part or base in a file of code."""
_OPEN = frozenset({"public", "protected"})
"""Modifiers of functions that another file may attach, or the class that the server makes of the page."""
_NAME = re.compile(r"\w+")
_ATTACHING = ("addressof ", "addressof me.", '="', "='", "=")


def is_abstract(symbol: ClassSymbol) -> bool:
    """True if there are no objects of a class."""
    return symbol.kind == "interface" or any("abstract" in node.modifiers for node in symbol.nodes)


def functions_with_inherited(machine: Machine, symbol: ClassSymbol) -> list[Function]:
    """Return the functions of a class, those that it inherits and does not override included."""
    functions: list[Function] = []
    for each in machine.symbols.bases_of(symbol):
        own = [*each.functions()]
        names = {(function.name, len(function.parameters)) for function in functions}
        functions += [function for function in own if (function.name, len(function.parameters)) not in names]
    return functions


def is_called_by_server(machine: Machine, function: Function) -> bool:
    """True if the server calls a function."""
    names = {function.name.lower(), *(each.rpartition(".")[2].lower() for each in function.implements)}
    lower = next((each for each in names if each in _ENTRIES), function.name.lower())
    named = lower in _ENTRIES or lower in ORDER or lower in LATER
    if function.handles:
        return not is_of_own_class(machine, function)
    return (
        named or serves_visitors(machine, function) or (is_event_handler(function) and is_attached(machine, function))
    )


def is_attached(machine: Machine, function: Function) -> bool:
    """True if something may attach a handler: a page without a file of code names it in its markup or code."""
    name, text = function.name.lower(), machine.text
    if machine.language == "vb" and "<%@" in text and "private" in function.modifiers:
        return any(f"{before}{name}" in text.lower() for before in _ATTACHING)
    is_open = not _OPEN.isdisjoint(function.modifiers) or name.startswith("page_") or not machine.surroundings.is_whole
    return is_open or _SHARED.search(text) is not None or _PAGE.search(text) is None or name in _repeated_names(text)


@lru_cache(maxsize=1)
def _repeated_names(text: str) -> frozenset[str]:
    """Return the words that are more than once in a text, in lower case."""
    return frozenset(word for word, count in Counter(_NAME.findall(text.lower())).items() if count > 1)


def _is_service(function: Function) -> bool:
    return any(name.rpartition(".")[2].removesuffix("attribute") in _FROM_VISITOR for name, _ in function.attributes)


def serves_visitors(machine: Machine, function: Function) -> bool:
    """True if visitors call a function, as an attribute of it says or one of its member of an interface."""
    if _is_service(function) or _ARGUED.get(function.name.lower()) == len(function.parameters):
        return True
    symbol = machine.symbols.owners.get(function)
    if symbol is None or not symbol.bases:
        return False
    name = machine.symbols.fold(function.name)
    interfaces = (each for each in machine.symbols.bases_of(symbol) if each.kind == "interface")
    return any(_is_service(each) for interface in interfaces for each in interface.methods.get(name, ()))


def is_event_handler(function: Function) -> bool:
    """True if a function has the parameters of an event: a sender and its arguments."""
    types = [type_name_of(each) for each in function.parameters]
    return len(types) == 2 and types[0] == "object" and types[1].endswith("eventargs")


def type_name_of(parameter: Parameter) -> str:
    """Return the name of the type of a parameter in lower case, without its namespace."""
    return parameter.type.name.rpartition(".")[2].lower() if parameter.type is not None else ""


def functions_of_page(machine: Machine) -> Iterator[Function]:
    """Yield the functions of the page and of its classes."""
    yield from [*machine.symbols.page.functions()]
    for symbol in [*machine.symbols.classes.values()]:
        yield from [*symbol.functions()]
