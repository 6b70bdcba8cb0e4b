"""A pool of processes, one of which may die."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from concurrent.futures import BrokenExecutor
from pathlib import Path

import pytest

import webshellhunt as wsh
from tests.builders.many_servers import PAGES, make_servers
from webshellhunt.scan.worker_pool import ProcessExecutor


def test_a_call_is_made_in_another_process_and_its_error_comes_back() -> None:
    with ProcessExecutor(1) as executor:
        assert executor.submit(os.getpid).result() != os.getpid()
        with pytest.raises(ValueError, match="invalid literal"):
            executor.submit(int, "x").result()


def test_the_pool_is_made_anew_after_a_process_died() -> None:
    with ProcessExecutor(1) as executor:
        with pytest.raises(BrokenExecutor):
            executor.submit(os._exit, 3).result()
        assert executor.submit(abs, -2).result() == 2


_SCRIPT = """
import multiprocessing
import webshellhunt as wsh
multiprocessing.set_start_method("spawn", force=True)
with wsh.open_executor(2) as executor:
    report = wsh.hunt({location!r}, executor=executor)
print(report.counts["files"], report.gaps)
"""


@pytest.mark.parametrize("is_script", [True, False])
def test_a_script_without_a_guard_hunts_in_its_own_process(is_script: bool, tmp_path: Path) -> None:
    (*_, (_, location)) = make_servers(tmp_path, 2)
    script = tmp_path / "hunting.py"
    script.write_text(_SCRIPT.format(location=location))
    with script.open() as stream:
        ended = subprocess.run(
            [sys.executable, str(script) if is_script else "-"],
            stdin=stream,
            capture_output=True,
            text=True,
            timeout=900,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
    assert (ended.returncode, ended.stdout) == (0, f"{PAGES} ()\n")
    assert ended.stderr.count("RuntimeWarning: the processes of open_executor ended before they could work") == 1
    assert "Traceback" not in ended.stderr


def _hunted(location: str) -> tuple[int, int]:
    with pytest.warns(RuntimeWarning, match="daemonic process"), wsh.open_executor(2) as executor:
        report = wsh.hunt(location, executor=executor)
    return report.counts["files"], len(report.gaps)


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_daemonic_process_hunts_alone(method: str, tmp_path: Path) -> None:
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip("not here")
    (*_, (_, location)) = make_servers(tmp_path, 2)
    with multiprocessing.get_context(method).Pool(1) as pool:
        assert pool.map(_hunted, [location]) == [(PAGES, 0)]
