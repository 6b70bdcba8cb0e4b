"""Objects that JScript gives to each page: its constructors with their prototypes, and the meaning of its names."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from webshellhunt.core.heap import KIND, PROTOTYPE
from webshellhunt.core.properties import NATIVE, OF, prototype_of
from webshellhunt.core.values import EMPTY, Ref

_KINDS = {
    "Object": "plain", "Array": "list", "Function": "function", "String": "text", "Number": "number",
    "Boolean": "truth", "RegExp": "pattern", "Date": "date", "Error": "error", "Enumerator": "enumerator",
    "VBArray": "vbarray", "TypeError": "error", "RangeError": "error", "ReferenceError": "error",
    "SyntaxError": "error", "EvalError": "error", "URIError": "error",
}  # fmt: skip
_FUNCTIONS = (
    "eval", "parseInt", "parseFloat", "isNaN", "isFinite", "escape", "unescape", "encodeURI", "encodeURIComponent",
    "decodeURI", "decodeURIComponent", "ActiveXObject", "GetObject", "ScriptEngine", "ScriptEngineMajorVersion",
    "ScriptEngineMinorVersion", "ScriptEngineBuildVersion", "CollectGarbage",
)  # fmt: skip
_SPACES = ("Math", "JSON")

_MODERN_KINDS = {
    "Map": "map", "Set": "set", "WeakMap": "map", "WeakSet": "set", "Promise": "promise", "Symbol": "plain",
    "BigInt": "number",
}  # fmt: skip
_MODERN_FUNCTIONS = (
    "atob", "btoa", "setTimeout", "setInterval", "setImmediate", "requestAnimationFrame", "requestIdleCallback",
    "queueMicrotask",
)  # fmt: skip
_MODERN_SPACES = ("Reflect",)
_OLD_FUNCTIONS = ("ActiveXObject", "GetObject")
"""Functions that only the server has."""


def _objects(kinds: dict[str, str], functions: Iterable[str], spaces: Iterable[str]) -> dict[Any, dict[Any, Any]]:
    found: dict[Any, dict[Any, Any]] = {}
    for name, kind in kinds.items():
        prototype = prototype_of(name)
        found[f"js.{name}"] = {KIND: "function", NATIVE: f"js.{name.lower()}", "prototype": Ref(prototype)}
        found[prototype] = {KIND: "prototype", OF: kind}
        if kind == "error" and name != "Error":
            found[prototype][PROTOTYPE] = Ref(prototype_of("Error"))
    for name in functions:
        found[f"js.{name}"] = {KIND: "function", NATIVE: f"js.{name.lower()}"}
    for name in spaces:
        found[f"js.{name}"] = {KIND: "plain", NATIVE: f"js.{name.lower()}"}
    return found


def _meanings(*names: Iterable[str]) -> dict[str, Any]:
    known: dict[str, Any] = {"undefined": EMPTY, "Infinity": math.inf}
    return {name: Ref(f"js.{name}") for group in names for name in group} | known


def _statics(*names: Iterable[str]) -> dict[str, str]:
    return {name: f"js.{name.lower()}" for group in names for name in group}


OBJECTS = _objects(_KINDS, _FUNCTIONS, _SPACES)
"""Tables of the objects, by name."""
CONSTANTS = _meanings(_KINDS, _FUNCTIONS, _SPACES)
"""The meanings of names that the page does not declare."""
STATICS = _statics(_KINDS, _SPACES)
"""The rows of the members of constructors and of the like, by name."""
_BROWSERS = tuple(each for each in _FUNCTIONS if each not in _OLD_FUNCTIONS) + _MODERN_FUNCTIONS
MODERN_OBJECTS = _objects(_KINDS | _MODERN_KINDS, _BROWSERS, (*_SPACES, *_MODERN_SPACES))
MODERN_CONSTANTS = _meanings(_KINDS, _MODERN_KINDS, _BROWSERS, _SPACES, _MODERN_SPACES)
MODERN_STATICS = _statics(_KINDS, _MODERN_KINDS, _SPACES, _MODERN_SPACES)
"""The same of a browser."""
