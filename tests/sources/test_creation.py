"""The time of creation, where a file system tells it."""

from __future__ import annotations

from pathlib import Path

from webshellhunt.sources.creation import created_ns


def test_a_file_was_not_created_after_it_was_changed(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("a")
    created = created_ns(str(file))
    assert created is None or created <= file.stat().st_ctime_ns


def test_what_is_not_there_has_no_time() -> None:
    assert created_ns("/absent/file") is None
    assert created_ns("a\0b") is None
