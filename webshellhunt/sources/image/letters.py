r"""Drive letters of the volumes in an image: those that its registry states, else assumed ones.

The system notes the letter of each drive with the number of its disk in the SYSTEM hive (``MountedDevices``). Its
values are searched for by their names, since the hive is not read otherwise here.

Source:
    Microsoft, "Supporting Mount Manager Requests in a Storage Class Driver"; the format of hives (``vk`` cells).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from webshellhunt.errors import SourceError
from webshellhunt.model.artifact import EntryKind
from webshellhunt.ntfs.records import ROOT
from webshellhunt.sources.drives import has_server_folder
from webshellhunt.sources.image.ntfs.index import Name
from webshellhunt.sources.image.ntfs.volume import NtfsVolume
from webshellhunt.sources.image.partitions import Partition

_SYSTEM32: Final = ("Windows", "System32")
_HIVE: Final = ("Windows", "System32", "config", "SYSTEM")
_MOST_HIVE_BYTES: Final = 256 * 1024 * 1024
_FIRST_BIN: Final = 4096
_NAME: Final = b"\\DosDevices\\"
_NAME_BYTES: Final = len(_NAME) + 2
_VALUE: Final = struct.Struct("<i2sHIIIHH")
_IN_PLACE: Final = 0x8000_0000
_MOST_DATA_BYTES: Final = 64
_AS_ASSUMED: Final = "CDEFGHIJKLMNOPQRSTUVWXYZ"
_STARTER: Final = ("bootmgr", "Boot")
_DRIVE_FOLDER: Final = re.compile(r"(?i)[A-Za-z](?::|%3A)?")
_OF_DRIVE: Final = ("Users", "$MFT")
_MOST_FOLDERS: Final = 200


class Lettered(NamedTuple):
    """A volume by its number, with its letter, empty for none; ``assumed`` is true if no registry states the letter."""

    number: int
    letter: str
    assumed: bool


def letters_of(volumes: Sequence[tuple[Partition, NtfsVolume]]) -> list[Lettered]:
    """Return the volumes with their letters, the system volume first.

    Without a registry the system volume is ``C``, and the others have the next letters, except for one that only starts
    the system, and for one that no partition names, next to others.
    """
    systems = [_has(volume, _SYSTEM32) for _, volume in volumes]
    listed = [partition.is_listed for partition, _ in volumes]
    order = sorted(range(len(volumes)), key=lambda number: (not systems[number], not listed[number], number))
    known = _known_letters(volumes, [number for number in order if systems[number]])
    free = iter(letter for letter in _AS_ASSUMED if letter not in known.values())
    found: list[Lettered] = []
    for number in order:
        if number in known:
            found.append(Lettered(number, known[number], False))
        elif known or (any(listed) and not listed[number]) or (not systems[number] and _is_starter(volumes[number][1])):
            found.append(Lettered(number, "", False))
        else:
            found.append(Lettered(number, next(free, ""), True))
    return found


def _is_starter(volume: NtfsVolume) -> bool:
    """Return True for a volume that only starts the system."""
    return any(_has(volume, (name,)) for name in _STARTER)


def is_collection(volumes: Sequence[NtfsVolume]) -> bool:
    """Return True if the volumes are not those of a server, but have its files in folders of drives, as collectors do.

    KAPE writes its collection into a virtual disk with a folder ``C``.
    """
    tops = [(each.name for each in _folders(volume, ROOT)) for volume in volumes]
    return not any(map(has_server_folder, tops)) and any(map(_has_drive_folder, volumes))


def _has_drive_folder(volume: NtfsVolume) -> bool:
    """Return True if a directory at the top, or in one there, is named like a drive and has something of one in it."""
    top = _folders(volume, ROOT)
    places = [top, *(_folders(volume, each.number) for each in top[:_MOST_FOLDERS])]
    return any(
        _DRIVE_FOLDER.fullmatch(each.name) and _is_drive(volume, each.number) for place in places for each in place
    )


def _is_drive(volume: NtfsVolume, number: int) -> bool:
    try:
        directory = volume.directory(number)
        names = (each.name for each in directory.names.values())
        return has_server_folder(names) or any(directory.find(name) is not None for name in _OF_DRIVE)
    except SourceError:
        return False


def _folders(volume: NtfsVolume, number: int) -> list[Name]:
    try:
        names = volume.directory(number).names.values()
    except SourceError:
        return []
    return [each for each in names if volume.kind(each) is EntryKind.DIRECTORY]


def mounted_devices(hive: bytes) -> Mapping[bytes, str]:
    """Return the letters in a SYSTEM hive by the identities of their partitions."""
    found: dict[bytes, str] = {}
    for at in _places(hive):
        if at < _FIRST_BIN + _VALUE.size:
            continue
        size, mark, length, data_bytes, data_at, _, flags, _ = _VALUE.unpack_from(hive, at - _VALUE.size)
        letter = hive[at + len(_NAME) : at + _NAME_BYTES]
        if size >= 0 or mark != b"vk" or length != _NAME_BYTES or not flags & 1 or letter[1:] != b":":
            continue
        if letter[:1].isalpha() and 0 < data_bytes <= _MOST_DATA_BYTES and not data_bytes & _IN_PLACE:
            start = _FIRST_BIN + data_at + 4
            found[hive[start : start + data_bytes]] = letter[:1].decode("ascii").upper()
    return found


def _places(hive: bytes) -> Iterator[int]:
    at = hive.find(_NAME)
    while at >= 0:
        yield at
        at = hive.find(_NAME, at + 1)


def _known_letters(volumes: Sequence[tuple[Partition, NtfsVolume]], systems: Sequence[int]) -> dict[int, str]:
    """Return the letters of the volumes that the first system with a readable hive notes."""
    for system in systems:
        devices = mounted_devices(_hive(volumes[system][1]))
        found = {
            number: devices[partition.identity]
            for number, (partition, _) in enumerate(volumes)
            if partition.identity in devices
        }
        if system in found and len(set(found.values())) == len(found):
            return found
    return {}


def _hive(volume: NtfsVolume) -> bytes:
    try:
        found = volume.find(_HIVE)
        return b"" if found is None else volume.stream(found).read(0, _MOST_HIVE_BYTES)
    except SourceError:
        return b""


def _has(volume: NtfsVolume, names: Sequence[str]) -> bool:
    try:
        return volume.find(names) is not None
    except SourceError:
        return False
