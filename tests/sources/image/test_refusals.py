"""The words for what is not read: each has the next step."""

from __future__ import annotations

import pytest

from webshellhunt.model.findings import Gap
from webshellhunt.sources.image.partitions import DYNAMIC, NTFS, REMNANT, Partition
from webshellhunt.sources.image.refusals import found_volume, no_volume, not_searched, unread_partition


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


def test_the_rest_of_an_older_volume_does_not_matter() -> None:
    assert not unread_partition("a", Partition(512, 1 << 40, REMNANT, is_listed=False)).matters


def test_what_is_read_although_it_was_hidden() -> None:
    plain = Partition(512, 1 << 20, NTFS)
    assert found_volume("a", plain) is None
    lost, hidden, both = (
        found_volume("a", plain._replace(boot=boot, is_listed=listed))
        for boot, listed in ((9, True), (None, False), (9, False))
    )
    assert lost is not None
    assert hidden is not None
    assert both is not None
    assert [each.code for each in (lost, hidden, both)] == ["lost-first-sector", "unlisted-volume", "unlisted-volume"]
    assert lost.reason in both.reason
    assert hidden.reason in both.reason
    assert not any(each.matters for each in (lost, hidden, both, not_searched("a", 5)))


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
