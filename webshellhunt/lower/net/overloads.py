"""Overloads of .NET that the written types of the arguments choose, as a compiler does.

Where the types say it, the code calls the one that is meant by its signature, ``name(type,type)``, which the methods
that override it have, too. Elsewhere the values choose when the code runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from webshellhunt.lang import tree
from webshellhunt.lang.symbols import ClassSymbol
from webshellhunt.lower.net.functions import THESE, Functions
from webshellhunt.lower.net.names import OVERRIDING, Net

_WIDER = {
    "sbyte": ("int16", "int32", "int64", "single", "double", "decimal"),
    "byte": ("int16", "uint16", "int32", "uint32", "int64", "uint64", "single", "double", "decimal"),
    "int16": ("int32", "int64", "single", "double", "decimal"),
    "uint16": ("int32", "uint32", "int64", "uint64", "single", "double", "decimal"),
    "int32": ("int64", "single", "double", "decimal"), "uint32": ("int64", "uint64", "single", "double", "decimal"),
    "int64": ("single", "double", "decimal"), "uint64": ("single", "double", "decimal"), "single": ("double",),
    "char": ("uint16", "int32", "uint32", "int64", "uint64", "single", "double", "decimal"),
}  # fmt: skip
"""The types that a number is converted to, the nearest first."""
_VALUES = frozenset({*_WIDER, "double", "decimal", "boolean", "datetime"})
PLAIN = _VALUES | {"string"}
_KINDS = {"string": "string", "truth": "boolean", "character": "char", "null": "null"}
_COMPARING = frozenset({"==", "!=", "<", ">", "<=", ">=", "&&", "||", "=", "<>", "is", "isnot", "andalso", "orelse"})
_TEXTS = frozenset({"ienumerable", "icomparable", "iconvertible", "icloneable"})
_RESULTS = {"text": "string", "part": "string", "source": "string", "form": "string", "truth": "boolean"}
_CONVERTING = {
    "cobj": "object", "cstr": "string", "cint": "int32", "cbool": "boolean", "cdbl": "double", "clng": "int64",
    "cbyte": "byte", "cshort": "int16", "csng": "single", "cdec": "decimal", "cdate": "datetime", "cchar": "char",
}  # fmt: skip
"""The types of the results of conversions of Visual Basic."""
_BY_REFERENCE = frozenset({"ref", "out"})
_ANY, _FAR = 1000, 100
_MOST = 50
"""So many methods of a name are compared; of more of them, the values choose."""


@dataclass(slots=True)
class _Fit:
    """A function that arguments fit, and how far they are from the types of its parameters."""

    function: tree.Function
    distances: list[int]
    wanted: list[str]
    extra: int
    """Work that it does besides taking the arguments: defaults, an array of the last ones."""

    def is_sure(self, others: Sequence[_Fit]) -> bool:
        """True if nothing that is not known of the arguments could choose another one."""
        return all(
            each >= 0 or (len(others) > 1 and all(other.wanted[n] == self.wanted[n] for other in others))
            for n, each in enumerate(self.distances)
        )


def signature(net: Net, owner: ClassSymbol, name: str, function: tree.Function) -> str:
    """Return the name of one of several methods with its types, and the types that these have."""
    types: list[str] = []
    for each in function.parameters:
        inner = each.type.arguments if each.type is not None else []
        kinds = ",".join(_type_of(net, owner, function, part) for part in inner)
        types.append(_type_of(net, owner, function, each.type) + (f"<{kinds}>" if inner else ""))
    return f"{name}({','.join(types)})"


def _type_of(net: Net, owner: ClassSymbol, function: tree.Function, written: tree.TypeName | None) -> str:
    """Return the type of a parameter, "" for a type parameter of the function itself."""
    return "" if written is not None and written.name in function.generics else net.type_key(written, owner)


class Overloads(Functions):
    """The written types of expressions, and the methods that they choose."""

    def chosen(self, near: ClassSymbol, name: str, nodes: Sequence[tree.Node], given: int = 0) -> str:
        """Return the name by which a call means one of several methods, the plain one where it is not known which.

        ``given`` is the number of type arguments that the call has.
        """
        net = self.net
        if near.kind == "interface":
            return net.name_of(near, name)
        is_plain = near in net.foreign and net.shared is not None and name not in net.shared.overloaded
        if name not in net.overloaded or is_plain:
            return net.slot(near, name)
        types = [self.static_type(each) for each in nodes]
        for owner in net.chain(near):
            if owner in net.foreign and net.shared is not None and name not in net.shared.overloaded:
                break
            declared = owner.methods.get(name, ())[: _MOST + 1]
            functions = [each for each in declared if OVERRIDING.isdisjoint(each.modifiers)]
            functions = [each for each in functions if not given or len(each.generics) == given]
            if owner.kind == "interface" or not functions:
                continue
            if len(functions) > _MOST:
                break
            fits = [fit for each in functions if (fit := self._fit(owner, each, nodes, types)) is not None]
            best = _best(fits)
            if best is not None and "" in best.wanted and not given:
                break
            if best is not None and (best.is_sure(fits) or (len(fits) == 1 and not self._is_inherited(owner, name))):
                return signature(net, owner, net.slot(owner, name), best.function)
            if fits:
                break
        return net.slot(near, name)

    def _is_inherited(self, owner: ClassSymbol, name: str) -> bool:
        """True if a base class has methods of a name, too."""
        return any(name in each.methods for each in self.net.chain(owner)[1:] if each.kind != "interface")

    def _fit(
        self, owner: ClassSymbol, function: tree.Function, nodes: Sequence[tree.Node], types: list[str]
    ) -> _Fit | None:
        """Return how arguments fit a function; distances below zero are not sure."""
        params = function.parameters
        rest = bool(params) and params[-1].by == "rest"
        least = sum(each.default is None and each.by != "rest" for each in params)
        if len(types) < least or (len(types) > len(params) and not rest):
            return None
        distances: list[int] = []
        written: list[str] = []
        extra = len(params) - len(types) if len(params) > len(types) else 0
        for n, kind in enumerate(types):
            param = params[min(n, len(params) - 1)]
            wanted = _type_of(self.net, owner, function, param.type)
            is_other = not self.net.is_vb and _is_reference(nodes[n]) is not (param.by in _BY_REFERENCE)
            if is_other or not _takes(param.type, nodes[n]):
                return None
            found = -1 if isinstance(nodes[n], tree.Argument) and nodes[n].name else self.distance(kind, wanted)  # type: ignore[attr-defined]
            if param.by == "rest" and (found is None or len(types) != len(params)):
                wanted = wanted.removesuffix("[]")
                found, extra = self.distance(kind, wanted), extra + 1
            if found is None:
                return None
            distances.append(found)
            written.append(wanted)
        return _Fit(function, distances, written, extra)

    def distance(self, given: str, wanted: str) -> int | None:
        """Return how far a type is from another, -1 where that is not known, ``None`` where it surely does not fit."""
        net = self.net
        if wanted == "object":
            return 0 if given == wanted else _ANY
        if not given or not wanted:
            return -1
        if given == wanted:
            return 0
        if given == "null":
            return None if wanted in _VALUES else 1
        if given == "lambda":
            return None if wanted in PLAIN or wanted.endswith("[]") else -1
        if given in PLAIN or given.endswith("[]"):
            return _of_plain(given, wanted, has_conversions=net.has_conversions)
        symbol = net.of_keys.get(given)
        if symbol is None:
            return None if wanted in PLAIN else -1
        for n, each in enumerate(net.chain(symbol)):
            if net.keys[each] == wanted:
                return n
        is_open = net.has_conversions or bool(net.library_bases(symbol)) or symbol.kind == "delegate"
        return -1 if is_open else None

    # Written types ----------------------------------------------------------------------------------------------------

    def static_type(self, node: tree.Node | None) -> str:  # noqa: C901 - a dispatcher
        """Return the type that a compiler knows of an expression, "" where it is not known here."""
        net = self.net
        if isinstance(node, tree.Argument):
            node = node.value
        if isinstance(node, tree.Literal):
            if node.kind == "number":
                return "int32" if isinstance(node.value, int) and abs(node.value) < 1 << 31 else "double"
            return _KINDS.get(node.kind, "")
        if isinstance(node, tree.Lambda):
            return "lambda"
        if isinstance(node, (tree.Cast, tree.New, tree.Declaration)):
            return net.type_key(node.type, self.owner)
        if isinstance(node, tree.Name):
            if node.text.lower() in THESE:
                return net.keys[self.owner]
            name = self.find(node.text)
            return name.type or (self._of_row(name.owner, name.name) if name.kind in ("member", "method") else "")
        if isinstance(node, tree.Member):
            return self._type_of_member(node)
        if isinstance(node, tree.Index):
            inner = self.static_type(node.subject)
            if inner == "string":
                return "char"
            return inner.removesuffix("[]") if inner.endswith("[]") else self._of_row(inner, "")
        if isinstance(node, tree.Test) or (isinstance(node, tree.Unary) and node.operator in ("!", "not")):
            return "boolean"
        if isinstance(node, tree.Binary):
            return self._type_of_operands(node)
        if isinstance(node, tree.Conditional):
            yes, no = self.static_type(node.yes), self.static_type(node.no)
            return yes if yes == no else ""
        return self._type_of_call(node) if isinstance(node, tree.Call) else ""

    def _of_row(self, kind: str, name: str) -> str:
        """Return the type of the result of a member of a type of the library."""
        row = self.net.row(kind, name) if kind and kind not in self.net.of_keys else None
        if row is None:
            return ""
        if row.result.what in ("object", "the"):
            return row.result.kind
        return _RESULTS.get(row.result.what, "")

    def _type_of_operands(self, node: tree.Binary) -> str:
        if node.operators[0] in _COMPARING:
            return "boolean"
        if node.operators[0] == "&" and self.net.is_vb:
            return "string"
        types = [self.static_type(each) for each in node.operands[:8]]
        if "string" in types and node.operators[0] == "+":
            return "string"
        return types[0] if types[0] in ("int32", "double") and len({*types}) == 1 and node.operators[0] != "??" else ""

    def _type_of_member(self, node: tree.Member) -> str:
        net, name = self.net, self.net.fold(node.name)
        path = tree.name_path(node)
        symbol: ClassSymbol | None = None
        if path and path[0].lower() not in THESE and self.find(path[0]).kind in ("type", "namespace", "unknown"):
            found, rest = self.resolve(path)
            symbol = net.of_keys.get(found.owner) if len(rest) == 1 and found.kind == "type" else None
            if symbol is not None and symbol.kind == "enum":
                return found.owner
        elif node.subject is not None:
            kind = self.static_type(node.subject)
            symbol = net.of_keys.get(kind)
            if symbol is None:
                return self._of_row(kind, name)
        member = net.member(symbol, name) if symbol is not None else None
        return net.type_key(getattr(member[3], "type", None), member[0]) if member is not None else ""

    def _type_of_call(self, node: tree.Call) -> str:
        """Return the type of the result of a method of the page, or of ``ToString``."""
        net, callee = self.net, node.callee
        if isinstance(callee, tree.Name):
            found = self.find(callee.text)
            symbol, name = net.of_keys.get(found.owner, self.owner), found.name
            if found.kind != "method":
                return _CONVERTING.get(found.name, "") if found.kind == "function" else ""
        elif isinstance(callee, tree.Member):
            name = net.fold(callee.name)
            if name.lower() == "tostring":
                return "string"
            if callee.types and name.lower().startswith(("deserialize", "createinstance", "getservice")):
                return net.type_key(callee.types[-1], self.owner)
            kind = self.static_type(callee.subject)
            owner = net.of_keys.get(kind)
            if owner is None:
                return self._of_row(kind, name)
            symbol = owner
        else:
            return ""
        member = net.member(symbol, name)
        functions = member[0].methods.get(name, ()) if member is not None else ()
        types = {net.type_key(each.type, symbol) for each in functions}
        return types.pop() if len(types) == 1 else ""


def _is_reference(node: tree.Node) -> bool:
    return isinstance(node, tree.Argument) and node.by in _BY_REFERENCE


def _takes(written: tree.TypeName | None, node: tree.Node) -> bool:
    """False for a lambda with another number of parameters than the functions of a type."""
    name = written.name.lower().rpartition(".")[2] if written is not None else ""
    if not isinstance(node, tree.Lambda) or written is None or name not in ("func", "action"):
        return True
    return len(node.function.parameters) == len(written.arguments) - (name == "func")


def _of_plain(given: str, wanted: str, *, has_conversions: bool) -> int | None:
    """Return how far a number, a text or an array is from another type."""
    if wanted in _WIDER.get(given, ()):
        return 1 + _WIDER[given].index(wanted)
    if given == "string" and wanted in _TEXTS:
        return _FAR
    if given.endswith("[]"):
        return None if wanted in PLAIN else _FAR
    if wanted in PLAIN or wanted.endswith("[]"):
        return None
    return -1 if has_conversions or wanted in ("valuetype", "nullable", "icomparable", "iformattable") else None


def _best(fits: list[_Fit]) -> _Fit | None:
    """Return the one that is nearer in all arguments, ``None`` where none is."""
    found: _Fit | None = None
    for each in fits:
        if all(each is other or _is_nearer(each, other) for other in fits):
            found = each
    return found


def _is_nearer(a: _Fit, b: _Fit) -> bool:
    if any(x > y for x, y in zip(a.distances, b.distances, strict=True)):
        return False
    return a.distances != b.distances or a.extra < b.extra
