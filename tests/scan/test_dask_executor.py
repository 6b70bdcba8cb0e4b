"""Hunts on a cluster of Dask, one of whose workers is killed; and what is said of a cluster that is none."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import webshellhunt as wsh
from tests.builders.many_servers import make_servers, timeless
from webshellhunt.errors import MissingDependencyError, UsageError
from webshellhunt.scan import dask_executor
from webshellhunt.scan.dask_executor import DaskExecutor

pytestmark = pytest.mark.filterwarnings("ignore")
COUNT = 16


def test_without_the_extra_one_sentence_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'webshellhunt\[dask\]'"):
        wsh.open_executor(dask="tcp://127.0.0.1:9")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    distributed = pytest.importorskip("distributed", reason="the extra 'dask' is not installed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as made:
        yield made


def test_a_killed_worker_loses_nothing(cluster: Any, tmp_path: Path) -> None:
    servers = make_servers(tmp_path, COUNT)
    told = list[wsh.Report]()
    before = {each.pid for each in cluster.workers.values()}

    with wsh.open_executor(dask=cluster.scheduler_address) as executor:
        assert getattr(executor, "workers", None) == 2

        def kill_one(report: wsh.Report) -> None:
            if not told:
                os.kill(min(before), signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
            told.append(report)

        hunted = wsh.hunt_many([*servers, "absent"], executor=executor, on_report=kill_one)
    assert timeless(hunted.reports) == timeless(wsh.hunt_many(servers).reports)
    assert len(told) == COUNT
    assert [each.location for each in hunted.unopened] == ["absent"]
    assert hunted.notes == ()


def test_the_files_of_one_hunt_are_examined_there_too(cluster: Any, tmp_path: Path) -> None:
    ((_, location),) = make_servers(tmp_path, 1)
    with wsh.open_executor(dask=cluster.scheduler_address) as executor:
        assert timeless([wsh.hunt(location, executor=executor)]) == timeless([wsh.hunt(location)])


def test_an_executor_of_dask_itself_serves(cluster: Any, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    servers = make_servers(tmp_path, 3)
    with distributed.Client(cluster.scheduler_address, set_as_default=False) as client:
        hunted = wsh.hunt_many(servers, executor=client.get_executor())
    assert timeless(hunted.reports) == timeless(wsh.hunt_many(servers).reports)


def test_where_nobody_answers_one_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(dask_executor, "_CONNECT_S", 0.2)
    with pytest.raises(UsageError, match=r"^there is no Dask cluster with a worker at tcp://127\.0\.0\.1:9 \("):
        wsh.open_executor(dask="tcp://127.0.0.1:9")
    with pytest.raises(UsageError, match="there is no Dask cluster with a worker at nonsense://x"):
        wsh.open_executor(dask="nonsense://x")


class Client:
    """Stands for a client of a cluster whose workers have these versions."""

    def __init__(self, versions: dict[str, object]) -> None:
        self.status: str = "running"
        self.threads: dict[str, int] = dict.fromkeys(versions, 2)
        self.closed: bool = False
        self._versions = versions

    def run(self, _: object, on_error: str = "raise") -> dict[str, object]:
        return self._versions

    def nthreads(self) -> dict[str, int]:
        if not self.threads:
            raise OSError("no answer")
        return self.threads

    def get_executor(self, *, pure: bool) -> None:
        assert not pure

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize(
    ("versions", "words"),
    [
        ({}, "has no worker; start some"),
        ({"tcp://a": wsh.__version__, "tcp://b": "0.0.1"}, "tcp://b has version 0.0.1 of webshellhunt; install"),
        ({"tcp://a": ModuleNotFoundError("webshellhunt")}, "the worker at tcp://a lacks webshellhunt"),
    ],
)
def test_each_worker_needs_this_version(
    versions: dict[str, object], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(versions)
    monkeypatch.setattr(dask_executor, "_connected", lambda _: client)
    with pytest.raises(UsageError, match=words):
        DaskExecutor("tcp://x")
    assert client.closed


def test_a_cluster_without_workers_is_lost_after_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    client, now = Client({"tcp://a": wsh.__version__}), [0.0]
    monkeypatch.setattr(dask_executor, "_connected", lambda _: client)
    executor = DaskExecutor("tcp://x", clock=lambda: now[0])
    assert (executor.workers, executor.lost()) == (2, None)
    client.threads = {}
    for now[0], lost in ((30.0, False), (59.0, False), (95.0, True)):
        assert (executor.lost() is not None) is lost
    assert executor.lost() == "the cluster at tcp://x has had no worker for 60 seconds"
    client.threads, now[0] = {"tcp://b": 4}, 100.0
    assert (executor.lost(), executor.workers) == (None, 4)
    client.status = "closed"
    assert executor.lost() == "the cluster at tcp://x has gone away"
