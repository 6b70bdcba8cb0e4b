"""The sections of an IIS or ASP.NET configuration file that decide how files are read, block by block.

A file has one block of its own and one for each ``<location path>``. Collections keep their ``add``, ``remove`` and
``clear`` in order, since their result depends on the whole chain of files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from webshellhunt.errors import ConfigError
from webshellhunt.host.iis.stock_configuration import BUILD_PROVIDER, HANDLER, StockPlaces, is_stock
from webshellhunt.host.iis.xml_tree import Element, parse_xml

HANDLERS: Final = "system.webserver/handlers"
HTTP_HANDLERS: Final = "system.web/httphandlers"
COMPILATION: Final = "system.web/compilation"
GLOBALIZATION: Final = "system.web/globalization"
CODEDOM: Final = "system.codedom"
ASP: Final = "system.webserver/asp"
MODULES: Final = "system.webserver/modules"
LOGGING: Final = "system.webserver/httplogging"
REPORTED_WHEN_LOCKED: Final = (HANDLERS, MODULES, LOGGING)
_MAX_EXTERNALS: Final = 16
_MAX_CHANGES: Final = 5_000
_MAX_BLOCKS_AT_ONE_PLACE: Final = 1_000
SECTIONS: Final = frozenset({HANDLERS, HTTP_HANDLERS, COMPILATION, GLOBALIZATION, ASP, MODULES, LOGGING})
_GROUPS: Final = frozenset({"system.web", "system.webserver"})

MAX_LOCATION: Final = 1024
"""Maximum length of a location in characters, far above that of any real path."""

ReadExternal = Callable[[str], bytes | None]
"""Returns the content of a file named by ``configSource``, relative to the configuration file, or ``None``."""


class Action(StrEnum):
    """The operation of an element on a collection."""

    ADD = "add"
    REMOVE = "remove"
    CLEAR = "clear"


class Change(NamedTuple):
    """One ``add``, ``remove`` or ``clear`` of handlers, HTTP handlers or build providers.

    ``key`` identifies the element for ``remove``; ``paths`` are the patterns or the extension in lower case; ``target``
    is the bare lower-case type name or script processor. ``declared_in`` differs from the file of the block if
    ``configSource`` is used. ``stock`` is true for an element that a setup writes at this place.
    """

    action: Action
    key: str
    paths: tuple[str, ...]
    target: str
    line: int
    declared_in: str
    stock: bool = False


class SettingsBlock(NamedTuple):
    """The settings of one file for its own directory (``parts`` is empty) or for a path below it.

    ``location`` is as written, ``parts`` its names in lower case. ``override`` is the ``overrideMode`` or
    ``allowOverride`` of the ``sections`` in the block: false locks them for files in deeper directories, true unlocks
    them, ``None`` does neither. ``compilers`` are pairs of alias and type name.
    """

    location: str
    parts: tuple[str, ...] = ()
    override: bool | None = None
    inherits: bool = True
    sections: frozenset[str] = frozenset()
    handlers: tuple[Change, ...] = ()
    http_handlers: tuple[Change, ...] = ()
    build_providers: tuple[Change, ...] = ()
    compilers: tuple[tuple[str, str], ...] = ()
    file_encoding: str | None = None
    default_language: str | None = None
    asp_language: str | None = None
    asp_code_page: int | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """The blocks of one file, indexed by their location."""

    blocks: tuple[SettingsBlock, ...] = ()
    _directories: Mapping[tuple[str, ...], Sequence[SettingsBlock]] = field(default_factory=dict, repr=False)
    _files: Mapping[tuple[str, ...], Sequence[SettingsBlock]] = field(default_factory=dict, repr=False)

    def applying_to(self, below: tuple[str, ...]) -> Iterator[tuple[SettingsBlock, str | None]]:
        """Yield the blocks that apply to a directory, outermost first, then those for one file in it with its name.

        ``below`` is the lower-case path of the directory, relative to the directory of the configuration.
        """
        for depth in range(len(below) + 1):
            for block in self._directories.get(below[:depth], ()):
                yield block, None
        for block in self._files.get(below, ()):
            yield block, block.parts[-1]


def read_settings(root: Element, path: str, read_external: ReadExternal | None = None) -> Settings:
    """Return the non-empty blocks of a configuration in document order, the file's own block first.

    Raises:
        ConfigError: The root is not ``<configuration>``, a file named by ``configSource`` is broken (the server then
            rejects the whole configuration), or a collection or a location has thousands of entries.
    """
    if root.tag.lower() != "configuration":
        raise ConfigError(f"root element is {root.tag[:80]!r}, not <configuration>", path=path, line=root.line)
    externals, places = _Externals(path, read_external), StockPlaces(root, path)
    blocks: list[SettingsBlock] = []
    directories: dict[tuple[str, ...], list[SettingsBlock]] = {}
    files: dict[tuple[str, ...], list[SettingsBlock]] = {}
    waiting = [(root, "")]
    while waiting:
        element, location = waiting.pop()
        block = _read_block(element, location, path, externals, places)
        if block is not None:
            blocks.append(block)
            here = directories.setdefault(block.parts, [])
            here.append(block)
            of_file = files.setdefault(block.parts[:-1], []) if block.parts and "." in block.parts[-1] else []
            of_file.append(block)
            if max(len(here), len(of_file)) > _MAX_BLOCKS_AT_ONE_PLACE:
                reason = f"more than {_MAX_BLOCKS_AT_ONE_PLACE} <location> elements for one path"
                raise ConfigError(reason, path=path, line=element.line)
        inner = element.find_all("location")
        waiting += [(child, _join(location, child.get("path"))) for child in reversed(inner)]
    return Settings(tuple(blocks), directories, files)


def normalize_location(path: str) -> str:
    """Return an IIS location with single slashes between its names and without dots, case unchanged."""
    return "/".join(part for part in path[:MAX_LOCATION].replace("\\", "/").split("/") if part not in ("", "."))


def split_location(location: str) -> tuple[str, ...]:
    """Return the parts of a location in lower case, for comparisons."""
    normal = normalize_location(location.lower())
    return tuple(normal.split("/")) if normal else ()


def bare_type(text: str) -> str:
    """Return a .NET type name in lower case without its assembly."""
    return text.partition(",")[0].strip().lower()


def _join(outer: str, path: str) -> str:
    inner = normalize_location(path)
    return (f"{outer}/{inner}" if outer and inner else outer or inner)[:MAX_LOCATION]


def _read_block(
    element: Element, location: str, path: str, externals: _Externals, places: StockPlaces
) -> SettingsBlock | None:
    sections: dict[str, list[tuple[Element, str]]] = {}
    for name, section in _named_sections(element):
        sections.setdefault(name, []).append(externals.resolve(section, path))
    if not sections:
        return None
    place = places.of(location)
    compilation = [section for section, _ in sections.get(COMPILATION, ())]
    asp = [section for section, _ in sections.get(ASP, ())]
    return SettingsBlock(
        location=location,
        parts=split_location(location),
        override=_override(element),
        inherits=element.get("inheritInChildApplications").lower() != "false",
        sections=frozenset(sections),
        handlers=tuple(_changes(sections.get(HANDLERS, ()), _handler, place)),
        http_handlers=tuple(_changes(sections.get(HTTP_HANDLERS, ()), _http_handler)),
        build_providers=tuple(
            change
            for section, origin in sections.get(COMPILATION, ())
            for providers in section.find_all("buildProviders")
            for change in _changes([externals.resolve(providers, origin)], _build_provider, place)
        ),
        compilers=tuple(_compilers([section for section, _ in sections.get(CODEDOM, ())] + compilation)),
        file_encoding=_attribute([section for section, _ in sections.get(GLOBALIZATION, ())], "fileEncoding"),
        default_language=_attribute(compilation, "defaultLanguage"),
        asp_language=_attribute(asp, "scriptLanguage"),
        asp_code_page=_number(_attribute(asp, "codePage")),
    )


class _Externals:
    """Resolves ``configSource``; each file is read once, and the number of files is bounded."""

    def __init__(self, path: str, read: ReadExternal | None) -> None:
        self._path = path
        self._read = read
        self._cache: dict[str, Element | None] = {}

    def resolve(self, section: Element, origin: str) -> tuple[Element, str]:
        """Return the section in force, and the path of the file that contains it."""
        source = normalize_location(section.get("configSource"))
        if not source or self._read is None or ":" in source or ".." in source.split("/"):
            return section, origin
        here = self._path.replace("\\", "/").rfind("/") + 1
        external = self._path[:here] + (source.replace("/", "\\") if "\\" in self._path else source)
        if source not in self._cache and len(self._cache) < _MAX_EXTERNALS:
            data = self._read(source)
            self._cache[source] = None if data is None else parse_xml(data, external)
        root = self._cache.get(source)
        return (section, origin) if root is None else (root, external)


def _named_sections(element: Element) -> Iterator[tuple[str, Element]]:
    for child in element.children:
        group = child.tag.lower()
        if group == CODEDOM:
            yield group, child
        elif group in _GROUPS:
            for section in child.children:
                name = f"{group}/{section.tag.lower()}"
                if name in SECTIONS:
                    yield name, section


def _override(element: Element) -> bool | None:
    mode = element.get("overrideMode").lower()
    if mode in ("allow", "deny"):
        return mode == "allow"
    legacy = element.get("allowOverride").lower()
    return legacy == "true" if legacy in ("true", "false") else None


def _attribute(sections: list[Element], name: str) -> str | None:
    """Return the last non-empty value, since a repeated section extends the previous one."""
    return next((value for section in reversed(sections) if (value := section.get(name))), None)


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) <= 6 else None


def _changes(
    sections: list[tuple[Element, str]] | tuple[()],
    read: Callable[[Element], tuple[str, str, str]],
    place: str | None = None,
) -> Iterator[Change]:
    count, kind = 0, _KINDS.get(read, "")
    for section, origin in sections:
        for element in section.children:
            tag = element.tag.lower()
            if tag in ("add", "remove", "clear"):
                key, paths, target = read(element)
                parts = tuple(part.strip() for part in paths.lower().split(",") if part.strip())
                count += max(1, len(parts))
                if count > _MAX_CHANGES:
                    reason = f"more than {_MAX_CHANGES} entries in <{section.tag[:80]}>"
                    raise ConfigError(reason, path=origin, line=element.line)
                stock = tag == "add" and is_stock(kind, place, element)
                yield Change(Action(tag), key.lower(), parts, target, element.line, origin, stock)


def _handler(element: Element) -> tuple[str, str, str]:
    script = _script(element.get("scriptProcessor"))
    # IIS uses the module: with IsapiModule the type is ignored.
    isapi = script and "isapimodule" in element.get("modules").lower()
    target = script if isapi else bare_type(element.get("type")) or script
    return element.get("name"), element.get("path"), target


def _http_handler(element: Element) -> tuple[str, str, str]:
    return f"{element.get('verb')} {element.get('path')}", element.get("path"), bare_type(element.get("type"))


def _build_provider(element: Element) -> tuple[str, str, str]:
    extension = element.get("extension")
    return extension, extension, bare_type(element.get("type"))


_KINDS: Final[Mapping[Callable[[Element], tuple[str, str, str]], str]] = {
    _handler: HANDLER,
    _build_provider: BUILD_PROVIDER,
}
"""The kind of stock entries for each reader of elements."""


def _script(processor: str) -> str:
    """Return the file name of a script processor, without its folder, quotes and arguments."""
    program = processor.partition("|")[0].replace("\\", "/").rpartition("/")[2]
    return program.strip(" \"'").lower()


def _compilers(sections: list[Element]) -> Iterator[tuple[str, str]]:
    for section in sections:
        for compiler in section.find_all("compilers/compiler"):
            provider = bare_type(compiler.get("type"))
            for alias in compiler.get("language").lower().split(";"):
                if alias.strip():
                    yield alias.strip(), provider
