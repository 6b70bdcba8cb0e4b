r"""Evidence of autostarts and of compiled code in a source: hives, services, tasks and assemblies, each held or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from webshellhunt.host.machine.paths import Lookup
from webshellhunt.host.machine.registry_hives import HiveKind, held_kinds
from webshellhunt.host.machine.volumes import HostPaths
from webshellhunt.model.artifact import EntryKind
from webshellhunt.model.findings import Gap
from webshellhunt.model.places import Root
from webshellhunt.model.report import InputState

NOT_COLLECTED: Final = "hives-not-collected"
_CONFIG = "Windows\\System32\\config"
_TASKS = ("Windows", "System32", "Tasks")
_SYSTEM32 = ("Windows", "System32")
_CACHES = (("Windows", "Microsoft.NET", "assembly"), ("Windows", "assembly"))
_UNSEEN = {
    HiveKind.SYSTEM: "services and drivers",
    HiveKind.SOFTWARE: "registered tasks and programs that start with Windows",
}


class HeldEvidence(NamedTuple):
    """The states of four inputs, and the kinds of hives in the source."""

    hives: InputState
    services: InputState
    tasks: InputState
    assemblies: InputState
    kinds: frozenset[HiveKind]


def find_held_evidence(paths: HostPaths, roots: Iterable[Root]) -> HeldEvidence:
    """Return which evidence of autostarts and compiled code a source has."""
    lookup = paths.lookup
    kinds = held_kinds(paths)
    tops = [volume.top for volume in paths.volumes]
    has_files = any(_has_entries(lookup, top, _TASKS) for top in tops)
    has_cache = any(_has_entries(lookup, top, names) for top in tops for names in _CACHES)
    has_system = HiveKind.SYSTEM in kinds
    return HeldEvidence(
        hives=_state(has_system, HiveKind.SOFTWARE in kinds, HiveKind.USER in kinds),
        services=_state(has_system),
        tasks=_state(has_files, HiveKind.SOFTWARE in kinds),
        assemblies=_state(any(_has_libraries(lookup, root) for root in roots), has_cache),
        kinds=kinds,
    )


def uncollected_hives(paths: HostPaths, held: HeldEvidence) -> Iterator[Gap]:
    """Yield a gap if a system or a collection of one lacks its hives; it matters."""
    lacking = [kind for kind in _UNSEEN if kind not in held.kinds]
    for volume in paths.volumes:
        if paths.lookup.find(volume.top, _SYSTEM32) is not None and lacking:
            unseen = ", ".join(_UNSEEN[kind] for kind in lacking)
            names = " or ".join(kind.upper() for kind in lacking)
            reason = f"{unseen} were not examined: the hive {names} was not collected"
            yield Gap(NOT_COLLECTED, "survey", f"{volume.letter}:\\{_CONFIG}", reason, matters=True)
            return


def _state(*parts: bool) -> InputState:
    if all(parts):
        return InputState.HELD
    return InputState.PARTIAL if any(parts) else InputState.MISSING


def _has_entries(lookup: Lookup, top: str, names: tuple[str, ...]) -> bool:
    return any(lookup.names(entry.path) for entry in lookup.find_all(top, names) if entry.kind is EntryKind.DIRECTORY)


def _has_libraries(lookup: Lookup, root: Root) -> bool:
    folders = lookup.find_all(root.path, ("bin",))
    return any(name.lower().endswith(".dll") for folder in folders for name in lookup.names(folder.path))
