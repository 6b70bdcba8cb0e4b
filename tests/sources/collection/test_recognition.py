from __future__ import annotations

import pytest

from webshellhunt.model.artifact import EntryKind
from webshellhunt.sources import MemorySource
from webshellhunt.sources.collection import recognition
from webshellhunt.sources.collection.hosts import find_hosts
from webshellhunt.sources.collection.layout import Layout
from webshellhunt.sources.collection.recognition import merged_layout
from webshellhunt.sources.source import Source


class _Counting(MemorySource):
    """A source that counts its listings."""

    listings = 0

    def names(self, path: str) -> dict[str, EntryKind]:
        self.listings += 1
        return super().names(path)


def _layout(source: Source) -> Layout | None:
    hosts = find_hosts(source)
    assert len(hosts) < 2
    return merged_layout(source, hosts[0].layouts) if hosts and hosts[0].layouts else None


def _label(*paths: str) -> str | None:
    layout = _layout(MemorySource(dict.fromkeys(paths, b"")))
    return None if layout is None else layout.label


@pytest.mark.parametrize(
    "path",
    ["inetpub/wwwroot/x.aspx", "C/inetpub/x.aspx", "Windows/uploads/auto/C%3A/a", "uploads/x.aspx", "uploads/auto/x/a"],
)
def test_other_trees_are_left_alone(path: str) -> None:
    assert _label(path) is None


def test_a_collection_a_few_folders_down_is_found() -> None:
    assert _label("case/EX01/uploads/auto/C%3A/a") == "a Velociraptor collection"
    assert _label("a/b/c/d/e/f/uploads/auto/C%3A/a") is None


def test_collections_of_several_hosts_are_not_mixed() -> None:
    kape = dict.fromkeys(["EX01/C/a", "EX01/1_CopyLog.csv", "EX02/C/a", "EX02/1_CopyLog.csv"], b"")
    assert [host.top for host in find_hosts(MemorySource(kape))] == ["EX01", "EX02"]
    flows = {f"clients/C.{client}/collections/F.{flow}/uploads/auto/C%3A/a": b"" for client in "12" for flow in "34"}
    hosts = find_hosts(MemorySource(flows))
    assert [(host.top, len(host.layouts)) for host in hosts] == [("clients/C.1", 2), ("clients/C.2", 2)]


def test_few_directories_are_listed() -> None:
    source = _Counting(
        {
            f"{first}/{second}/{third}/x": b""
            for first in ("one", "two")
            for second in range(500)
            for third in ("cc", "dd")
        }
    )
    assert _layout(source) is None
    assert source.listings < 520
    server = _Counting({"Windows/a/b/c": b"", "Users/a/b/c": b""})
    assert _layout(server) is None
    assert server.listings < 4


def test_flows_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognition, "_MOST_COLLECTIONS", 3)
    files = {f"clients/C.1/collections/F.{flow}/uploads/auto/C%3A/{flow}": b"" for flow in range(9)}
    layout = _layout(MemorySource(files))
    assert layout is not None
    assert len(layout.parts) == 3


def test_an_unreadable_directory_is_no_error() -> None:
    source = MemorySource({"a/b": b"", "uploads/auto/C%3A/x": b""}, unreadable=["a", "uploads"])
    assert _layout(source) is None
