"""Server calls: the procedures that ASP.NET calls by their names, their attributes or the events that they handle."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

from webshellhunt.core import ir
from webshellhunt.lang.language_names import VB
from webshellhunt.lang.tree import Declaration, Function, Parameter

ORDER = (
    "application_start", "application_onstart", "session_start", "session_onstart", "init", "application_beginrequest",
    "application_authenticaterequest", "application_acquirerequeststate", "framework_initialize",
    "page_preinit", "onpreinit", "page_init", "oninit", "page_initcomplete", "page_preload", "page_load", "onload",
)  # fmt: skip
LATER = ("page_loadcomplete", "page_prerender", "onprerender", "page_prerendercomplete", "render")
LAST = ("page_unload", "onunload", "application_endrequest", "application_error")
ON_ERROR = ("page_error", "onerror", "application_error")
NUMERIC = frozenset(
    [
        "int", "int32", "integer", "uint", "uint32", "uinteger", "long", "int64", "ulong", "uint64", "short", "int16",
        "ushort", "uint16", "byte", "sbyte", "decimal", "double", "single", "float", "bool", "boolean", "datetime",
        "date", "timespan", "guid", "number",
    ]
)  # fmt: skip
"""Types of parameters that no text of a visitor fits into."""
_ENTRIES = frozenset({"processrequest", "processrequestasync", "beginprocessrequest", "main", "executescript"})
_FROM_VISITOR = frozenset(
    {"webmethod", "operationcontract", "webinvoke", "webget", "httpget", "httppost", "scriptmethod"}
)
_ARGUED = {"raisepostbackevent": 1, "raisecallbackevent": 1, "validateuser": 2, "changepassword": 3}
"""Procedures that the server calls with arguments of the form, and their number."""
_PAGE = re.compile(r"(?i)<%@\s*page\b")
_SHARED = re.compile(r"(?i)<%@\s*page\b[^%]*\b(?:inherits|codefile|codebehind|src)\s*=")
"""The directive of a page whose class has another part or base in a file of code."""
_OPEN = frozenset({"public", "protected"})
"""Modifiers of procedures that another file may attach, or the class that the server makes of the page."""
_NAME = re.compile(r"\w+")
_ATTACHING = ("addressof ", "addressof me.", '="', "='", "=")
_CALLED = frozenset({"function", "sub"})


class ServerCalls:
    """The procedures of one page that the server calls; ``text`` is that of the page."""

    def __init__(self, classes: Mapping[str, ir.Class], language: str, text: str, *, is_whole: bool) -> None:
        self._classes = classes
        self._language = language
        self._text = text
        self._is_whole = is_whole
        self._procedures: dict[ir.Class, list[tuple[ir.Proc, Function]]] = {}
        self._named: dict[ir.Class, dict[str, list[tuple[ir.Proc, Function]]]] = {}
        self._fold: Callable[[str], str] = str.lower if language in VB else str

    def bases(self, symbol: ir.Class) -> Iterator[ir.Class]:
        """Yield a class and the classes of the page that it inherits from, nearest first."""
        seen: dict[ir.Class, None] = {}
        queue = [symbol]
        for each in queue:
            if each not in seen:
                seen[each] = None
                yield each
                queue += [self._classes[name] for name in each.bases if name in self._classes]

    def procedures(self, symbol: ir.Class) -> Sequence[tuple[ir.Proc, Function]]:
        """Return the methods of a class with their declarations, those that it inherits and has not itself included."""
        known = self._procedures.get(symbol)
        if known is None:
            known = self._procedures[symbol] = self._found(symbol)
        return known

    def _found(self, symbol: ir.Class) -> list[tuple[ir.Proc, Function]]:
        found: list[tuple[ir.Proc, Function]] = []
        names: set[tuple[str, int]] = set()
        for each in self.bases(symbol):
            own = {
                proc.key: proc
                for method in each.methods.values()
                for proc in (method, *method.others)
                if isinstance(proc.key, Function) and proc.key.kind in _CALLED
            }
            found += [(proc, node) for node, proc in own.items() if (node.name, len(node.parameters)) not in names]
            names |= {(node.name, len(node.parameters)) for node in own}
        return found

    def named(self, symbol: ir.Class, name: str) -> Sequence[tuple[ir.Proc, Function]]:
        """Return the methods of a class that have a name, in any letter case."""
        known = self._named.get(symbol)
        if known is None:
            known = self._named[symbol] = {}
            for proc, node in self.procedures(symbol):
                known.setdefault(node.name.lower(), []).append((proc, node))
        return known.get(name, ())

    def is_called(self, symbol: ir.Class, function: Function) -> bool:
        """Return True if the server calls a procedure of a class."""
        names = {function.name.lower(), *(each.rpartition(".")[2].lower() for each in function.implements)}
        if function.handles:
            return not self._is_of_own_class(symbol, function)
        if not names.isdisjoint(_ENTRIES) or function.name.lower() in (*ORDER, *LATER):
            return True
        return self.serves_visitors(symbol, function) or (is_event_handler(function) and self.is_attached(function))

    def is_attached(self, function: Function) -> bool:
        """Return True if something may attach a handler: a page without a file of code names it itself."""
        name, text = function.name.lower(), self._text
        if self._language == "vb" and "<%@" in text and "private" in function.modifiers:
            return any(f"{before}{name}" in text.lower() for before in _ATTACHING)
        is_open = not _OPEN.isdisjoint(function.modifiers) or name.startswith("page_") or not self._is_whole
        return is_open or _SHARED.search(text) is not None or _PAGE.search(text) is None or name in _repeated(text)

    def serves_visitors(self, symbol: ir.Class, function: Function) -> bool:
        """Return True if visitors call a procedure, as an attribute of it or of its member of an interface says."""
        if _is_service(function) or _ARGUED.get(function.name.lower()) == len(function.parameters):
            return True
        name = self._fold(function.name)
        interfaces = (each for each in self.bases(symbol) if each.is_abstract and each is not symbol)
        found = (each.methods.get(name) for each in interfaces)
        return any(
            isinstance(proc.key, Function) and _is_service(proc.key)
            for method in found
            if method is not None
            for proc in (method, *method.others)
        )

    def _is_of_own_class(self, symbol: ir.Class, function: Function) -> bool:
        """True if a procedure handles only events of objects of the page's own classes."""
        declared = {
            self._fold(each.name): each
            for node in symbol.key
            for each in getattr(node, "members", ())
            if isinstance(each, Declaration) and "withevents" in each.modifiers and each.type is not None
        }
        fields = [declared.get(self._fold(each.rpartition(".")[0])) for each in function.handles]
        types = [self._fold(each.type.name) for each in fields if each is not None and each.type is not None]
        return len(types) == len(function.handles) and all(
            any(key == name or key.endswith("." + name) for key in self._classes) for name in types
        )


@lru_cache(maxsize=1)
def _repeated(text: str) -> frozenset[str]:
    """Return the words that are more than once in a text, in lower case."""
    return frozenset(word for word, count in Counter(_NAME.findall(text.lower())).items() if count > 1)


def _is_service(function: Function) -> bool:
    return any(name.rpartition(".")[2].removesuffix("attribute") in _FROM_VISITOR for name, _ in function.attributes)


def is_event_handler(function: Function) -> bool:
    """Return True if a procedure has the parameters of an event: a sender and its arguments."""
    types = [type_name_of(each) for each in function.parameters]
    return len(types) == 2 and types[0] == "object" and types[1].endswith("eventargs")


def type_name_of(parameter: Parameter) -> str:
    """Return the name of the type of a parameter in lower case, without its namespace."""
    return parameter.type.name.rpartition(".")[2].lower() if parameter.type is not None else ""
