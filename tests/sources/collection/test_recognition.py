from __future__ import annotations

import pytest

from webshellhunt.model.artifact import EntryKind
from webshellhunt.sources import MemorySource
from webshellhunt.sources.collection import recognition
from webshellhunt.sources.collection.recognition import find_layout


class _Counting(MemorySource):
    """A source that counts its listings."""

    listings = 0

    def names(self, path: str) -> dict[str, EntryKind]:
        self.listings += 1
        return super().names(path)


def _label(*paths: str) -> str | None:
    layout = find_layout(MemorySource(dict.fromkeys(paths, b"")))
    return None if layout is None else layout.label


@pytest.mark.parametrize(
    "path",
    ["inetpub/wwwroot/x.aspx", "C/inetpub/x.aspx", "Windows/uploads/auto/C%3A/a", "uploads/x.aspx", "uploads/auto/x/a"],
)
def test_other_trees_are_left_alone(path: str) -> None:
    assert _label(path) is None


def test_a_collection_a_few_folders_down_is_found() -> None:
    assert _label("case/EX01/uploads/auto/C%3A/a") == "a Velociraptor collection"
    assert _label("a/b/c/d/uploads/auto/C%3A/a") is None


def test_collections_of_several_hosts_are_not_mixed() -> None:
    assert _label("EX01/C/a", "EX01/1_CopyLog.csv", "EX02/C/a", "EX02/1_CopyLog.csv") == "collections of several hosts"
    flows = [f"clients/C.{client}/collections/F.1/uploads/auto/C%3A/a" for client in "12"]
    assert _label(*flows) == "collections of several hosts"


def test_few_directories_are_listed() -> None:
    source = _Counting(
        {
            f"{first}/{second}/{third}/x": b""
            for first in ("one", "two")
            for second in range(50)
            for third in ("cc", "dd")
        }
    )
    assert find_layout(source) is None
    assert source.listings < 80
    server = _Counting({"Windows/a/b/c": b"", "Users/a/b/c": b""})
    assert find_layout(server) is None
    assert server.listings == 1


def test_flows_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognition, "_MOST_COLLECTIONS", 3)
    files = {f"clients/C.1/collections/F.{flow}/uploads/auto/C%3A/{flow}": b"" for flow in range(9)}
    layout = find_layout(MemorySource(files))
    assert layout is not None
    assert len(layout.parts) == 3


def test_an_unreadable_directory_is_no_error() -> None:
    source = MemorySource({"a/b": b"", "uploads/auto/C%3A/x": b""}, unreadable=["a", "uploads"])
    assert find_layout(source) is None
