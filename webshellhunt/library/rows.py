"""Rows of the library, read from the ``*.rows`` files beside this one.

A line is a member, a constant, a ProgID, the first fields of an object, or a type whose members another one has, too::

    [Type[/Type …].]Member[/Member …](parameters) -> result | clauses
    const NAME = literal …
    program TYPE = ProgID …
    object TYPE | field = literal …
    only TYPE | field = literal …
    enum TYPE = NAME … | flags TYPE = NAME:NUMBER …
    is TYPE[/TYPE …] OTHER …
    modules NAME …
    prototypes | objects

``only`` is an object of which there is one, that the server or the language gives to a page. The field ``absent`` says
the value of an entry that nobody stored: ``"nothing"``, or a value of that kind. ``prototypes`` says that the rest
of the file is the library of a language with prototypes: arguments stay as they are. ``objects`` says that they do so
without prototypes, too: no default members; vectors of bytes are bytes for known functions. The members of an ``enum``
are known texts, those of ``flags`` numbers. ``const Type.NAME`` is a member with a fixed value.
``modules`` have all functions as members.
Members of the types ``text``, ``number``, ``truth`` and ``letter`` belong to such values; a known function gets the
value as its first argument.

Members of one line are alike. A parameter is a name, ``name?`` where it may be missing, ``&name`` where it is by
reference, or ``*`` for all that are left. ``Type.(…)`` is the default member, ``Type.Item/(…)`` this and another one,
``Type.for-each()`` the items of an enumeration, ``*.Member`` a member of any object of which nothing is known. An
argument of a clause is a parameter, ``self``, or ``self.field``.

Results: ``number``, ``text``, ``truth``, ``none``, ``value``; ``same X``, an argument itself; ``known F X…``; ``any``
of all arguments, or of those named; ``part X…``, a text of others; ``codes X`` and ``letters X``, numbers that are
codes of letters and back; ``self``; ``items X``, an item of a container; ``object TYPE``, a new one; ``the TYPE``, the
only one; ``source KIND X``, which comes from outside under the key X; a form (``mapped X``, ``encoded X``, ``name-only
X``, ``digits X``, ``found X``).

Clauses: ``known F``, ``guard FORM X``, ``do PRIMITIVE X…``, ``out X = result``, ``calls X(…)``, ``keeps FIELD X``,
``holds FIELD KIND X`` (a field from outside of the object that is returned, or else of ``self``; ``maybe``: or there
is no object),
``where KEY KIND`` (of a source, by the beginning of its key; kinds are joined by ``+``, the last may be a form),
``fails``, ``ends``, ``property``, ``quiet`` (reaching it is not noted), ``run-text``, ``as-bytes`` (a result that is
not known is bytes), ``open`` (it may call and change anything of the page).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from webshellhunt.core.heap import ASKS, DEFAULT
from webshellhunt.core.rows import MANY, SELF, Library, Result, Row, Source
from webshellhunt.core.values import MISSING, Label, Ref, Some, Value
from webshellhunt.library.functions import KNOWN, PARTED, merged
from webshellhunt.library.il_primitives import IL_PRIMITIVES
from webshellhunt.library.jscript_functions import JSCRIPT, JSCRIPT_PARTED
from webshellhunt.library.modern_functions import MODERN, MODERN_PARTED
from webshellhunt.library.modern_primitives import MODERN_PRIMITIVES
from webshellhunt.library.net_basic import BASIC, BASIC_FUNCTIONS
from webshellhunt.library.net_expressions import EXPRESSIONS
from webshellhunt.library.net_functions import NET, NET_PARTED
from webshellhunt.library.net_primitives import NET_PRIMITIVES
from webshellhunt.library.net_queries import QUERIES
from webshellhunt.library.net_xml import XML
from webshellhunt.library.php_functions import PHP_FUNCTIONS, PHP_PARTED
from webshellhunt.library.php_primitives import PHP_PRIMITIVES
from webshellhunt.library.primitives import OF_OBJECTS, PRIMITIVES
from webshellhunt.library.script_primitives import SCRIPT_PRIMITIVES
from webshellhunt.library.web import WEB_FUNCTIONS, WEB_OF_OBJECTS, WEB_PRIMITIVES

_MEMBER = re.compile(r"(?P<name>[\w.*:/-]*)\((?P<params>[^)]*)\)\s*(?:->\s*(?P<result>[^|]*))?(?:\|(?P<clauses>.*))?")
_WORD = re.compile(r'"[^"]*"|[\w.&*+:-]+(?:\([^)]*\))?|=')
_RESULTS = frozenset(
    {
        "number", "text", "truth", "none", "any", "part", "codes", "letters", "self", "items", "value", "same", "known",
    }
)  # fmt: skip
_FORMS = frozenset(
    {"mapped", "encoded", "escaped", "name-only", "file-name", "base64", "address", "digits", "found", "answer"}
)
_KINDS = frozenset({"object", "the", "source"})
_OF_VALUES = frozenset({"text", "number", "truth", "letter", "ienumerable", "*"})
_FLAGS = {
    "fails": "fails", "ends": "ends", "property": "is_property", "quiet": "is_quiet", "open": "is_open",
    "as-bytes": "is_bytes",
}  # fmt: skip
PLATFORMS = {
    "classic": (("vbscript.rows", "asp.rows", "activex.rows", "jscript.rows"),),
    "dotnet": (("vbscript.rows", "activex.rows"), ("dotnet/*.rows",)),
    "jscript.net": (("vbscript.rows", "activex.rows"), ("dotnet/*.rows",), ("jscript.rows", "jscript_net.rows")),
    "browser": (("jscript.rows",), ("browser/*.rows",)),
    "php": (("php/*.rows",),),
}
"""The files of each platform, in layers: a member of a later layer stands for that of an earlier one."""
_FUNCTIONS = merged(KNOWN, JSCRIPT, MODERN, WEB_FUNCTIONS, NET, BASIC_FUNCTIONS, PHP_FUNCTIONS)
_PARTED = merged(PARTED, JSCRIPT_PARTED, MODERN_PARTED, NET_PARTED, PHP_PARTED)
_GIVING_NULL = merged(NET_PRIMITIVES, QUERIES, BASIC, XML, EXPRESSIONS)
_PRIMITIVES = merged(
    PRIMITIVES, SCRIPT_PRIMITIVES, MODERN_PRIMITIVES, WEB_PRIMITIVES, IL_PRIMITIVES, _GIVING_NULL, PHP_PRIMITIVES
)


class RowError(ValueError):
    """A line of a rows file is not in the notation; the message says which and why."""


class _Reader:
    """Reads lines into tables."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Row] = {}
        self.constants: dict[str, Value] = {}
        self.programs: dict[str, str] = {}
        self.fields: dict[str, dict[str, Value]] = {}
        self.only: list[str] = []
        self.bases: dict[str, list[str]] = {}
        self.modules: list[str] = []
        self.checked: list[tuple[str, str]] = []
        self.is_script = self.has_objects = False
        """True for the members of a language with prototypes; for those whose arguments stay objects."""
        self.replaced: set[tuple[str, str]] = set()
        """Members of the layers below."""
        self.constants_below: set[str] = set()

    def begin_layer(self) -> None:
        """Begin a layer, whose members stand for those of the layers below."""
        self.replaced = {*self.rows}
        self.constants_below = {*self.constants}

    def read_text(self, text: str) -> None:
        """Read a file."""
        self.is_script = self.has_objects = False
        for line in text.splitlines():
            line = line.partition(" #")[0].strip()
            if line and not line.startswith("#"):
                try:
                    self.read(line)
                except (ValueError, KeyError, SyntaxError) as error:
                    raise RowError(f"{line}: {error}") from None

    def read(self, line: str) -> None:
        first, _, rest = line.partition(" ")
        if line == "prototypes":
            self.is_script = True
        elif line == "objects":
            self.has_objects = True
        elif first in _ENTRIES:
            _ENTRIES[first](self, rest, first)
        else:
            row, *names = _row(line)
            if self.is_script:
                row.is_script = True
            if self.has_objects:
                row.takes_objects = row.has_vectors = True
            for each in (row, *(_named(row, name) for name in names)):
                if self.has_objects:
                    each.of_value = each.names[0] in _OF_VALUES and len(each.names) > 1
                self.add(each)

    def constant(self, rest: str, _: str) -> None:
        for name, value in map(_assigned, _entries(rest)):
            if "." in name:
                self.add(_constant_row(name, value))
                continue
            if name.lower() in self.constants_below:
                self.constants_below.discard(name.lower())
                del self.constants[name.lower()]
            _add(self.constants, name.lower(), value)

    def program(self, rest: str, _: str) -> None:
        kind, _, names = rest.partition("=")
        for each in names.split():
            _add(self.programs, each.lower().strip("{}"), kind.strip().lower())

    def first_fields(self, rest: str, first: str) -> None:
        kind, _, fields = rest.lower().partition("|")
        found = _entries(fields)
        for each in kind.strip().split("/"):
            _add(self.fields, each, _first_fields(each, found))
            if first == "only":
                self.only.append(each)

    def base(self, rest: str, _: str) -> None:
        kinds, *others = rest.lower().split()
        for kind in kinds.split("/"):
            self.bases.setdefault(kind, []).extend(others)
            if not self.has_objects:
                self.checked += [(kind, other) for other in others]

    def enumeration(self, rest: str, _: str) -> None:
        kind, _, names = rest.partition("=")
        for each in names.split():
            name, _, value = each.partition(":")
            self.add(_constant_row(f"{kind.strip()}.{name}", int(value, 0) if value else name))

    def module(self, rest: str, _: str) -> None:
        self.modules += rest.lower().split()

    def add(self, row: Row) -> None:
        owner, member = ".".join(row.names[:-1]), row.names[-1]
        known = self.rows.get((owner, member))
        if known is None or (owner, member) in self.replaced:
            self.replaced.discard((owner, member))
            row.below = known
            self.rows[owner, member] = row
            return
        for each in (known, *known.others):
            if each.least <= row.most and row.least <= each.most:
                raise ValueError(f"{row.name} has two rows for the same number of arguments")
        known.others = (*known.others, row)

    def share(self) -> None:
        """Give each type the rows of the types that it is, too; its own come first."""
        members: dict[str, dict[str, Row]] = {}
        for (owner, member), row in self.rows.items():
            members.setdefault(owner, {})[member] = row
        for kind, other in self.checked:
            if other not in members:
                raise RowError(f"is {kind} {other}: there is no such type")
        for module in self.modules:
            for member, row in members.get("", {}).items():
                self.rows.setdefault((module, member), _renamed(row, module, (module,)))
        for kind in [*self.bases]:
            for other in self._lineage(kind):
                self._inherit(kind, other, members.get(other, {}))

    def _inherit(self, kind: str, other: str, members: Mapping[str, Row]) -> None:
        """Give a type the members and the first fields of one that it is."""
        names = tuple(kind.split("."))
        for member, row in members.items():
            if (kind, member) not in self.rows and (member != "new" or row.result == Result("object", (), other)):
                self.rows[kind, member] = made = _renamed(row, kind, names)
                if member == "new":
                    made.result = Result("object", (), kind)
        for name, value in self.fields.get(other, {}).items():
            self.fields.setdefault(kind, {}).setdefault(name, value)

    def _lineage(self, kind: str) -> tuple[str, ...]:
        """Return all types that a type is, the nearest first."""
        found: list[str] = []
        for each in (waiting := [*self.bases.get(kind, ())]):
            if each not in found and each != kind:
                found.append(each)
                waiting += self.bases.get(each, ())
        return tuple(found)

    def types(self) -> dict[str, tuple[str, ...]]:
        """Return all types that each type is."""
        return {kind: self._lineage(kind) for kind in self.bases}


_ENTRIES: Mapping[str, Callable[[_Reader, str, str], None]] = {
    "const": _Reader.constant, "program": _Reader.program, "object": _Reader.first_fields,
    "only": _Reader.first_fields, "is": _Reader.base, "enum": _Reader.enumeration, "flags": _Reader.enumeration,
    "modules": _Reader.module,
}  # fmt: skip
"""The readers of lines that begin with a word of the notation."""


def _constant_row(name: str, value: Value) -> Row:
    """Return the row of a member with a fixed value."""
    names = tuple(name.strip().lower().split("."))
    return _of(name=name.strip(), names=names, params=(), most=0, known=lambda: value, takes_objects=True)


def _renamed(row: Row, kind: str, owner: tuple[str, ...]) -> Row:
    """Return the row of the same member of another type, whose name has these parts."""
    made = Row.__new__(Row)  # ten times as quick as dataclasses.replace, for ten thousand rows
    found = made.__dict__ = vars(row).copy()
    found["name"], found["names"] = f"{kind}.{row.name.rpartition('.')[2]}", (*owner, row.names[-1])
    if row.others:
        made.others = tuple(_renamed(each, kind, owner) for each in row.others)
    return made


def _named(row: Row, name: str) -> Row:
    """Return the row of another member that is alike."""
    return _of(**{**vars(row), "name": name, "names": tuple(name.lower().split("."))})


def _of(**entries: Any) -> Row:  # noqa: ANN401 - the fields of a row
    """Return a row that has these entries alone; the others are the defaults of its class, which take no memory."""
    made = Row.__new__(Row)
    made.__dict__ = entries
    return made


def _add(table: dict[str, Value], name: str, value: Value) -> None:
    if name in table:
        raise ValueError(f"{name} stands twice")
    table[name] = value


def _entries(text: str) -> list[str]:
    """Return the entries ``name = literal`` of a line."""
    found = re.findall(r'[\w.-]+\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s"]+)', text)
    if "".join(found).replace(" ", "") != text.replace(" ", ""):
        raise ValueError(f"no 'name = literal': {text!r}")
    return found


def _assigned(text: str) -> tuple[str, Value]:
    name, _, value = text.partition("=")
    word = value.strip()
    literal = {"true": True, "false": False, "none": None}.get(word, ...)
    return name.strip(), ast.literal_eval(word) if literal is ... else literal


def _first_fields(kind: str, written: list[str]) -> dict[Value, Value]:
    """Return the first fields of an object; ``absent`` is the value of an entry that nobody stored."""
    fields: dict[Value, Value] = dict(map(_assigned, written))
    absent = fields.pop("absent", None)
    if absent is not None:
        fields[DEFAULT] = MISSING if absent == "nothing" else Some("", frozenset({Label(absent, kind)}))
    return fields


def _row(line: str) -> tuple[Row, *tuple[str, ...]]:
    """Return the row of a line, and the names of the other members that are alike."""
    match = _MEMBER.fullmatch(line)
    if match is None:
        raise ValueError("no member, no constant, no ProgID, no object")
    names = [each.strip() for each in match["params"].split(",") if each.strip()]
    params = tuple(each.strip("?&") for each in names)
    if len(set(params)) < len(params):
        raise ValueError("a parameter stands twice")
    least = sum(not each.endswith("?") and each != "*" for each in names)
    owners, dot, members = match["name"].rpartition(".")
    name, *others = [owner + dot + each for owner in owners.split("/") for each in members.split("/")]
    row = _of(name=name, names=tuple(name.lower().split(".")), params=params, least=least)
    row.most = MANY if "*" in params else len(params)
    row.result = _result(_WORD.findall(match["result"] or "any"), params)
    for clause in _clauses(match["clauses"] or ""):
        _apply(row, clause, params)
    return row, *others


def _source(name: str, params: tuple[str, ...]) -> Source:
    name, _, field = name.partition(".")
    if name == "self":
        return Source(SELF, field.lower())
    if name not in params:
        raise ValueError(f"{name} is no parameter")
    return Source(params.index(name), field.lower())


def _result(words: list[str], params: tuple[str, ...]) -> Result:
    what, *rest = words
    kind = ""
    if what in _KINDS:
        kind, *rest = rest
        kind = kind.lower()
    elif what in _FORMS:
        what, kind = "form", what
    elif what not in _RESULTS:
        raise ValueError(f"{what} is no result")
    function = None
    if what == "known":
        kind, *rest = rest
        function = _FUNCTIONS[kind]
    return Result(what, tuple(_source(each, params) for each in rest), kind, function)


def _clauses(text: str) -> Iterable[list[str]]:
    """Yield the clauses, each a list of its words."""
    clause: list[str] = []
    for word in _WORD.findall(text):
        if word in _FLAGS or (word in _CLAUSES and clause[-1:] != ["="]):
            if clause:
                yield clause
            clause = []
        clause.append(word)
        if clause[0] not in _CLAUSES and clause[0] not in _FLAGS:
            raise ValueError(f"{clause[0]} is no clause")
    if clause:
        yield clause


def _apply(row: Row, clause: list[str], params: tuple[str, ...]) -> None:
    what, *rest = clause
    if what in _FLAGS:
        if rest:
            raise ValueError(f"{what} has no arguments")
        setattr(row, _FLAGS[what], True)
    else:
        _CLAUSES[what](row, rest, params)


def _known(row: Row, words: list[str], _: tuple[str, ...]) -> None:
    (name,) = words
    row.known, row.parted = _FUNCTIONS[name], _PARTED.get(name)


def _guard(row: Row, words: list[str], params: tuple[str, ...]) -> None:
    row.guard, name = words
    row.guard_arg = _source(name, params).index


def _do(row: Row, words: list[str], params: tuple[str, ...]) -> None:
    name, *arguments = words
    row.do, row.do_name = _PRIMITIVES[name], name
    row.gives_null = name in _GIVING_NULL
    row.do_args = tuple(_source(each, params) for each in arguments)
    row.takes_objects = any(name in each for each in (OF_OBJECTS, WEB_OF_OBJECTS, IL_PRIMITIVES, PHP_PRIMITIVES))
    row.taken = tuple(each.index for each in row.do_args if each.index != SELF and not each.field)


def _out(row: Row, words: list[str], params: tuple[str, ...]) -> None:
    name, _, *result = words
    row.outs = (*row.outs, (_source(name, params).index, _result(result, params)))


def _calls(row: Row, words: list[str], params: tuple[str, ...]) -> None:
    name, _, given = "".join(words).partition("(")
    row.calls = (_source(name, params).index, tuple(_source(each, params) for each in given.strip(")").split()))


def _keeps(row: Row, words: list[str], params: tuple[str, ...]) -> None:
    field, name = words
    row.keeps = (*row.keeps, (field.lower(), _source(name, params)))


def _holds(row: Row, words: list[str], params: tuple[str, ...]) -> None:
    field, kind, *key = words
    row.is_maybe = row.is_maybe or "maybe" in key
    key = [each for each in key if each != "maybe"]
    row.holds = (*row.holds, (field.lower(), kind, _source(key[0], params) if key else None))


def _where(row: Row, words: list[str], _: tuple[str, ...]) -> None:
    begins, kind = words
    row.where = (*row.where, (begins.lower(), kind))


def _run_text(row: Row, words: list[str], _: tuple[str, ...]) -> None:
    if not {*words} <= {"value", "global"}:
        raise ValueError(f"run-text of {words}")
    row.is_text, row.is_value, row.is_global = True, "value" in words, "global" in words


_CLAUSES = {
    "known": _known, "guard": _guard, "do": _do, "out": _out, "calls": _calls, "keeps": _keeps, "holds": _holds,
    "where": _where, "run-text": _run_text,
}  # fmt: skip


def read(*layers: Iterable[str]) -> Library:
    """Read rows files, in layers: a member of a later one stands for that of an earlier one.

    Raises:
        RowError: A line is not in the notation, names a parameter or a function that there is not, or stands twice.
    """
    reader = _Reader()
    for layer in layers:
        reader.begin_layer()
        for text in layer:
            reader.read_text(text)
    reader.share()
    for (kind, member), row in reader.rows.items():
        if row.result.what == "source" and not row.params and member not in ("", "for-each"):
            reader.fields.setdefault(kind, {})[ASKS] = True
    return Library(
        reader.rows,
        reader.constants,
        reader.programs,
        reader.fields,
        tuple(reader.only),
        frozenset(owner for owner, _ in reader.rows),
        reader.types(),
    )


@cache
def library(platform: str = "classic") -> Library:
    """Return the library of a platform."""
    folder = Path(__file__).parent
    return read(
        *(
            [each.read_text("utf-8") for name in layer for each in sorted(folder.glob(name))]
            for layer in PLATFORMS[platform]
        )
    )


ROWS = library().rows
CONSTANTS = library().constants
INTRINSICS: dict[str, Value] = {name: Ref(name) for name in library().only if "." not in name}
"""Objects that the server and the language give to each page."""
