"""Objects that JScript gives to each page: its constructors with their prototypes, and the meaning of its names."""

from __future__ import annotations

import math
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

STATICS: dict[str, str] = {name: f"js.{name.lower()}" for name in (*_KINDS, *_SPACES)}
"""The rows of the members of constructors and of the like, by name."""


def _objects() -> dict[Any, dict[Any, Any]]:
    found: dict[Any, dict[Any, Any]] = {}
    for name, kind in _KINDS.items():
        prototype = prototype_of(name)
        found[f"js.{name}"] = {KIND: "function", NATIVE: f"js.{name.lower()}", "prototype": Ref(prototype)}
        found[prototype] = {KIND: "prototype", OF: kind}
        if kind == "error" and name != "Error":
            found[prototype][PROTOTYPE] = Ref(prototype_of("Error"))
    for name in _FUNCTIONS:
        found[f"js.{name}"] = {KIND: "function", NATIVE: f"js.{name.lower()}"}
    for name in _SPACES:
        found[f"js.{name}"] = {KIND: "plain", NATIVE: f"js.{name.lower()}"}
    return found


OBJECTS = _objects()
"""Tables of the objects, by name."""

CONSTANTS: dict[str, Any] = {
    **{name: Ref(f"js.{name}") for name in (*_KINDS, *_FUNCTIONS, *_SPACES)},
    "undefined": EMPTY,
    "Infinity": math.inf,
}
"""The meanings of names that the page does not declare."""
