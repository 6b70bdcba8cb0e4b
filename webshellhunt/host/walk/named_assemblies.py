r"""Assemblies outside the web directories: those that a configuration names, and the newest of the assembly cache.

The global assembly cache of a server has thousands of assemblies, nearly all of Microsoft. A module, handler or
provider there is named by a configuration with its token; a transport agent by its path in ``agents.config``.

Source: Microsoft, "Global Assembly Cache" (``assembly\GAC_MSIL\<name>\<version>\<name>.dll``).
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.errors import SourceError
from webshellhunt.host.walk.served_folders import find_current
from webshellhunt.host.walk.survey import Survey
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.model.limits import Limits

_NAMED = lazy_pattern(
    rb"(?i),\s{0,9}([\w.-]{1,200})\s{0,9},\s{0,9}Version\s{0,9}=[^\"'<>]{1,200}?PublicKeyToken\s{0,9}=\s{0,9}[0-9a-f]{16}"
)
_AGENT = lazy_pattern(rb"(?i)assemblyPath\s{0,9}=\s{0,9}[\"']([^\"'<>]{1,400})[\"']")
_CACHES = tuple(
    (*top, cache)
    for top in (("Windows", "Microsoft.NET", "assembly"), ("Windows", "assembly"))
    for cache in ("GAC_MSIL", "GAC_64", "GAC_32")
)
_FRAMEWORKS = tuple(
    ("Windows", "Microsoft.NET", framework, version, "Config", name)
    for framework in ("Framework64", "Framework")
    for version in ("v4.0.30319", "v2.0.50727")
    for name in ("web.config", "machine.config")
)
_AGENTS = tuple(
    ("TransportRoles", folder, name)
    for folder in ("Agents", "Shared")
    for name in ("agents.config", "fetagents.config")
)
_MOST_CONFIGURATIONS, _MOST_NAMED, _NEWEST = 300, 150, 20


def iter_named_assemblies(survey: Survey, limits: Limits) -> Iterator[Entry]:
    """Yield the assemblies that a configuration names, then the newest of each assembly cache; a bounded number."""
    names: dict[str, None] = {}
    for data in _configurations(survey, limits):
        names |= dict.fromkeys(found[1].decode("ascii").lower() for found in _NAMED.finditer(data))
        for found in _AGENT.finditer(data):
            yield from survey.paths.find_all(found[1].decode("utf-8", "replace"))
    for volume in survey.paths.volumes:
        for cache in (each for place in _CACHES for each in survey.paths.lookup.find_all(volume.top, place)):
            for name in list(names)[:_MOST_NAMED]:
                for folder in survey.paths.lookup.find_all(cache.path, (name,)):
                    yield from _assemblies(survey, folder)
            for folder in _newest(survey, cache):
                yield from _assemblies(survey, folder)


def _configurations(survey: Survey, limits: Limits) -> Iterator[bytes]:
    lookup = survey.paths.lookup
    entries = list(find_current(survey.paths))
    for volume in survey.paths.volumes:
        entries += (each for names in _FRAMEWORKS for each in lookup.find_all(volume.top, names))
    entries += (each for root in survey.roots for each in lookup.find_all(root.path, ("web.config",)))
    for install in survey.host.exchange:
        folders = survey.paths.find_all(install.path)
        entries += (each for top in folders for names in _AGENTS for each in lookup.find_all(top.path, names))
    for entry in entries[:_MOST_CONFIGURATIONS]:
        if entry.kind is EntryKind.FILE:
            try:
                yield lookup.source.read(entry.path, limits.config_bytes)
            except SourceError:
                continue  # the survey or the walk reports it


def _newest(survey: Survey, cache: Entry) -> list[Entry]:
    """Return the folders of a cache that were made last, if the times are those of the server."""
    folders = [
        (each.times.created_utc or each.times.modified_utc, each)
        for each in survey.paths.lookup.entries(cache.path)
        if each.kind is EntryKind.DIRECTORY and each.times.original
    ]
    dated = sorted(((time, each) for time, each in folders if time is not None), key=lambda pair: pair[0])
    return [each for _, each in dated[-_NEWEST:]]


def _assemblies(survey: Survey, folder: Entry) -> Iterator[Entry]:
    """Yield the assembly in each version of a folder of the cache."""
    for version in survey.paths.lookup.entries(folder.path):
        if version.kind is EntryKind.DIRECTORY:
            yield from survey.paths.lookup.find_all(version.path, (f"{folder.name}.dll",))
