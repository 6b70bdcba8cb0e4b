"""The layout of a ZIP archive: what belongs to no member."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from tests.builders.containers import zipped
from tests.builders.hostile_zips import LOCAL, MEMBER, overlapping, with_field
from webshellhunt.containers.zip_end import find_directory
from webshellhunt.sources.archive.views import BytesView
from webshellhunt.sources.archive.zip_layout import Layout, read_layout


def layout_of(data: bytes) -> Layout:
    view = BytesView(data)
    place = find_directory(view.read, view.size_bytes)
    assert place is not None
    return read_layout(view, place, 0)


def test_all_but_the_members_is_the_rest() -> None:
    data = zipped({"a/": b"", "a/b.aspx": b"page", "c.txt": b"text" * 100})
    at = data.index(MEMBER)
    assert layout_of(data) == Layout(frozenset(), frozenset(), ((at, len(data)),), is_whole=True)
    assert layout_of(b"x" * 40 + data).rest == ((0, 40), (40 + at, 40 + len(data)))


def test_members_that_overlap_and_a_damaged_directory() -> None:
    assert len(layout_of(overlapping()).overlapping) == 2
    data = zipped({"a": b"1", "b": b"2"})
    assert not layout_of(with_field(data, MEMBER, 0, b"XX", number=1)).is_whole


def test_the_content_of_a_member_that_is_not_read_is_in_the_rest() -> None:
    data = zipped({"a.txt": b"1" * 50, "b.txt": b"2" * 50}, 0)
    second = data.index(LOCAL, 1)
    assert layout_of(with_field(data, LOCAL, 0, b"XX", number=1)).without_header == {second}
    for number, mark, offset in ((0, LOCAL, 18), (0, MEMBER, 20)):
        changed = with_field(data, mark, offset, struct.pack("<L", 7), number)
        assert (35, second) in layout_of(changed).rest


@given(st.binary(max_size=200), st.integers(0, 300), st.integers(0, 300))
def test_any_bytes(data: bytes, start: int, stop: int) -> None:
    archive = zipped({"a.aspx": b"page", "b.aspx": b"page" * 30})
    view = BytesView(archive[:start] + data + archive[stop:])
    place = find_directory(view.read, view.size_bytes)
    if place is not None:
        assert all(0 <= first < last <= view.size_bytes for first, last in read_layout(view, place, 0).rest)
