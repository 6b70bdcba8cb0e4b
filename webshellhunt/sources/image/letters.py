"""Drive letters of the volumes in an image."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from webshellhunt.sources.image.ntfs.volume import NtfsVolume
from webshellhunt.sources.image.partitions import Partition


class Lettered(NamedTuple):
    """A volume by its index, with its letter, empty for none; ``assumed`` is true if no registry states it."""

    index: int
    letter: str
    assumed: bool


def letters_of(volumes: Sequence[tuple[Partition, NtfsVolume]]) -> list[Lettered]:
    """Return the volumes with their letters: the system volume first."""
    has_windows = [volume.find(["Windows", "System32"]) is not None for _, volume in volumes]
    order = sorted(range(len(volumes)), key=lambda index: (not has_windows[index], index))
    letters = iter("CDEFGHIJKLMNOPQRSTUVWXYZ")
    return [Lettered(index, next(letters, ""), True) for index in order]
