"""Handler mappings: the mappings that the blocks in force add to those of a stock server.

ASP.NET needs a handler and a build provider to run an additional extension, yet either one counts as a mapping: a build
provider lets any page include or load such a file, and the provider for a handler may be in a file that was not
collected. asp.dll needs the handler only. The handlers that activate WCF services do not compile: without a build
provider for the extension they add no page. A managed handler for *every* name adds nothing, since ASP.NET still uses
the build provider of the extension.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Final, NamedTuple

from webshellhunt.host.iis import sections
from webshellhunt.host.iis.handler_targets import (
    ASP_DLL,
    SERVICE_HANDLERS,
    STOCK_KINDS,
    extension_of,
    is_stock_handler,
    is_stock_provider,
    kind_of_handler,
    kind_of_provider,
)
from webshellhunt.host.iis.sections import Action, Change, SettingsBlock
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.settings import HandlerMapping, PageKind

MAX_MAPPINGS: Final = 128
_LONGEST_NAME: Final = 260
_STARS = lazy_pattern(r"\*{2,}+")


class AppliedBlock(NamedTuple):
    """One block that applies to a directory, with its depth, the file it is limited to, and its locked sections.

    ``server`` is true for a block of applicationHost.config, which .NET does not read.
    """

    block: SettingsBlock
    depth: int
    file_name: str | None = None
    server: bool = False
    locked: frozenset[str] = frozenset()

    def is_in_force(self, section: str) -> bool:
        """Return True if a section of the block is in force."""
        return section in self.block.sections and section not in self.locked


class _Added(NamedTuple):
    change: Change
    file_name: str | None
    locked: bool


def added_mappings(applied: Sequence[AppliedBlock], directory: tuple[str, ...]) -> tuple[HandlerMapping, ...]:
    """Return the mappings that the blocks add, innermost first, in the order in which the server evaluates them.

    The blocks are sorted outermost first. ``directory`` is the lower-case path or location of the directory, empty if
    unknown.
    """
    providers = _remaining(applied, sections.COMPILATION, lambda block: block.build_providers)
    built = {
        path: kind_of_provider(each.change.target)
        for each in reversed(providers)
        if not each.locked
        for path in each.change.paths
    }
    handlers = _remaining(applied, sections.HANDLERS, lambda block: block.handlers)
    http_handlers = _remaining(applied, sections.HTTP_HANDLERS, lambda block: block.http_handlers)
    found = [
        *_by_handlers(handlers, "handler", built, directory),
        *_by_handlers(http_handlers, "http-handler", built, directory),
        *_by_providers(providers),
    ]
    return tuple(_bounded(found))


def _remaining(
    applied: Iterable[AppliedBlock], section: str, changes_of: Callable[[SettingsBlock], tuple[Change, ...]]
) -> list[_Added]:
    """Return the elements of a collection after every ``remove`` and ``clear`` in force, innermost first.

    What a block removes for one file stays for the directory as a whole.
    """
    found: list[tuple[int, int, _Added]] = []
    removed: dict[tuple[str | None, str | None], int] = {}
    order = 0
    for rank, each in enumerate(applied):
        if each.server and section != sections.HANDLERS:
            continue
        locked = section in each.locked
        for change in changes_of(each.block):
            order += 1
            if change.action is Action.ADD:
                found.append((-rank, order, _Added(change, each.file_name, locked)))
            elif not locked:
                removed[each.file_name, None if change.action is Action.CLEAR else change.key] = order
    left = [
        (rank, added)
        for rank, at, added in found
        if added.locked
        or at > max(removed.get((file, key), 0) for file in (None, added.file_name) for key in (None, added.change.key))
    ]
    left.sort(key=lambda ranked: (ranked[0], ranked[1].locked))
    return [added for _, added in left]


def _by_handlers(
    handlers: Iterable[_Added], mapped_by: str, built: Mapping[str, PageKind | None], directory: tuple[str, ...]
) -> Iterator[HandlerMapping]:
    for added in handlers:
        change = added.change
        kind = kind_of_handler(change.target)
        for path in change.paths if kind is not None else ():
            pattern = _name_pattern(path, directory, added.file_name)
            if pattern is None or kind is None:
                continue
            extension = extension_of(pattern)
            if change.target != ASP_DLL:
                if not extension or (change.target in SERVICE_HANDLERS and not _is_built(extension, built)):
                    continue
                kind = _built_as(extension, kind, built)
            if not is_stock_handler(pattern, kind, change.target):
                place = (change.declared_in, mapped_by, change.line, added.locked, change.stock)
                yield HandlerMapping(pattern, kind, *place)


def _is_built(extension: str, built: Mapping[str, PageKind | None]) -> bool:
    """Return True if a build provider compiles files of an extension."""
    return extension in STOCK_KINDS or built.get(extension) is not None


def _built_as(extension: str, kind: PageKind, built: Mapping[str, PageKind | None]) -> PageKind:
    """Return the page kind of an extension: its build provider decides, the handler only invokes the provider."""
    stock = STOCK_KINDS.get(extension)
    return built.get(extension) or (stock if stock not in (None, PageKind.CLASSIC_ASP) else kind) or kind


def _by_providers(providers: Iterable[_Added]) -> Iterator[HandlerMapping]:
    for added in providers:
        change = added.change
        kind = kind_of_provider(change.target)
        for extension in change.paths if kind is not None else ():
            # asp.dll keeps its own extensions until another handler replaces it, and that handler is reported.
            if (
                kind is None
                or not extension.startswith(".")
                or is_stock_provider(extension, kind)
                or STOCK_KINDS.get(extension) is PageKind.CLASSIC_ASP
            ):
                continue
            pattern = _name_pattern("*" + extension, (), added.file_name)
            if pattern is not None:
                place = (change.declared_in, "build-provider", change.line, added.locked, change.stock)
                yield HandlerMapping(pattern, kind, *place)


def _name_pattern(path: str, directory: tuple[str, ...], file_name: str | None) -> str | None:
    """Return the file name pattern of a handler's path in a directory, or ``None`` if it matches no file there.

    ``[`` is not a wildcard for IIS. A path with folders counts if the path of the directory has the same folders.
    """
    folder, _, name = _STARS.sub("*", path.replace("\\", "/")).replace("[", "[[]").rpartition("/")
    folder = folder.strip("/")
    if not name or len(path) > _LONGEST_NAME:
        return None
    if folder and directory and not fnmatchcase(f"/{'/'.join(directory)}/", f"*/{folder}/*"):
        return None
    if file_name is None:
        return name
    if len(file_name) > _LONGEST_NAME or not fnmatchcase(file_name, name):
        return None
    return file_name.replace("[", "[[]")


def _bounded(mappings: Iterable[HandlerMapping]) -> Iterator[HandlerMapping]:
    """Yield each mapping once; above a limit the others become mappings of every name, so that none is hidden."""
    seen: set[tuple[str, PageKind, bool, bool]] = set()
    for each in mappings:
        mapping = each._replace(pattern="*", stock=False) if len(seen) >= MAX_MAPPINGS else each
        # A stock mapping and a mapping that someone added are never merged.
        key = (mapping.pattern, mapping.kind, mapping.locked, mapping.stock)
        if key not in seen:
            seen.add(key)
            yield mapping
