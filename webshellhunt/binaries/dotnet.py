""".NET assemblies: types, members, literals and the calls of each method, read from metadata. The one door to dnfile.

Nothing is loaded or executed. Evidence often contains damaged assemblies; each failure becomes one ``BinaryError``.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from webshellhunt.binaries.il import (
    LARGEST_CODE,
    LOAD_STRING,
    Handler,
    code_range,
    handlers_in,
    header_of,
    iter_references,
)
from webshellhunt.binaries.pe import DOTNET_DIRECTORY, failures
from webshellhunt.binaries.signatures import number_at, read_locals, read_signature, read_type
from webshellhunt.errors import BinaryError
from webshellhunt.model.findings import Span

if TYPE_CHECKING:
    import dnfile

LARGEST_BYTES: Final = 16 * 1024 * 1024
MOST_ROWS: Final = 60_000
MOST_CODE: Final = 8 * 1024 * 1024
MOST_LITERALS: Final = 20_000

_FAT_HEADER = 12
_TYPE_REF, _TYPE_DEF, _FIELD, _METHOD, _MEMBER = 0x01, 0x02, 0x04, 0x06, 0x0A
_TYPE_SPEC, _SPEC, _STRING = 0x1B, 0x2B, 0x70
_READ_TABLES = ("TypeRef", "TypeDef", "MethodDef", "MemberRef", "MethodSpec", "TypeSpec", "Field", "CustomAttribute")
_VALUE_TYPE, _INSTANCE = 0x11, 0x15
_ACCESS, _PUBLIC, _STATIC, _VIRTUAL, _LITERAL = 0x7, 0x6, 0x10, 0x40, 0x40
_FIELD_MARK, _OF_ASSEMBLY, _BY_REFERENCE = 0x06, 14, 3
_KIND = 3
_VERSION = ("MajorVersion", "MinorVersion", "BuildNumber", "RevisionNumber")
_LARGEST_ARRAY, _LARGEST_SECTION = 4096, 16 * 1024


class Literal(NamedTuple):
    """A string literal and its byte range in the file, two bytes a character."""

    text: str
    span: Span


class Type(NamedTuple):
    """A type of the assembly with its namespace, its base type (``""``: none), its interfaces and own methods.

    ``fields`` and ``statics`` are the tokens of its fields.
    """

    name: str
    base: str
    interfaces: tuple[str, ...] = ()
    methods: range = range(0)
    fields: tuple[int, ...] = ()
    statics: tuple[int, ...] = ()


class Attribute(NamedTuple):
    """An attribute of the assembly itself, and the texts among its arguments; types are such texts."""

    name: str
    texts: tuple[str, ...]


class Member(NamedTuple):
    """A member that an instruction refers to: its full name, and for a method of this assembly its index.

    ``types`` are those of its parameters, without the object that a method ``has_this`` for; ``result`` is that of its
    result, ``""`` for none. ``of`` are the types that a generic method is called with.
    """

    name: str
    method: int | None = None
    types: tuple[str, ...] = ()
    has_this: bool = False
    result: str = ""
    of: tuple[str, ...] = ()


class Frame(NamedTuple):
    """The types of the local variables of a method, and its handlers of errors."""

    locals: tuple[str, ...] = ()
    handlers: tuple[Handler, ...] = ()


class Heap(NamedTuple):
    """The heap of the strings in code, and its offset in the file. Source: ECMA-335, II.24.2.4."""

    data: bytes = b""
    offset: int = 0

    def literal(self, at: int) -> Literal | None:
        """Return the string at an offset in the heap."""
        found = _user_string(self.data, at)
        if found is None:
            return None
        start, size = found
        text = self.data[start : start + size].decode("utf-16-le", "replace")
        return Literal(text, Span(self.offset + start, self.offset + start + size))

    def literals(self) -> Iterator[Literal]:
        """Yield each string, up to a number."""
        at = 1
        for _ in range(MOST_LITERALS):
            literal = self.literal(at)
            if literal is None:
                return
            if literal.text:
                yield literal
            # An empty string has no mark either.
            end = literal.span.end - self.offset
            at = end + (1 if end < len(self.data) else 0)


_NO_STRINGS: Final = Heap()


class Body(NamedTuple):
    """The members, methods and strings that the code of a method references, in code order.

    ``steps`` are members of other assemblies by full name (``System.Web.HttpRequest.get_Item``); ``inner`` the indices
    of methods of this assembly that it calls, ``literals`` its strings, each with the number of steps before it.
    """

    steps: tuple[str, ...] = ()
    inner: tuple[tuple[int, int], ...] = ()
    literals: tuple[tuple[Literal, int], ...] = ()


@dataclass(eq=False)
class Method:
    """A method, whose instructions are read when they are asked for.

    ``native`` is the function of Windows that it stands for; ``rva`` is the address of its code.
    """

    owner: str
    name: str
    native: str = ""
    is_public: bool = False
    is_virtual: bool = False
    rva: int = 0
    read: Callable[[int], bytes] = field(default=lambda _: b"", repr=False)
    frame_at: Callable[[int], Frame] = field(default=lambda _: Frame(), repr=False)
    decode: Callable[[bytes], Body] = field(default=lambda _: Body(), repr=False)

    @cached_property
    def code(self) -> bytes:
        """Its instructions."""
        return self.read(self.rva)

    @cached_property
    def frame(self) -> Frame:
        """Its local variables and handlers."""
        return self.frame_at(self.rva)

    @cached_property
    def body(self) -> Body:
        """What its code references.

        Raises:
            BinaryError: The methods of its assembly have more code than those of any page.
        """
        return self.decode(self.code)


@dataclass(frozen=True, eq=False)
class Assembly:
    """The metadata of an assembly.

    ``token`` returns the member, field or text that a token in code refers to; a field is its name with that of its
    type, and an array of constant bytes is those bytes. ``type_of`` returns the name of the type that a token refers
    to, or that of a field. ``strings`` is the heap of the strings in code.
    """

    name: str
    types: tuple[Type, ...]
    members: frozenset[str]
    methods: tuple[Method, ...]
    strings: Heap = _NO_STRINGS
    attributes: tuple[Attribute, ...] = ()
    public_key: bytes = b""
    version: str = ""
    token: Callable[[int], Member | str | bytes | None] = lambda _: None
    type_of: Callable[[int], str] = lambda _: ""

    @cached_property
    def literals(self) -> tuple[Literal, ...]:
        """Each string of the heap, including those that no code loads."""
        return tuple(self.strings.literals())

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
    """The reader of an assembly, with a budget over all code."""

    def __init__(self, image: dnfile.dnPE, path: str) -> None:
        if image.net is None or image.net.mdtables is None:
            raise BinaryError("it has no .NET metadata", path=path)
        self._image = image
        self._data = bytes(image.__data__)
        self._net = image.net
        self._path = path
        self._read_bytes = 0
        heap = image.net.user_strings
        self._strings = Heap() if heap is None else Heap(bytes(heap.__data__), int(heap.file_offset or 0))
        self._names = b"" if image.net.strings is None else bytes(image.net.strings.__data__)
        self._blobs = b"" if image.net.blobs is None else bytes(image.net.blobs.__data__)
        tables = (getattr(self._net.mdtables, name, None) for name in _READ_TABLES)
        rows = sum(table.num_rows for table in tables if table is not None)
        if rows > MOST_ROWS:
            raise BinaryError(f"its tables have {rows} rows, more than any page's have", path=path)
        named = ("TypeNamespace_StringIndex", "TypeName_StringIndex")
        self._references = [self._full_name(*row) for row in self._rows("TypeRef", *named)]
        self._definitions = self._unique([self._full_name(*row) for row in self._rows("TypeDef", *named)])
        self._instances: list[str] = []
        self._type_specs = self._rows("TypeSpec", "Signature_BlobIndex")
        self._instances = [self._instance(self._blob(at)) for (at,) in self._type_specs]
        self._member_rows = self._rows("MemberRef", "Class_CodedIndex", "Name_StringIndex", "Signature_BlobIndex")
        self._members = [f"{self._parent(above)}.{self._name(name)}" for above, name, _ in self._member_rows]
        self._specs = self._rows("MethodSpec", "Method_CodedIndex", "Instantiation_BlobIndex")
        columns = ("Rva", "ImplFlags", "Name_StringIndex", "Signature_BlobIndex", "Flags")
        self._method_rows = self._rows("MethodDef", *columns)
        self._field_rows = self._rows("Field", "Name_StringIndex", "Signature_BlobIndex", "Flags")
        self._type_rows = self._rows("TypeDef", "Extends_CodedIndex", "FieldList_Index", "MethodList_Index")
        self._methods = tuple(self._iter_methods())

    def read(self) -> Assembly:
        row = next(iter(self._rows("Assembly", "Name_StringIndex", "PublicKey_BlobIndex", *_VERSION)), None)
        return Assembly(
            name=self._name(row[0]) if row else "",
            types=tuple(self._types()),
            members=frozenset(self._members),
            methods=self._methods,
            strings=self._strings,
            attributes=tuple(self._attributes()),
            public_key=self._blob(row[1]) if row else b"",
            version=".".join(map(str, row[2:])) if row else "",
            token=lru_cache(maxsize=None)(self._token),
            type_of=lru_cache(maxsize=None)(self._type_of),
        )

    def _rows(self, table: str, *columns: str) -> list[tuple[int, ...]]:
        """Return some columns of a table, by the names that dnfile has for them; it describes a row, and is slow."""
        found = getattr(self._net.mdtables, table, None)
        if found is None or not found.num_rows:
            return []
        start, end = found.file_offset, found.file_offset + found.num_rows * found.row_size
        if len(found.rows) < found.num_rows or not 0 < start < end <= len(self._data):
            raise BinaryError(f"its table {table} is cut off", path=self._path)
        codes, keys = zip(*(column.split(",") for column in vars(found.rows[0])["_format"][1]), strict=True)
        rows = struct.iter_unpack("<" + "".join(codes), self._data[start:end])
        places = [keys.index(name) for name in columns]
        return [tuple([row[at] for at in places]) for row in rows]

    def _name(self, at: int) -> str:
        return self._names[at : self._names.find(b"\0", at)].decode("utf-8", "replace")

    def _unique(self, names: list[str]) -> list[str]:
        """Return the names of the types here, of those that have the name of another one with the types around them."""
        counts = Counter(names)
        if len(counts) == len(names):
            return names
        around = {row[0]: row[1] for row in self._rows("NestedClass", "NestedClass_Index", "EnclosingClass_Index")}
        found = list[str]()
        for row, name in enumerate(names, 1):
            outer = around.get(row, 0)
            is_one_of_several = counts[name] > 1 and 0 < outer < row
            found.append(f"{found[outer - 1]}+{name}" if is_one_of_several else name)
        return found

    def _full_name(self, namespace: int, name: int) -> str:
        above, own = self._name(namespace), self._name(name)
        return f"{above}.{own}" if above else own

    def _types(self) -> Iterator[Type]:
        interfaces: dict[int, list[str]] = {}
        for index, coded in self._rows("InterfaceImpl", "Class_Index", "Interface_CodedIndex"):
            interfaces.setdefault(index, []).append(self._type(coded))
        ends = [*self._type_rows[1:], (0, len(self._field_rows) + 1, len(self._methods) + 1)]
        for index, (base, first, start) in enumerate(self._type_rows):
            above = tuple(interfaces.get(index + 1, ()))
            methods, fields = range(start - 1, ends[index][2] - 1), range(max(first, 1), ends[index][1])
            tokens: tuple[list[int], list[int]] = [], []
            for row in fields[: len(self._field_rows)]:
                flags = self._field_rows[row - 1][2] if row <= len(self._field_rows) else _LITERAL
                if not flags & _LITERAL:
                    tokens[bool(flags & _STATIC)].append(_FIELD << 24 | row)
            yield Type(self._definitions[index], self._type(base), above, methods, *map(tuple, tokens))

    def _attributes(self) -> Iterator[Attribute]:
        """Yield the attributes of the assembly. Source: ECMA-335, II.22.10 and II.23.3."""
        rows = self._rows("CustomAttribute", "Parent_CodedIndex", "Type_CodedIndex", "Value_BlobIndex")
        for parent, coded, value in rows:
            if parent & 0x1F == _OF_ASSEMBLY:
                name = _at(self._members, coded >> 3) if coded & 7 == _BY_REFERENCE else ""
                yield Attribute(name.removesuffix("..ctor"), tuple(_texts(self._blob(value))))

    def _token(self, token: int) -> Member | str | bytes | None:
        table, row = self._resolved(token)
        if table == _STRING:
            literal = self._strings.literal(row)
            return None if literal is None else literal.text
        of: tuple[str, ...] = ()
        if token >> 24 == _SPEC and 1 <= token & 0xFFFFFF <= len(self._specs):
            of = read_signature(self._blob(self._specs[(token & 0xFFFFFF) - 1][1]), self._type).of
        if table == _METHOD and 1 <= row <= len(self._methods):
            method, found = self._methods[row - 1], self._blob(self._method_rows[row - 1][3])
            return self._member(f"{method.owner}.{method.name}", row - 1, found, of)
        if table == _MEMBER and 1 <= row <= len(self._members):
            name, signature = self._members[row - 1], self._blob(self._member_rows[row - 1][2])
            if signature[:1] == bytes((_FIELD_MARK,)):
                return name
            return self._member(name, self._own_method(name, signature), signature, of)
        return self._field(row) if table == _FIELD and 1 <= row <= len(self._field_rows) else None

    def _member(self, name: str, method: int | None, blob: bytes, of: tuple[str, ...]) -> Member:
        found = read_signature(blob, self._type)
        return Member(name, method, found.types, found.has_this, found.result, of)

    def _type_of(self, token: int) -> str:
        table, row = self._resolved(token)
        if table == _FIELD:
            blob = self._blob(self._field_rows[row - 1][1]) if 1 <= row <= len(self._field_rows) else b""
            return read_type(blob, 1, self._type)[0]
        if table == _MEMBER:
            blob = self._blob(self._member_rows[row - 1][2]) if 1 <= row <= len(self._member_rows) else b""
            return read_type(blob, 1, self._type)[0]
        if table == _TYPE_SPEC:
            rows = self._type_specs
            return read_type(self._blob(rows[row - 1][0]), 0, self._type)[0] if 1 <= row <= len(rows) else ""
        return _at({_TYPE_DEF: self._definitions, _TYPE_REF: self._references}.get(table, []), row)

    def _frame(self, rva: int) -> Frame:
        found = header_of(self._at_address(rva, _FAT_HEADER)) if rva else None
        if found is None:
            return Frame()
        token, at = found
        row = token & 0xFFFFFF
        blob = self._blob(self._local_rows[row - 1][0]) if 1 <= row <= len(self._local_rows) else b""
        section = self._at_address(rva + at, _LARGEST_SECTION) if at else b""
        return Frame(read_locals(blob, self._type), handlers_in(section))

    @cached_property
    def _local_rows(self) -> list[tuple[int, ...]]:
        return self._rows("StandAloneSig", "Signature_BlobIndex")

    def _own_of_row(self, row: int) -> int | None:
        """Return the method of this assembly that a MemberRef means, as those of generic types are."""
        if not 1 <= row <= len(self._members) or _owner_and_name(self._members[row - 1]) not in self._own:
            return None
        return self._own_method(self._members[row - 1], self._blob(self._member_rows[row - 1][2]))

    def _own_method(self, name: str, signature: bytes) -> int | None:
        """Return the method of this assembly that a reference by name means: of several, that of the signature."""
        found = self._own.get(_owner_and_name(name), [])
        exact = (each for each in found if self._blob(self._method_rows[each][3]) == signature)
        return next(exact, found[-1] if found else None)

    @cached_property
    def _own(self) -> dict[tuple[str, str], list[int]]:
        found: dict[tuple[str, str], list[int]] = {}
        for index, method in enumerate(self._methods):
            found.setdefault((method.owner, method.name), []).append(index)
        return found

    @cached_property
    def _constants(self) -> dict[int, int]:
        """The addresses of the data of fields."""
        return {row[0]: row[1] for row in self._rows("FieldRva", "Field_Index", "Rva")}

    def _field(self, row: int) -> str | bytes:
        name, signature, _ = self._field_rows[row - 1]
        size = self._array_size(self._blob(signature)) if row in self._constants else 0
        if size:
            return self._at_address(self._constants[row], size)
        owner = bisect_right(self._type_rows, row, key=itemgetter(1))
        return f"{self._definitions[owner - 1]}.{self._name(name)}" if owner else self._name(name)

    def _array_size(self, signature: bytes) -> int:
        """Return the size of a constant array by the name of its type, which compilers end in ``=<bytes>``."""
        if signature[1:2] != bytes((_VALUE_TYPE,)):
            return 0
        size = self._type(number_at(signature, 2)[0]).rpartition("=")[2]
        return min(int(size), _LARGEST_ARRAY) if size.isdecimal() and len(size) < 8 else 0

    def _blob(self, offset: int) -> bytes:
        size, start = number_at(self._blobs, offset)
        return self._blobs[start : start + size]

    def _instance(self, signature: bytes) -> str:
        """Return the name of the generic type that a TypeSpec is an instance of, or ``""``."""
        return self._type(number_at(signature, 2)[0]) if signature[:1] == bytes((_INSTANCE,)) else ""

    def _type(self, coded: int) -> str:
        """Return the name that a TypeDefOrRef refers to."""
        names = {0: self._definitions, 1: self._references, 2: self._instances}.get(coded & 3, [])
        return _at(names, coded >> 2)

    def _parent(self, coded: int) -> str:
        """Return the name that a MemberRefParent refers to; array types have none."""
        names = {0: self._definitions, 1: self._references, 4: self._instances}.get(coded & 7, [])
        return _at(names, coded >> 3)

    def _iter_methods(self) -> Iterator[Method]:
        # A coded index of one bit: 1 is a method.
        rows = self._rows("ImplMap", "MemberForwarded_CodedIndex", "ImportName_StringIndex")
        natives = {coded >> 1: self._name(name) for coded, name in rows}
        starts = [methods for _, _, methods in self._type_rows]
        owner = 0
        for index, (rva, kind, name, _, access) in enumerate(self._method_rows, 1):
            while owner < len(starts) and starts[owner] <= index:
                owner += 1
            above = self._definitions[owner - 1] if owner else ""
            is_public = access & _ACCESS == _PUBLIC
            # The code of a method with another kind is none of IL.
            at = 0 if kind & _KIND else rva
            native = natives.get(index, "")
            more = (is_public, bool(access & _VIRTUAL), at, self._code, self._frame, self._body)
            yield Method(above, self._name(name), native, *more)

    def _body(self, code: bytes) -> Body:
        self._read_bytes += len(code)
        if self._read_bytes > MOST_CODE:
            raise BinaryError(f"more than {MOST_CODE // 1024**2} MiB of code, as no page has", path=self._path)
        steps: list[str] = []
        inner: list[tuple[int, int]] = []
        literals: list[tuple[Literal, int]] = []
        for opcode, token in iter_references(code):
            table, row = self._resolved(token)
            if opcode == LOAD_STRING:
                found = self._strings.literal(row) if table == _STRING else None
                if found is not None:
                    literals.append((found, len(steps)))
            elif table == _MEMBER:
                own = self._own_of_row(row)
                if own is None:
                    steps.append(_at(self._members, row))
                else:
                    inner.append((own, len(steps)))
            elif table == _METHOD:
                inner.append((row - 1, len(steps)))
        return Body(tuple(steps), tuple(inner), tuple(literals))

    def _resolved(self, token: int) -> tuple[int, int]:
        """Return the table and row of a member; for an instance of a generic method, those of the method."""
        table, row = token >> 24 & 0xFF, token & 0xFFFFFF
        if table == _SPEC and 1 <= row <= len(self._specs):
            coded = self._specs[row - 1][0]
            return (_MEMBER if coded & 1 else _METHOD), coded >> 1
        return table, row

    def _code(self, rva: int) -> bytes:
        if not rva:
            return b""
        where = code_range(self._at_address(rva, _FAT_HEADER))
        return b"" if where is None or where[1] > LARGEST_CODE else self._at_address(rva + where[0], where[1])

    def _at_address(self, rva: int, size: int) -> bytes:
        try:
            return bytes(self._image.get_data(rva, size))
        except failures() as error:
            raise BinaryError("its code lies outside the file", path=self._path) from error


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


def _texts(value: bytes) -> Iterator[str]:
    """Yield the texts at the start of the arguments of an attribute. Source: ECMA-335, II.23.3."""
    at = 2
    while at < len(value) - 2 and value[at] != 0xFF:
        size, start = number_at(value, at)
        raw = value[start : start + size]
        if len(raw) < size or not size or not raw.isascii():
            return
        yield raw.decode("ascii")
        at = start + size


def _owner_and_name(name: str) -> tuple[str, str]:
    """Split the full name of a method, whose own name may start with a dot."""
    owner, _, last = name.rpartition(".")
    return (owner[:-1], f".{last}") if owner.endswith(".") else (owner, last)


def _at(names: list[str], row: int) -> str:
    """Return the name of a row, counted from 1, or ``""``."""
    return names[row - 1] if 1 <= row <= len(names) else ""
