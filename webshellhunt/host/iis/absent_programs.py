"""Absent programs: programs that the configuration loads and that do not exist, or were not collected."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from webshellhunt.host.machine.paths import split_server_path
from webshellhunt.host.machine.volumes import HostPaths
from webshellhunt.model.artifact import EntryKind
from webshellhunt.model.findings import Gap

_KINDS = (".dll", ".exe")


class AbsentPrograms(NamedTuple):
    """Programs as the configuration writes their paths.

    ``absent`` programs do not exist although most others do, and although their folder contains programs. For
    ``uncollected`` programs the source does not show whether they exist.
    """

    absent: frozenset[str] = frozenset()
    uncollected: tuple[str, ...] = ()
    total: int = 0

    def gap(self, declared_in: str) -> Gap | None:
        """Return one gap for all programs that were not collected, or ``None`` if there is none."""
        if not self.uncollected:
            return None
        count = len(self.uncollected)
        reason = (
            f"{count} of the {self.total} native modules and filters that it loads were not collected "
            f"(for example {self.uncollected[0][:200]}), so their files were not examined"
        )
        return Gap("modules-not-collected", "survey", declared_in, reason)


def find_absent_programs(paths: HostPaths, targets: Iterable[str]) -> AbsentPrograms:
    """Return the programs that are absent or were not collected."""
    distinct = tuple(dict.fromkeys(targets))
    missing = [target for target in distinct if not paths.find_all(target)]
    if len(missing) * 2 > len(distinct):
        return AbsentPrograms(uncollected=tuple(missing), total=len(distinct))
    absent = frozenset(target for target in missing if _is_in_folder_of_programs(paths, target))
    return AbsentPrograms(absent, tuple(target for target in missing if target not in absent), len(distinct))


def _is_in_folder_of_programs(paths: HostPaths, target: str) -> bool:
    path = split_server_path(paths.expand(target))
    if path.letter is None or not path.names:
        return False
    folders = paths.find_all(str(path).rpartition("\\")[0])
    listed = (
        entry for each in folders if each.kind is EntryKind.DIRECTORY for entry in paths.lookup.entries(each.path)
    )
    return any(entry.name.lower().endswith(_KINDS) for entry in listed)
