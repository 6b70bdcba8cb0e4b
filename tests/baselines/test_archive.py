"""The archive of a baseline."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from webshellhunt.baselines.store_reader import read_baseline
from webshellhunt.errors import UsageError


def test_a_damaged_part_of_a_rare_method_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("head.json", "{}")
    data = (tmp_path / "x").read_bytes()
    start = data.index(b"head.json") + len(b"head.json") + 9  # behind the properties
    (tmp_path / "x").write_bytes(data[:start] + b"\xff" * 8 + data[start + 8 :])
    with pytest.raises(UsageError, match="can't be read"):
        read_baseline(tmp_path / "x")
