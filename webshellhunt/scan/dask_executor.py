"""Dask executor: the workers of a Dask cluster as an executor; the only door to Dask.

A worker runs any code that reaches its port. The cluster has to be protected by TLS, or be in a closed network.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from types import TracebackType
from typing import Any, Final, ParamSpec, TypeVar

from webshellhunt.errors import MissingDependencyError, UsageError
from webshellhunt.scan.worker_pool import collect_rarely
from webshellhunt.version import __version__

P = ParamSpec("P")
T = TypeVar("T")

_INSTALL: Final = "--dask needs the package distributed: pip install 'webshellhunt[dask]'"
_CONNECT_S: Final = 30
_EVERY_S: Final = 2.0
_LEAST_WAIT_S: Final = 60.0
"""The time without any worker after which a cluster is lost: a worker that died is restarted within seconds."""


class DaskExecutor(Executor):
    """The workers of a cluster, found by the address of its scheduler.

    Raises:
        MissingDependencyError: Dask is not installed.
        UsageError: There is no scheduler at the address, it has no worker, or a worker has another version.
    """

    def __init__(self, address: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._address = address
        self._clock = clock
        self._client = _connected(address)
        try:
            self._require_same_version()
            self._client.run(collect_rarely)
        except BaseException:
            self._client.close()
            raise
        self._executor: Executor = self._client.get_executor(pure=False)
        self._seen = self._asked = clock()
        self._workers = self._ask()

    @property
    def workers(self) -> int:
        """The number of calls that the cluster runs at once, now."""
        return max(1, self._count())

    def lost(self) -> str | None:
        """Return why the cluster is lost, in words; ``None`` if it is not."""
        if self._client.status in ("closing", "closed"):
            return f"the cluster at {self._address} has gone away"
        if self._count():
            self._seen = self._clock()
        elif self._clock() - self._seen > _LEAST_WAIT_S:
            return f"the cluster at {self._address} has had no worker for {_LEAST_WAIT_S:.0f} seconds"
        return None

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Call ``fn`` in a worker of the cluster."""
        return self._executor.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster; its workers go on for others."""
        if self._client.status == "running":
            self._executor.shutdown(wait and not cancel_futures)
        self._client.close()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the cluster; after an error or an interrupt without waiting."""
        self.shutdown(wait=kind is None)

    def _count(self) -> int:
        """Return the number of calls that the cluster runs at once; it is asked every few seconds."""
        if self._clock() - self._asked > _EVERY_S:
            self._workers, self._asked = self._ask(), self._clock()
        return self._workers

    def _ask(self) -> int:
        """Return the number of threads of all workers, 0 without an answer."""
        if self._client.status != "running":
            return 0
        try:
            return sum(self._client.nthreads().values())
        except (OSError, RuntimeError):
            return 0

    def _require_same_version(self) -> None:
        versions: dict[str, str] = self._client.run(_version, on_error="return")
        if not versions:
            raise UsageError(f"the cluster at {self._address} has no worker; start some, then try again")
        other = {address: found for address, found in versions.items() if found != __version__}
        for address, found in sorted(other.items()):
            has = "lacks webshellhunt" if not isinstance(found, str) else f"has version {found} of webshellhunt"
            raise UsageError(f"the worker at {address} {has}; install {__version__} on all workers, as here")


def _connected(address: str) -> Any:  # noqa: ANN401 - a client of a package that may be absent
    """Return a client of the cluster at an address."""
    try:
        from distributed import Client
    except ImportError as error:
        raise MissingDependencyError(_INSTALL) from error
    try:
        client = Client(address, timeout=_CONNECT_S, set_as_default=False)
        client.wait_for_workers(1, timeout=_CONNECT_S)
    except (OSError, ValueError, TypeError) as error:  # a timeout is an OSError
        raise UsageError(f"there is no Dask cluster with a worker at {address} ({error})") from error
    return client


def _version() -> str:
    """Return the version of webshellhunt where this runs."""
    return __version__
