"""Drive letters: by the registry of the image, or assumed."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from tests.builders import ntfs_parts as parts
from webshellhunt.ntfs.records import DATA
from webshellhunt.sources.image.letters import Lettered, is_collection, letters_of, mounted_devices
from webshellhunt.sources.image.ntfs.volume import NtfsVolume
from webshellhunt.sources.image.partitions import Partition

DIRECTORY = 0x10000000


def hive(**letters: bytes) -> bytes:
    """Return the parts of a hive that note letters: a value for each, with its data in a cell of its own."""
    body = bytearray(4096)
    for letter, data in letters.items():
        name = f"\\DosDevices\\{letter}:".encode()
        at = len(body) - 4096
        body += struct.pack("<i", -72) + data.ljust(68, b"\0")
        body += struct.pack("<i2sHIIIHH", -48, b"vk", len(name), len(data), at, 3, 1, 0) + name.ljust(24, b"\0")
    return bytes(body)


def volume(*top: str, system: bytes | None = None, inside: Sequence[str] = ()) -> NtfsVolume:
    """Return a volume with directories at its top, each with those ``inside``; ``system`` is the SYSTEM hive."""

    def folder(*entries: bytes) -> bytes:
        return parts.record(parts.resident(0x90, parts.index_root(*entries), "$I30"), flags=3)

    below = [parts.index_entry(name, 31, flags=DIRECTORY) for name in ("System32", *inside)]
    records = {30: folder(*below)}
    records[31] = folder(parts.index_entry("config", 32, flags=DIRECTORY)) if system is not None else folder()
    records[32] = folder(parts.index_entry("SYSTEM", 33))
    records[33] = parts.record(parts.streamed(DATA, parts.runs((4, 40)), len(system or b"")))
    records[5] = folder(*(parts.index_entry(name, 30, flags=DIRECTORY) for name in top))
    data = parts.volume(records, {40: system or b""})
    return NtfsVolume(lambda offset, count: data[offset : offset + count], len(data))


def partition(number: int) -> Partition:
    return Partition(number << 20, 1 << 20, "NTFS", b"disk%08d" % number)


def test_the_letters_in_a_hive() -> None:
    assert mounted_devices(hive(C=b"disk00000001", d=b"DMIO:ID:0123456789abcdef")) == {
        b"disk00000001": "C",
        b"DMIO:ID:0123456789abcdef": "D",
    }


def test_a_deleted_value_does_not_count() -> None:
    data = bytearray(hive(C=b"disk00000001"))
    at = data.find(b"vk") - 4
    data[at : at + 4] = struct.pack("<i", 48)
    assert mounted_devices(bytes(data)) == {}


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    whole = bytes(4096) + data + b"\\DosDevices\\C:" + data
    assert isinstance(mounted_devices(whole), dict)


def test_the_registry_states_the_letters() -> None:
    system = hive(E=b"disk%08d" % 2, F=b"disk%08d" % 3)
    volumes = [
        (partition(1), volume("Boot")),
        (partition(2), volume("Windows", system=system)),
        (partition(3), volume()),
    ]
    assert letters_of(volumes) == [Lettered(1, "E", False), Lettered(0, "", False), Lettered(2, "F", False)]


def test_without_a_registry_the_system_volume_is_c() -> None:
    volumes = [(partition(1), volume("data")), (partition(2), volume("Windows")), (partition(3), volume("Boot"))]
    assert letters_of(volumes) == [Lettered(1, "C", True), Lettered(0, "D", True), Lettered(2, "", False)]


def test_a_volume_that_no_partition_names_has_no_letter_next_to_others() -> None:
    hidden = partition(1)._replace(identity=b"", is_listed=False)
    volumes = [(hidden, volume("Windows")), (partition(2), volume("Windows"))]
    assert letters_of(volumes) == [Lettered(1, "C", True), Lettered(0, "", False)]
    assert letters_of(volumes[:1]) == [Lettered(0, "C", True)]


def test_a_registry_of_another_disk_states_nothing() -> None:
    volumes = [(partition(1), volume("Windows", system=hive(C=b"disk%08d" % 9)))]
    assert letters_of(volumes) == [Lettered(0, "C", True)]


def test_more_volumes_than_letters() -> None:
    one = volume()
    found = letters_of([(partition(number), one) for number in range(30)])
    assert [each.letter for each in found][-7:] == ["Z", "", "", "", "", "", ""]


def test_a_collection_has_folders_of_drives_and_no_server() -> None:
    assert is_collection([volume("C", "kape.log", inside=["Windows"])])
    assert is_collection([volume("x"), volume("D%3a", inside=["inetpub"])])
    assert is_collection([volume("C", inside=["Program Files"])])
    assert not is_collection([volume("C", "Windows", inside=["Windows"])])
    assert not is_collection([volume("C", inside=["Users"]), volume("inetpub")])
    assert not is_collection([volume("data", "logs")])
    assert not is_collection([])


def one_folder_deeper(drive: str, *inside: str) -> NtfsVolume:
    def folder(name: str, number: int) -> bytes:
        entry = parts.index_entry(name, number, flags=DIRECTORY)
        return parts.record(parts.resident(0x90, parts.index_root(entry), "$I30"), flags=3)

    below = [parts.index_entry(name, 32) for name in inside]
    last = parts.record(parts.resident(0x90, parts.index_root(*below), "$I30"), flags=3)
    data = parts.volume({5: folder("sites", 30), 30: folder(drive, 31), 31: last})
    return NtfsVolume(lambda offset, count: data[offset : offset + count], len(data))


def test_a_collection_one_folder_deeper() -> None:
    assert is_collection([one_folder_deeper("C", "$MFT")])


def test_a_short_name_alone_is_no_drive() -> None:
    assert not is_collection([one_folder_deeper("a", "page.aspx")])
    assert not is_collection([volume("x")])
    file = parts.record(parts.resident(0x90, parts.index_root(parts.index_entry("x", 30)), "$I30"), flags=3)
    data = parts.volume({5: file})
    assert not is_collection([NtfsVolume(lambda offset, count: data[offset : offset + count], len(data))])
