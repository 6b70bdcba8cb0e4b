"""web.config files, and the settings of a directory by a chain of them below applicationHost.config."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, TypeVar

from webshellhunt.errors import ConfigError
from webshellhunt.host.iis import sections
from webshellhunt.host.iis.application_host import ServerConfig
from webshellhunt.host.iis.handler_mappings import AppliedBlock, added_mappings
from webshellhunt.host.iis.sections import ReadExternal, Settings, SettingsBlock
from webshellhunt.host.iis.xml_tree import parse_xml, salvage_xml
from webshellhunt.model.settings import PageSettings

_STOCK_LANGUAGES: Final = {
    **dict.fromkeys(("c#", "cs", "csharp"), "c#"),
    **dict.fromkeys(("vb", "vbs", "visualbasic", "vbscript"), "vb"),
    **dict.fromkeys(("js", "jscript", "javascript"), "jscript"),
}
_COMPILERS: Final = {"csharpcodeprovider": "c#", "vbcodeprovider": "vb", "jscriptcodeprovider": "jscript"}

_T = TypeVar("_T")


class DirectoryConfig(NamedTuple):
    """The settings of one web.config or machine.config.

    ``broken`` is true for a file that the server rejects: its settings are not in force, its mappings are attempts.
    """

    path: str
    settings: Settings = Settings()
    broken: bool = False


class ChainLink(NamedTuple):
    """One configuration in force for a directory, and the relative path of the directory.

    ``below`` is ``""`` for the directory's own web.config, ``auth/Current`` for one two levels up, and the whole IIS
    location (``Default Web Site/owa/auth``) for the framework's machine.config and root web.config.
    """

    config: DirectoryConfig
    below: str = ""


def parse_web_config(
    data: bytes, path: str, *, read_external: ReadExternal | None = None, salvage: bool = False
) -> DirectoryConfig:
    """Read a web.config; ``path`` is its path as reports show it.

    ``read_external`` reads the files in ``configSource`` attributes, relative to this one. With ``salvage`` a file that
    the server rejects is read as far as possible, and marked as broken.

    Raises:
        ConfigError: The file is not acceptable XML; with ``salvage`` only if no part of it can be read.
    """
    try:
        return DirectoryConfig(path, sections.read_settings(parse_xml(data, path), path, read_external))
    except ConfigError as error:
        partial = salvage_xml(data, path)[0] if salvage else None
        if partial is None:
            raise error from None
    return DirectoryConfig(path, sections.read_settings(partial, path), broken=True)


def effective_settings(server: ServerConfig | None, location: str | None, chain: Sequence[ChainLink]) -> PageSettings:
    """Return the settings in force for the files directly in one directory.

    Args:
        server: The content of applicationHost.config, if the source contains it.
        location: The directory's IIS location, such as ``Default Web Site/owa/auth``; ``None`` if no site serves it.
        chain: The configurations above the directory, outermost first.
    """
    target = sections.split_location(location or "")
    applied = list(_applied(server, target, chain))
    applied.sort(key=lambda each: each.depth)  # .NET and IIS sort by the location of a block, then by the file
    settings = PageSettings()
    in_force = [each for each in applied if each.file_name is None]
    aspnet = [each for each in in_force if not each.server]
    aliases = _language_aliases(aspnet)
    language = _last(each.block.default_language for each in aspnet if each.is_in_force(sections.COMPILATION))
    asp = [each.block for each in in_force if each.is_in_force(sections.ASP)]
    code_page = _last(block.asp_code_page for block in asp)
    return settings._replace(
        file_encoding=_last(each.block.file_encoding for each in aspnet if each.is_in_force(sections.GLOBALIZATION))
        or settings.file_encoding,
        default_language=_canonical(language, aliases) if language else settings.default_language,
        asp_language=(_last(block.asp_language for block in asp) or settings.asp_language).lower(),
        asp_code_page=settings.asp_code_page if code_page is None else code_page or None,
        language_aliases=tuple(pair for pair in aliases.items() if _STOCK_LANGUAGES.get(pair[0]) != pair[1]),
        mappings=added_mappings(applied, target or _longest(chain)),
        locked_sections=frozenset(
            name
            for name in sections.REPORTED_WHEN_LOCKED
            if server is not None and target and server.locks(name, target)
        ),
        is_of_server=server is not None,
    )


def _longest(chain: Sequence[ChainLink]) -> tuple[str, ...]:
    return max((sections.split_location(link.below) for link in chain), key=len, default=())


def _applied(
    server: ServerConfig | None, target: tuple[str, ...], chain: Sequence[ChainLink]
) -> Iterator[AppliedBlock]:
    """Yield every block of the server and the chain that applies to the directory, file by file."""
    belows = [sections.split_location(link.below) for link in chain]
    total = max([len(target), *map(len, belows)])
    application = server.application_depth(target) if server is not None else None
    if server is not None:
        for block, file_name in server.settings.applying_to(target):
            if target or not block.parts:
                yield AppliedBlock(block, len(block.parts), file_name, server=True)
    denied: dict[str, int] = {}
    for link, below in zip(chain, belows, strict=True):
        base = total - len(below)
        mine: list[tuple[str, int]] = []
        for block, file_name in link.config.settings.applying_to(below):
            depth = base + len(block.parts)
            if not block.inherits and application is not None and depth < application:
                continue  # not inherited by child applications, and the directory is in one
            # Only a location of the server can be looked up: that of the link, or of the block below it.
            place = target[:depth] if target and below == target[base:] else None
            locked = block.sections if link.config.broken else _locked(server, place, block, depth, denied)
            yield AppliedBlock(block, depth, file_name, locked=locked)
            if block.override is False and file_name is None:
                mine += [(section, depth) for section in block.sections]
        for section, depth in mine:  # a lock applies to the files of deeper directories, not to the file that sets it
            denied[section] = min(depth, denied.get(section, depth))


def _locked(
    server: ServerConfig | None,
    place: tuple[str, ...] | None,
    block: SettingsBlock,
    depth: int,
    denied: Mapping[str, int],
) -> frozenset[str]:
    """Return the sections of a block that an outer configuration or the schema locks."""
    locked = {section for section in block.sections if denied.get(section, depth + 1) <= depth}
    if server is not None and place:
        locked.update(section for section in block.sections if server.locks(section, place))
        application = server.application_depth(place)
        if block.build_providers and application is not None and application < len(place):
            locked.add(sections.COMPILATION)  # CompilationSection.PostDeserialize rejects them below an application
    return frozenset(locked)


def _last(values: Iterable[_T | None]) -> _T | None:
    """Return the innermost value that is not ``None``."""
    last = None
    for value in values:
        last = value if value is not None else last
    return last


def _language_aliases(aspnet: Iterable[AppliedBlock]) -> dict[str, str]:
    """Return the language of each alias of the configured compilers."""
    aliases: dict[str, str] = {}
    for each in aspnet:
        if each.is_in_force(sections.CODEDOM) or each.is_in_force(sections.COMPILATION):
            for alias, provider in each.block.compilers:
                language = _COMPILERS.get(provider.rpartition(".")[2])
                if language is not None:
                    aliases[alias] = language
    return aliases


def _canonical(language: str, aliases: dict[str, str]) -> str:
    name = language.lower()
    return aliases.get(name) or _STOCK_LANGUAGES.get(name, name)
