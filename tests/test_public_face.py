"""The names that others import, and the road through them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import webshellhunt as wsh


def test_the_public_names_are_sorted_and_there() -> None:
    assert wsh.__all__ == sorted(wsh.__all__)
    assert all(hasattr(wsh, name) for name in wsh.__all__)


def test_hunt_is_the_function_not_its_module() -> None:
    assert callable(wsh.hunt)


def test_from_a_folder_to_a_report(tmp_path: Path) -> None:
    (tmp_path / "page.aspx").write_text('<%@ Page Language="C#" %><% Response.Write(1); %>', encoding="utf-8")
    with wsh.open_source(str(tmp_path)) as source:
        report = wsh.hunt(source)
        verdicts = list(wsh.iter_verdicts(source))
    assert [v.disposition for v in report.verdicts] == [wsh.Disposition.BENIGN] == [v.disposition for v in verdicts]
    assert "1 file examined" in str(wsh.render(report, "text"))
    assert wsh.examine(b"plain", path="x.txt").disposition == wsh.Disposition.BENIGN


def test_what_is_no_source_or_no_bytes_is_said_in_a_sentence(tmp_path: Path) -> None:
    for wrong in ("E:/evidence", tmp_path, b"E:/evidence", None, 7):
        with pytest.raises(TypeError, match=r"takes a source, not .*open_source\(path\)"):
            wsh.hunt(wrong)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="iter_verdicts takes a source"):
            next(wsh.iter_verdicts(wrong))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="encode the text"):
        wsh.examine("<%= 1 %>")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"pass path\.read_bytes\(\)"):
        wsh.examine(tmp_path)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="not NoneType"):
        wsh.examine(None)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="'path' is text"):
        wsh.examine(b"", path=tmp_path)  # type: ignore[arg-type]
    assert wsh.examine(bytearray(b"x")).disposition == wsh.Disposition.BENIGN  # type: ignore[arg-type]


def test_the_face_is_lazy_and_whole() -> None:
    line = "import sys, webshellhunt as w; print('webshellhunt.pipeline' in sys.modules); from webshellhunt import *; "
    line += (
        "import webshellhunt.pipeline; print(callable(w.hunt) and callable(hunt), sorted(set(w.__all__) - set(dir(w))))"
    )
    done = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["False", "True []"]
    with pytest.raises(AttributeError, match="has no attribute 'hunts'"):
        wsh.hunts  # noqa: B018
