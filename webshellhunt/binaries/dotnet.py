""".NET assemblies: types, members, literals and the calls of each method, read from metadata. The one door to dnfile.

Nothing is loaded or executed. Evidence often contains damaged assemblies; each failure becomes one ``BinaryError``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
_TYPE_DEF, _FIELD, _METHOD, _MEMBER, _SPEC, _STRING = 0x02, 0x04, 0x06, 0x0A, 0x2B, 0x70
_READ_TABLES = ("TypeRef", "TypeDef", "MethodDef", "MemberRef", "MethodSpec", "TypeSpec", "Field", "CustomAttribute")
_HAS_THIS, _GENERIC, _VOID, _MODIFIERS, _VALUE_TYPE, _INSTANCE = 0x20, 0x10, 0x01, (0x1F, 0x20), 0x11, 0x15
_ACCESS, _PUBLIC = 0x7, 0x6
_FIELD_MARK, _OF_ASSEMBLY, _BY_REFERENCE = 0x06, 14, 3
_LARGEST_ARRAY, _MOST_PARAMETERS = 4096, 64


class Literal(NamedTuple):
    """A string literal and its byte range in the file, two bytes a character."""

    text: str
    span: Span


class Type(NamedTuple):
    """A type of the assembly with its namespace, its base type (``""``: none), its interfaces and own methods."""

    name: str
    base: str
    interfaces: tuple[str, ...] = ()
    methods: range = range(0)


class Attribute(NamedTuple):
    """An attribute of the assembly itself, and the texts among its arguments; types are such texts."""

    name: str
    texts: tuple[str, ...]


class Member(NamedTuple):
    """A member that an instruction refers to: its full name, and for a method of this assembly its index.

    ``parameters`` does not count the object that a method ``has_this`` for. ``takes`` is the type of the first one in
    hexadecimal, as a signature has it (``0e`` a text, ``1d05`` an array of bytes), if the result has a simple type.
    """

    name: str
    method: int | None = None
    parameters: int = 0
    has_this: bool = False
    returns: bool = False
    takes: str = ""


class Method(NamedTuple):
    """A method with the members, methods and strings that its code references, in code order.

    ``steps`` are members of other assemblies by full name (``System.Web.HttpRequest.get_Item``); ``inner`` the indices
    of methods of this assembly that it calls, ``literals`` its strings, each with the number of steps before it.
    ``code`` are its instructions; ``native`` is the function of Windows that it stands for.
    """

    owner: str
    name: str
    steps: tuple[str, ...] = ()
    inner: tuple[tuple[int, int], ...] = ()
    literals: tuple[tuple[Literal, int], ...] = ()
    code: bytes = b""
    native: str = ""
    is_public: bool = False


@dataclass(frozen=True, eq=False)
class Assembly:
    """The metadata of an assembly.

    ``tokens`` has the member, field or text that each token in code refers to; a field is its name with that of its
    type, and an array of constant bytes is those bytes.
    """

    name: str
    types: tuple[Type, ...]
    members: frozenset[str]
    methods: tuple[Method, ...]
    literals: tuple[Literal, ...]
    attributes: tuple[Attribute, ...] = ()
    public_key: bytes = b""
    version: str = ""
    tokens: Mapping[int, Member | str | bytes] = field(default_factory=dict)

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
        self._loaded: dict[int, str] = {}
        heap = image.net.user_strings
        self._strings = b"" if heap is None else bytes(heap.__data__)
        self._strings_at = 0 if heap is None else int(heap.file_offset or 0)
        rows = sum(len(self._rows(name)) for name in _READ_TABLES)
        if rows > MOST_ROWS:
            raise BinaryError(f"its tables have {rows} rows, more than any page's have", path=path)
        self._references = [_full_name(row.TypeNamespace, row.TypeName) for row in self._rows("TypeRef")]
        self._definitions = [_full_name(row.TypeNamespace, row.TypeName) for row in self._rows("TypeDef")]
        self._blobs = b"" if image.net.blobs is None else bytes(image.net.blobs.__data__)
        self._instances = [self._instance(self._blob(row.struct.Signature_BlobIndex)) for row in self._rows("TypeSpec")]
        self._members = [f"{self._parent(row.struct.Class_CodedIndex)}.{row.Name}" for row in self._rows("MemberRef")]
        self._specs = [int(row.struct.Method_CodedIndex) for row in self._rows("MethodSpec")]

    def read(self) -> Assembly:
        rows = self._rows("Assembly")
        row = rows[0] if rows else None
        methods = tuple(self._methods())
        return Assembly(
            name=str(row.Name or "") if row else "",
            types=tuple(self._types()),
            members=frozenset(self._members),
            methods=methods,
            literals=tuple(self._all_literals()),
            attributes=tuple(self._attributes()),
            public_key=self._blob(row.struct.PublicKey_BlobIndex) if row else b"",
            version=".".join(map(str, (row.MajorVersion, row.MinorVersion, row.BuildNumber, row.RevisionNumber)))
            if row
            else "",
            tokens=self._tokens(methods),
        )

    def _types(self) -> Iterator[Type]:
        interfaces: dict[int, list[str]] = {}
        for row in self._rows("InterfaceImpl"):
            interfaces.setdefault(row.struct.Class_Index, []).append(self._type(row.struct.Interface_CodedIndex))
        rows = self._rows("TypeDef")
        ends = [int(row.struct.MethodList_Index) for row in rows[1:]] + [len(self._rows("MethodDef")) + 1]
        for index, (name, row, end) in enumerate(zip(self._definitions, rows, ends, strict=True), 1):
            methods = range(int(row.struct.MethodList_Index) - 1, end - 1)
            yield Type(name, self._type(row.struct.Extends_CodedIndex), tuple(interfaces.get(index, ())), methods)

    def _attributes(self) -> Iterator[Attribute]:
        """Yield the attributes of the assembly. Source: ECMA-335, II.22.10 and II.23.3."""
        for row in self._rows("CustomAttribute"):
            if row.struct.Parent_CodedIndex & 0x1F == _OF_ASSEMBLY:
                coded = row.struct.Type_CodedIndex
                name = _at(self._members, coded >> 3) if coded & 7 == _BY_REFERENCE else ""
                value = self._blob(row.struct.Value_BlobIndex)
                yield Attribute(name.removesuffix("..ctor"), tuple(_texts(value)))

    def _tokens(self, methods: Sequence[Method]) -> dict[int, Member | str | bytes]:
        own = {(method.owner, method.name): index for index, method in enumerate(methods)}
        found: dict[int, Member | str | bytes] = {**self._loaded, **dict(self._fields())}
        for index, row in enumerate(self._rows("MethodDef")):
            name = f"{methods[index].owner}.{methods[index].name}"
            found[_METHOD << 24 | index + 1] = _member(name, index, self._blob(row.struct.Signature_BlobIndex))
        for index, row in enumerate(self._rows("MemberRef")):
            name, signature = self._members[index], self._blob(row.struct.Signature_BlobIndex)
            method = own.get(_owner_and_name(name))
            is_field = signature[:1] == bytes((_FIELD_MARK,))
            found[_MEMBER << 24 | index + 1] = name if is_field else _member(name, method, signature)
        for index, coded in enumerate(self._specs):
            of_method = (_MEMBER if coded & 1 else _METHOD) << 24 | coded >> 1
            found[_SPEC << 24 | index + 1] = found.get(of_method, "")
        return found

    def _fields(self) -> Iterator[tuple[int, str | bytes]]:
        owners = [int(row.struct.FieldList_Index) for row in self._rows("TypeDef")]
        data = {row.struct.Field_Index: int(row.struct.Rva) for row in self._rows("FieldRva")}
        owner = -1
        for index, row in enumerate(self._rows("Field"), 1):
            while owner + 1 < len(owners) and owners[owner + 1] <= index:
                owner += 1
            name = f"{self._definitions[owner]}.{row.Name}" if owner >= 0 else str(row.Name)
            size = self._array_size(self._blob(row.struct.Signature_BlobIndex)) if index in data else 0
            yield _FIELD << 24 | index, bytes(self._image.get_data(data[index], size)) if size else name

    def _array_size(self, signature: bytes) -> int:
        """Return the size of a constant array by the name of its type, which compilers end in ``=<bytes>``."""
        if signature[1:2] != bytes((_VALUE_TYPE,)):
            return 0
        size = self._type(_number(signature, 2)[0]).rpartition("=")[2]
        return min(int(size), _LARGEST_ARRAY) if size.isdecimal() and len(size) < 8 else 0

    def _blob(self, offset: int) -> bytes:
        size, start = _number(self._blobs, offset)
        return self._blobs[start : start + size]

    def _instance(self, signature: bytes) -> str:
        """Return the name of the generic type that a TypeSpec is an instance of, or ``""``."""
        return self._type(_number(signature, 2)[0]) if signature[:1] == bytes((_INSTANCE,)) else ""

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
        names = {0: self._definitions, 1: self._references, 2: getattr(self, "_instances", [])}.get(coded & 3, [])
        return _at(names, coded >> 2)

    def _parent(self, coded: int) -> str:
        """Return the name that a MemberRefParent refers to; array types have none."""
        names = {0: self._definitions, 1: self._references, 4: self._instances}.get(coded & 7, [])
        return _at(names, coded >> 3)

    def _methods(self) -> Iterator[Method]:
        rows = self._rows("MethodDef")
        starts = [int(row.struct.MethodList_Index) for row in self._rows("TypeDef")]
        # A coded index of one bit: 1 is a method.
        natives = {row.struct.MemberForwarded_CodedIndex >> 1: str(row.ImportName) for row in self._rows("ImplMap")}
        owner = -1
        for index, row in enumerate(rows, 1):
            while owner + 1 < len(starts) and starts[owner + 1] <= index:
                owner += 1
            name = self._definitions[owner] if owner >= 0 else ""
            is_public = row.struct.Flags & _ACCESS == _PUBLIC
            method = self._method(name, str(row.Name or ""), int(row.Rva))
            yield method._replace(native=natives.get(index, ""), is_public=is_public)

    def _method(self, owner: str, name: str, rva: int) -> Method:
        code = self._code(rva)
        steps: list[str] = []
        inner: list[tuple[int, int]] = []
        literals: list[tuple[Literal, int]] = []
        for opcode, token in iter_operands(code):
            self._steps += 1
            if self._steps > MOST_STEPS:
                raise BinaryError(f"more than {MOST_STEPS} instructions, as no page has", path=self._path)
            if opcode == LOAD_STRING and token >> 24 == _STRING:
                found = self._literal(token & 0xFFFFFF)
                if found is not None:
                    self._loaded[token] = found.text
                    literals.append((found, len(steps)))
            elif opcode in CALLS:
                table, row = self._resolved(token)
                if table == _MEMBER:
                    steps.append(_at(self._members, row))
                elif table == _METHOD:
                    inner.append((row - 1, len(steps)))
        return Method(owner, name, tuple(steps), tuple(inner), tuple(literals), code)

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


def _number(blob: bytes, at: int) -> tuple[int, int]:
    """Return a compressed number in a blob, and the offset after it. Source: ECMA-335, II.23.2."""
    first = blob[at] if at < len(blob) else 0
    width = 1 if first < 0x80 else 2 if first < 0xC0 else 4
    value = int.from_bytes(blob[at : at + width], "big") & {1: 0x7F, 2: 0x3FFF, 4: 0x1FFFFFFF}[width]
    return value, at + width


def _member(name: str, method: int | None, signature: bytes) -> Member:
    """Return a method by its signature. Source: ECMA-335, II.23.2.1."""
    convention = signature[0] if signature else 0
    at = _number(signature, 1)[1] if convention & _GENERIC else 1
    parameters, at = _number(signature, at)
    while signature[at : at + 1] and signature[at] in _MODIFIERS:
        at = _number(signature, at + 1)[1]
    returns = signature[at : at + 1] != bytes((_VOID,))
    first = _number(signature, at + 1)[1] if signature[at : at + 1] in (b"\x11", b"\x12") else at + 1
    takes = signature[first : first + 2].hex()
    return Member(name, method, min(parameters, _MOST_PARAMETERS), bool(convention & _HAS_THIS), returns, takes)


def _texts(value: bytes) -> Iterator[str]:
    """Yield the texts at the start of the arguments of an attribute. Source: ECMA-335, II.23.3."""
    at = 2
    while at < len(value) - 2 and value[at] != 0xFF:
        size, start = _number(value, at)
        raw = value[start : start + size]
        if len(raw) < size or not size or not raw.isascii():
            return
        yield raw.decode("ascii")
        at = start + size


def _owner_and_name(name: str) -> tuple[str, str]:
    """Split the full name of a method, whose own name may start with a dot."""
    owner, _, last = name.rpartition(".")
    return (owner[:-1], f".{last}") if owner.endswith(".") else (owner, last)


def _full_name(namespace: object, name: object) -> str:
    """Join a namespace and a name from the heap; an empty one is an object too."""
    above, own = str(namespace or ""), str(name or "")
    return f"{above}.{own}" if above else own


def _at(names: list[str], row: int) -> str:
    """Return the name of a row, counted from 1, or ``""``."""
    return names[row - 1] if 1 <= row <= len(names) else ""
