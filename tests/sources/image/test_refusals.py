"""The words for what is not read: each has the next step."""

from __future__ import annotations

import pytest

from webshellhunt.model.findings import Gap
from webshellhunt.sources.image.partitions import DYNAMIC, Partition
from webshellhunt.sources.image.refusals import no_volume, unread_partition


@pytest.mark.parametrize(
    ("kind", "words"),
    [("BitLocker", "unlock it"), ("LUKS", "unlock it"), (DYNAMIC, "on Windows"), ("ReFS", "mount it read-only")],
)
def test_a_partition_that_is_not_read(kind: str, words: str) -> None:
    gap = unread_partition("a.dd partition 2", Partition(0, 1 << 40, kind))
    assert (gap.code, gap.stage, gap.matters) == ("unread-volume", "open", True)
    assert words in gap.reason


def test_the_partition_that_starts_a_machine_does_not_matter() -> None:
    assert not unread_partition("a", Partition(0, 100 << 20, "FAT")).matters
    assert unread_partition("a", Partition(0, 1 << 40, "FAT")).matters


@pytest.mark.parametrize(
    ("kinds", "gaps", "words"),
    [
        (["BitLocker"], [], "BitLocker encrypted: unlock it"),
        (["", "ext4"], [], "it has ext4"),
        ([], [], "not that of a Windows server"),
        (["NTFS"], [Gap("unreadable-volume", "open", "a", "it is damaged")], "it is damaged: copy"),
    ],
)
def test_an_image_without_a_volume(kinds: list[str], gaps: list[Gap], words: str) -> None:
    assert words in no_volume("a raw disk image", [Partition(0, 1, kind) for kind in kinds], gaps)
