from __future__ import annotations

from tests.builders.triage import ftk
from webshellhunt.sources import MemorySource
from webshellhunt.sources.collection import with_layout
from webshellhunt.sources.source import form_of


def test_the_only_volume_is_the_top() -> None:
    source = with_layout(MemorySource({"NONAME [NTFS]/[root]/inetpub/x.aspx": b"a", "NONAME [NTFS]/[orphan]/y": b"b"}))
    assert sorted(source.names("")) == ["NONAME [NTFS]", "inetpub"]
    assert sorted(source.names("NONAME [NTFS]")) == ["[orphan]"]
    assert source.read("inetpub/x.aspx", 9) == b"a"
    assert form_of(source).label == "an export of FTK Imager"


def test_of_several_volumes_the_one_with_windows_is_the_top() -> None:
    source = with_layout(ftk(MemorySource({"C/Windows/a": b"a", "D/data/b": b"b"})).source())
    assert sorted(source.names("")) == ["Partition 2 [40957MB]", "Partition 3 [40957MB]", "Windows"]
    assert source.read("Partition 3 [40957MB]/NONAME [NTFS]/[root]/data/b", 9) == b"b"


def test_without_windows_several_volumes_keep_their_paths() -> None:
    source = with_layout(ftk(MemorySource({"C/a/x": b"a", "D/b/y": b"b"})).source())
    assert source.read("Partition 2 [40957MB]/NONAME [NTFS]/[root]/a/x", 9) == b"a"
    assert form_of(source).is_collection


def test_special_files_are_answered_at_the_top() -> None:
    source = with_layout(MemorySource({"NONAME [NTFS]/[root]/$MFT": b"FILE", "NONAME [NTFS]/[root]/w/a": b""}))
    assert source.read("$MFT", 9) == b"FILE"
    assert sorted(source.names("")) == ["NONAME [NTFS]", "w"]
