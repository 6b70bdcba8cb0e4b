"""Rows of the library, read from the ``*.rows`` files beside this one.

A line is a member, a constant, a ProgID, the first fields of an object, or a type whose members another one has, too::

    [Type.]Member(parameters) -> result | clauses
    const NAME = literal
    program TYPE = ProgID …
    object TYPE | field = literal …
    only TYPE | field = literal …
    is TYPE OTHER
    prototypes

``only`` is an object of which there is one, that the server or the language gives to a page. The field ``absent`` says
the value of an entry that nobody stored: ``"nothing"``, or a value of that kind. ``prototypes`` says that the rest
of the file is the library of a language with prototypes: arguments stay as they are.

A parameter is a name, ``name?`` where it may be missing, ``&name`` where it is by reference, or ``*`` for all that are
left. ``Type.(…)`` is the default member, ``Type.for-each()`` the items of an enumeration, ``*.Member`` a member of any
object of which nothing is known. An argument of a clause is a parameter, ``self``, or ``self.field``.

Results: ``number``, ``text``, ``truth``, ``none``, ``value``; ``any`` of all arguments, or of those named; ``part X…``,
a text of others; ``codes X`` and ``letters X``, numbers that are codes of letters and back; ``self``; ``items X``, an
item of a container; ``object TYPE``, a new one; ``the TYPE``, the only one; ``source KIND X``, which comes from outside
under the key X; a form (``mapped X``, ``escaped X``, ``name-only X``, ``digits X``, ``found X``).

Clauses: ``known F``, ``guard FORM X``, ``do PRIMITIVE X…``, ``out X = result``, ``calls X(…)``, ``keeps FIELD X``,
``where KEY KIND`` (of a source, by the beginning of its key), ``fails``, ``ends``, ``property``, ``run-text``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

from webshellhunt.core.heap import DEFAULT
from webshellhunt.core.rows import MANY, SELF, Library, Result, Row, Source
from webshellhunt.core.values import MISSING, Label, Ref, Some, Value
from webshellhunt.library.functions import KNOWN, PARTED
from webshellhunt.library.jscript_functions import JSCRIPT, JSCRIPT_PARTED
from webshellhunt.library.primitives import OF_OBJECTS, PRIMITIVES
from webshellhunt.library.script_primitives import SCRIPT_PRIMITIVES

_MEMBER = re.compile(r"(?P<name>[\w.*:-]*)\((?P<params>[^)]*)\)\s*(?:->\s*(?P<result>[^|]*))?(?:\|(?P<clauses>.*))?")
_WORD = re.compile(r'"[^"]*"|[\w.&*+:-]+(?:\([^)]*\))?|=')
_RESULTS = frozenset({"number", "text", "truth", "none", "any", "part", "codes", "letters", "self", "items", "value"})
_FORMS = frozenset({"mapped", "escaped", "name-only", "digits", "found", "answer"})
_KINDS = frozenset({"object", "the", "source"})
_FLAGS = {"fails": "fails", "ends": "ends", "property": "is_property"}
FILES = ("vbscript.rows", "asp.rows", "activex.rows", "jscript.rows")
_FUNCTIONS = KNOWN | JSCRIPT
_PARTED = PARTED | JSCRIPT_PARTED
_PRIMITIVES = PRIMITIVES | SCRIPT_PRIMITIVES


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
        self.bases: list[tuple[str, str]] = []
        self.is_script = False
        """True for the members of a language with prototypes."""

    def read(self, line: str) -> None:
        first, _, rest = line.partition(" ")
        if first == "const":
            name, value = _assigned(rest)
            _add(self.constants, name.lower(), value)
        elif first == "program":
            kind, _, names = rest.partition("=")
            for each in names.split():
                _add(self.programs, each.lower().strip("{}"), kind.strip().lower())
        elif first in ("object", "only"):
            kind, _, fields = rest.lower().partition("|")
            found = re.findall(r'[\w-]+\s*=\s*(?:"[^"]*"|[\w-]+)', fields)
            if "".join(found).replace(" ", "") != fields.replace(" ", ""):
                raise ValueError(f"fields are no 'name = literal': {fields!r}")
            _add(self.fields, kind.strip(), _first_fields(kind.strip(), found))
            if first == "only":
                self.only.append(kind.strip())
        elif first == "is":
            kind, other = rest.split()
            self.bases.append((kind, other))
        elif line == "prototypes":
            self.is_script = True
        else:
            row = _row(line)
            row.is_script = self.is_script
            self.add(row)

    def add(self, row: Row) -> None:
        owner, member = ".".join(row.names[:-1]), row.names[-1]
        known = self.rows.get((owner, member))
        if known is None:
            self.rows[owner, member] = row
            return
        for each in (known, *known.others):
            if each.least <= row.most and row.least <= each.most:
                raise ValueError(f"{row.name} has two rows for the same number of arguments")
        known.others = (*known.others, row)

    def share(self) -> None:
        """Give each type the rows of the types that it is, too; its own come first."""
        for kind, other in self.bases:
            found = {member: row for (owner, member), row in self.rows.items() if owner == other.lower()}
            if not found:
                raise RowError(f"is {kind} {other}: there is no such type")
            for member, row in found.items():
                if (kind.lower(), member) not in self.rows:
                    self.rows[kind.lower(), member] = _renamed(row, kind)
            for name, value in self.fields.get(other.lower(), {}).items():
                self.fields.setdefault(kind.lower(), {}).setdefault(name, value)


def _renamed(row: Row, kind: str) -> Row:
    """Return the row of the same member of another type."""
    member = row.name.rpartition(".")[2]
    others = tuple(_renamed(each, kind) for each in row.others)
    return replace(row, name=f"{kind}.{member}", names=(*kind.lower().split("."), row.names[-1]), others=others)


def _add(table: dict[str, Value], name: str, value: Value) -> None:
    if name in table:
        raise ValueError(f"{name} stands twice")
    table[name] = value


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


def _row(line: str) -> Row:
    match = _MEMBER.fullmatch(line)
    if match is None:
        raise ValueError("no member, no constant, no ProgID, no object")
    names = [each.strip() for each in match["params"].split(",") if each.strip()]
    params = tuple(each.strip("?&") for each in names)
    if len(set(params)) < len(params):
        raise ValueError("a parameter stands twice")
    least = sum(not each.endswith("?") and each != "*" for each in names)
    name = match["name"]
    row = Row(name, tuple(name.lower().split(".")), params, least, MANY if "*" in params else len(params))
    row.result = _result(_WORD.findall(match["result"] or "any"), params)
    for clause in _clauses(match["clauses"] or ""):
        _apply(row, clause, params)
    return row


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
    return Result(what, tuple(_source(each, params) for each in rest), kind)


def _clauses(text: str) -> Iterable[list[str]]:
    """Yield the clauses, each a list of its words."""
    clause: list[str] = []
    for word in _WORD.findall(text):
        if word in _FLAGS or word in _CLAUSES:
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
    row.do_args = tuple(_source(each, params) for each in arguments)
    row.takes_objects = name in OF_OBJECTS
    row.taken = tuple(each.index for each in row.do_args if each.index != SELF and not each.field)


def _out(row: Row, words: list[str], params: tuple[str, ...]) -> None:
    name, _, *result = words
    row.outs = (*row.outs, (_source(name, params).index, _result(result, params)))


def _calls(row: Row, words: list[str], params: tuple[str, ...]) -> None:
    name, _, given = "".join(words).partition("(")
    row.calls = (_source(name, params).index, tuple(_source(each, params) for each in given.strip(")").split()))


def _keeps(row: Row, words: list[str], params: tuple[str, ...]) -> None:
    field, name = words
    row.keeps = (*row.keeps, (field.lower(), _source(name, params).index))


def _where(row: Row, words: list[str], _: tuple[str, ...]) -> None:
    begins, kind = words
    row.where = (*row.where, (begins.lower(), kind))


def _run_text(row: Row, words: list[str], _: tuple[str, ...]) -> None:
    if not {*words} <= {"value", "global"}:
        raise ValueError(f"run-text of {words}")
    row.is_text, row.is_value, row.is_global = True, "value" in words, "global" in words


_CLAUSES = {
    "known": _known, "guard": _guard, "do": _do, "out": _out, "calls": _calls, "keeps": _keeps, "where": _where,
    "run-text": _run_text,
}  # fmt: skip


def read(texts: Iterable[str]) -> Library:
    """Read rows files.

    Raises:
        RowError: A line is not in the notation, names a parameter or a function that there is not, or stands twice.
    """
    reader = _Reader()
    for text in texts:
        reader.is_script = False
        for line in text.splitlines():
            line = line.partition(" #")[0].strip()
            if line and not line.startswith("#"):
                try:
                    reader.read(line)
                except (ValueError, KeyError, SyntaxError) as error:
                    raise RowError(f"{line}: {error}") from None
    reader.share()
    return Library(
        reader.rows,
        reader.constants,
        reader.programs,
        reader.fields,
        tuple(reader.only),
        frozenset(owner for owner, _ in reader.rows),
    )


@cache
def library() -> Library:
    """Return the library of classic ASP."""
    folder = Path(__file__).parent
    return read([(folder / each).read_text("utf-8") for each in FILES])


ROWS = library().rows
CONSTANTS = library().constants
INTRINSICS: dict[str, Value] = {name: Ref(name) for name in library().only if "." not in name}
"""Objects that the server and the language give to each page."""
