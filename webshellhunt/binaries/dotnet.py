""".NET assemblies: types, members, literals and the calls of each method, read from metadata. The one door to dnfile.

Nothing is loaded or executed. Evidence often contains damaged assemblies; each failure becomes one ``BinaryError``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from webshellhunt.binaries.il import CALLS, LARGEST_CODE, LOAD_STRING, code_range, iter_operands
from webshellhunt.binaries.pe import DOTNET_DIRECTORY, failures
from webshellhunt.errors import BinaryError
from webshellhunt.model.findings import Span

if TYPE_CHECKING:
    import dnfile

LARGEST_BYTES: Final = 16 * 1024 * 1024
MOST_ROWS: Final = 60_000
MOST_STEPS: Final = 400_000
MOST_LITERALS: Final = 20_000

_FAT_HEADER = 12
_TYPE_REF, _TYPE_DEF, _METHOD, _MEMBER, _SPEC, _STRING = 0x01, 0x02, 0x06, 0x0A, 0x2B, 0x70
_READ_TABLES = ("TypeRef", "TypeDef", "MethodDef", "MemberRef", "MethodSpec")


class Literal(NamedTuple):
    """A string literal and its byte range in the file, two bytes a character."""

    text: str
    span: Span


class Type(NamedTuple):
    """A type of the assembly with its namespace, and its base type (``""``: none)."""

    name: str
    base: str


class Method(NamedTuple):
    """A method with the members, methods and strings that its code references, in code order.

    ``steps`` are members of other assemblies by full name (``System.Web.HttpRequest.get_Item``); ``inner`` the indices
    of methods of this assembly that it calls, ``literals`` its strings, each with the number of steps before it.
    """

    owner: str
    name: str
    steps: tuple[str, ...] = ()
    inner: tuple[tuple[int, int], ...] = ()
    literals: tuple[tuple[Literal, int], ...] = ()


@dataclass(frozen=True)
class Assembly:
    """The metadata of an assembly."""

    name: str
    types: tuple[Type, ...]
    members: frozenset[str]
    methods: tuple[Method, ...]
    literals: tuple[Literal, ...]

    @cached_property
    def is_page(self) -> bool:
        """Return whether ASP.NET compiled it from a page, by the namespace reserved for that."""
        return any(each.name.startswith("ASP.") for each in self.types)


def read_assembly(data: bytes, path: str = "") -> Assembly:
    """Read an assembly.

    Raises:
        BinaryError: It is no .NET assembly, damaged, or larger than the assembly of any page.

    Source: ECMA-335, II.22 (tables), II.24 (heaps).
    """
    if len(data) > LARGEST_BYTES:
        raise BinaryError(f"larger than {LARGEST_BYTES // 1024**2} MiB, as no page's assembly is", path=path)
    # Imported only for an assembly.
    import logging

    import dnfile

    # It warns about every irregularity; relevant ones become an error here.
    quiet = logging.getLogger("dnfile")
    quiet.setLevel(logging.CRITICAL)
    # One module uses the root logger, which would print and be configured as a side effect.
    vars(dnfile.stream)["logging"] = quiet
    try:
        image = dnfile.dnPE(data=data, fast_load=True, clr_lazy_load=True)
        image.parse_data_directories(directories=[DOTNET_DIRECTORY])
        return _Reader(image, path).read()
    except BinaryError:
        raise
    except failures(dnfile.errors.dnFormatError) as error:
        words = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        raise BinaryError(f"its .NET metadata can't be read ({words[:120]})", path=path) from error


class _Reader:
    """The reader of an assembly, with a budget over all steps."""

    def __init__(self, image: dnfile.dnPE, path: str) -> None:
        if image.net is None or image.net.mdtables is None:
            raise BinaryError("it has no .NET metadata", path=path)
        self._image = image
        self._net = image.net
        self._path = path
        self._steps = 0
        heap = image.net.user_strings
        self._strings = b"" if heap is None else bytes(heap.__data__)
        self._strings_at = 0 if heap is None else int(heap.file_offset or 0)
        rows = sum(len(self._rows(name)) for name in _READ_TABLES)
        if rows > MOST_ROWS:
            raise BinaryError(f"its tables have {rows} rows, more than any page's have", path=path)
        self._references = [_full_name(row.TypeNamespace, row.TypeName) for row in self._rows("TypeRef")]
        self._definitions = [_full_name(row.TypeNamespace, row.TypeName) for row in self._rows("TypeDef")]
        self._members = [f"{self._parent(row.struct.Class_CodedIndex)}.{row.Name}" for row in self._rows("MemberRef")]
        self._specs = [int(row.struct.Method_CodedIndex) for row in self._rows("MethodSpec")]

    def read(self) -> Assembly:
        rows = self._rows("Assembly")
        types = tuple(
            Type(name, self._type(row.struct.Extends_CodedIndex))
            for name, row in zip(self._definitions, self._rows("TypeDef"), strict=True)
        )
        return Assembly(
            name=str(rows[0].Name or "") if rows else "",
            types=types,
            members=frozenset(self._members),
            methods=tuple(self._methods()),
            literals=tuple(self._all_literals()),
        )

    def _rows(self, table: str) -> Sequence[Any]:
        found = getattr(self._net.mdtables, table, None)
        if found is None:
            return ()
        if len(found.rows) < found.num_rows:
            raise BinaryError(f"its table {table} is cut off", path=self._path)
        rows: Sequence[Any] = found.rows
        return rows

    def _type(self, coded: int) -> str:
        """Return the name that a TypeDefOrRef refers to."""
        names = {0: self._definitions, 1: self._references}.get(coded & 3, [])
        return _at(names, coded >> 2)

    def _parent(self, coded: int) -> str:
        """Return the name that a MemberRefParent refers to; generic and array types have none."""
        names = {0: self._definitions, 1: self._references}.get(coded & 7, [])
        return _at(names, coded >> 3)

    def _methods(self) -> Iterator[Method]:
        rows = self._rows("MethodDef")
        starts = [int(row.struct.MethodList_Index) for row in self._rows("TypeDef")]
        owner = -1
        for index, row in enumerate(rows, 1):
            while owner + 1 < len(starts) and starts[owner + 1] <= index:
                owner += 1
            name = self._definitions[owner] if owner >= 0 else ""
            yield self._method(name, str(row.Name or ""), int(row.Rva))

    def _method(self, owner: str, name: str, rva: int) -> Method:
        steps: list[str] = []
        inner: list[tuple[int, int]] = []
        literals: list[tuple[Literal, int]] = []
        for opcode, token in iter_operands(self._code(rva)):
            self._steps += 1
            if self._steps > MOST_STEPS:
                raise BinaryError(f"more than {MOST_STEPS} instructions, as no page has", path=self._path)
            if opcode == LOAD_STRING and token >> 24 == _STRING:
                found = self._literal(token & 0xFFFFFF)
                literals += () if found is None else ((found, len(steps)),)
            elif opcode in CALLS:
                table, row = self._resolved(token)
                if table == _MEMBER:
                    steps.append(_at(self._members, row))
                elif table == _METHOD:
                    inner.append((row - 1, len(steps)))
        return Method(owner, name, tuple(steps), tuple(inner), tuple(literals))

    def _resolved(self, token: int) -> tuple[int, int]:
        """Return the table and row of a member; for an instance of a generic method, those of the method."""
        table, row = token >> 24, token & 0xFFFFFF
        if table == _SPEC and 1 <= row <= len(self._specs):
            coded = self._specs[row - 1]
            return (_MEMBER if coded & 1 else _METHOD), coded >> 1
        return table, row

    def _code(self, rva: int) -> bytes:
        if not rva:
            return b""
        where = code_range(bytes(self._image.get_data(rva, _FAT_HEADER)))
        if where is None or where[1] > LARGEST_CODE:
            return b""
        return bytes(self._image.get_data(rva + where[0], where[1]))

    def _literal(self, offset: int) -> Literal | None:
        found = _user_string(self._strings, offset)
        return None if found is None else self._text(*found)

    def _text(self, start: int, size: int) -> Literal:
        at = self._strings_at + start
        text = self._strings[start : start + size].decode("utf-16-le", "replace")
        return Literal(text, Span(at, at + size))

    def _all_literals(self) -> Iterator[Literal]:
        """Yield every string of the heap, including those that no code loads."""
        at = 1
        for _ in range(MOST_LITERALS):
            found = _user_string(self._strings, at)
            if found is None:
                return
            start, size = found
            if size:
                yield self._text(start, size)
            # An empty string has no mark either.
            at = start + size + (1 if start + size < len(self._strings) else 0)


def _user_string(heap: bytes, offset: int) -> tuple[int, int] | None:
    """Return the offset of a string's characters in the heap, and their bytes without the mark after them."""
    if not 0 < offset < len(heap):
        return None
    first = heap[offset]
    width = 1 if first < 0x80 else 2 if first < 0xC0 else 4
    raw = heap[offset : offset + width]
    size = int.from_bytes(raw, "big") & {1: 0x7F, 2: 0x3FFF, 4: 0x1FFFFFFF}[width]
    if len(raw) < width or first >= 0xE0 or offset + width + size > len(heap):
        return None
    return offset + width, max(size - 1, 0)


def _full_name(namespace: object, name: object) -> str:
    """Join a namespace and a name from the heap; an empty one is an object too."""
    above, own = str(namespace or ""), str(name or "")
    return f"{above}.{own}" if above else own


def _at(names: list[str], row: int) -> str:
    """Return the name of a row, counted from 1, or ``""``."""
    return names[row - 1] if 1 <= row <= len(names) else ""
