"""Reparse points: the target of a link, and content that is elsewhere."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.sources.image.ntfs.reparse import DEDUP, MOUNT_POINT, SYMLINK, WOF, content_problem, link_target


def link(tag: int, target: str) -> bytes:
    text = target.encode("utf-16-le")
    head = struct.pack("<HHHH", 0, len(text), len(text), 0) + (bytes(4) if tag == SYMLINK else b"")
    return struct.pack("<IHH", tag, len(head) + len(text), 0) + head + text


@pytest.mark.parametrize("tag", [SYMLINK, MOUNT_POINT])
def test_the_target_of_a_link(tag: int) -> None:
    assert link_target(link(tag, "\\??\\D:\\sites")) == "\\??\\D:\\sites"


@pytest.mark.parametrize("content", [b"", bytes(30), link(SYMLINK, "")[:19], link(WOF, "x")])
def test_no_target(content: bytes) -> None:
    assert link_target(content) is None


@pytest.mark.parametrize(
    ("tag", "words"), [(DEDUP, "deduplicated"), (WOF, "WOF"), (0x9000301A, "moved"), (0x80000006, "moved")]
)
def test_content_that_is_elsewhere_is_told_with_the_reason(tag: int, words: str) -> None:
    assert words in (content_problem(struct.pack("<IHH", tag, 0, 0)) or "")


def test_other_reparse_points_have_their_content() -> None:
    assert content_problem(struct.pack("<IHH", 0x8000001B, 0, 0)) is None


@given(st.binary(max_size=60))
def test_any_bytes(data: bytes) -> None:
    assert isinstance(link_target(data), str | None)
    assert isinstance(content_problem(data), str | None)
