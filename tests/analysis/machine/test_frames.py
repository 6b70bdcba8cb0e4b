"""Frames: each has its own variables."""

from __future__ import annotations

from webshellhunt.analysis.machine.frames import RESULT, YIELDED, Frame


def test_two_frames_have_nothing_in_common() -> None:
    first, second = Frame(), Frame()
    first.variables["a"] = 1
    first.subjects.append(2)
    first.arguments.append(3)
    assert (second.variables, second.subjects, second.arguments) == ({}, [], [])
    assert first != second


def test_no_name_of_a_page_is_that_of_a_result() -> None:
    assert RESULT != YIELDED
    assert not RESULT.isidentifier()
    assert not YIELDED.isidentifier()
