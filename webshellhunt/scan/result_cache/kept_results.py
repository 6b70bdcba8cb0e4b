"""Kept results: the cache while one batch of files is examined: a result is found, or made and kept.

A result is found under the content and everything of the file that its examination reads. If it depends on other files,
the same questions are asked again in the same order, and must have the same answers now.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from functools import lru_cache, partial
from hashlib import sha256
from time import monotonic, time
from types import TracebackType
from typing import Final, Self

from webshellhunt.fence import OUT_OF_MEMORY, REFUSED
from webshellhunt.model.limits import Job
from webshellhunt.model.result_cache import CacheAccess
from webshellhunt.model.verdict import WorkerResult
from webshellhunt.pages.includes.resolver import Resolution, ResolutionCode, ResolveDependency
from webshellhunt.pages.page import Dependency, DependencyKind
from webshellhunt.scan import deadline
from webshellhunt.scan.result_cache.database import CacheProblem, Database, Row
from webshellhunt.scan.result_cache.rows import Asked, KeptResult, read_row, write_row
from webshellhunt.views.sample import Sample

PASSING: Final = frozenset({deadline.CODE, OUT_OF_MEMORY, REFUSED, "examination-failed", "worker-died", "unreadable"})
"""The codes of gaps whose cause may be gone at the next hunt: time, memory, a crash, a file that can't be read."""

FORGED: Final = "a result in it is not as it was kept, so the file was examined: something else changed the cache"

Run = Callable[[Sample, Job], WorkerResult]
"""The examination of an opened file."""

_MOST_ASKED: Final = 1024
_OF_NOTHING: Final = sha256().digest()
_COMMIT_S: Final = 1.0
_DAY_S: Final = 24 * 60 * 60


class RecordedResolver:
    """A resolver of dependencies that records the questions and the answers; ``make`` returns a new resolver."""

    def __init__(self, make: Callable[[], ResolveDependency]) -> None:
        self._make = make
        self._resolve: ResolveDependency | None = None
        self._asked: list[tuple[str, str, str]] = []
        self._answers: list[bytes] = []
        self.is_lasting: bool = True

    def __call__(self, dependency: Dependency, holder: str) -> Resolution:
        """Resolve a dependency of the file ``holder``."""
        if self._resolve is None:
            self._resolve = self._make()
        answer = self._resolve(dependency, holder)
        if len(self._asked) < _MOST_ASKED:
            self._asked.append((dependency.kind.value, dependency.target, holder))
            self._answers.append(_digest_of(answer))
        else:
            self.is_lasting = False
        if answer.code is ResolutionCode.UNREADABLE:
            self.is_lasting = False
        return answer

    @property
    def asked(self) -> Asked:
        """The questions until now, and the digest of the answers."""
        return Asked(tuple(self._asked), sha256(b"".join(self._answers)).hexdigest()) if self._asked else Asked()

    def answers_same(self, asked: Asked) -> bool:
        """Return True if a new resolver gives the same answers to the same questions."""
        if not asked.dependencies:
            return True
        again = RecordedResolver(self._make)
        for kind, target, holder in asked.dependencies:
            again(Dependency(DependencyKind(kind), target, 0, 0), holder)
        return again.is_lasting and again.asked.answers == asked.answers


_failed: dict[str, str] = {}
"""The reason why this process leaves the cache alone, by hunt; only of the last one."""


class KeptResults:
    """The cache while a batch of files is examined.

    ``problem`` is the end of a sentence if the cache could not be used, or not trusted.
    """

    def __init__(self, access: CacheAccess) -> None:
        self._access = access
        self.problem: str = _failed.get(access.hunt, "")
        self._state = hmac.digest(access.secret, b"key" + access.fingerprint, "sha256")
        self._database: Database | None = None
        self._rows: list[Row] = []
        self._used: list[tuple[int, bytes]] = []
        self._committed = monotonic()
        self._today = int(time()) // _DAY_S
        self._settings: dict[int, tuple[object, str]] = {}
        if not self.problem:
            self._attempt(self._open)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._commit()
        if self._database is not None:
            self._database.close()

    def around(self, make: Callable[[], ResolveDependency], examine: Run) -> tuple[ResolveDependency, Run]:
        """Return the resolver of one file, and the examination that looks its result up, or makes and keeps it.

        ``examine``: the examination without a cache.
        """
        resolver = RecordedResolver(make)
        return resolver, partial(self._result_of, resolver, examine)

    def _result_of(self, resolver: RecordedResolver, examine: Run, sample: Sample, job: Job) -> WorkerResult:
        """Return the kept result of a sample, or a new one, which is kept if it lasts."""
        if self._database is None:
            return examine(sample, job)
        key = self._key_of(sample)
        found = self._find(key, sample.sha256, resolver)
        if found is not None:
            return found
        outcome = examine(sample, job)
        if _lasts(outcome) and resolver.is_lasting:
            body = write_row(KeptResult(outcome, resolver.asked))
            if body is not None:
                self._rows.append(Row(key, self._today, self._mac(key, body), body))
        if monotonic() - self._committed >= _COMMIT_S:
            self._commit()
        return outcome

    def _find(self, key: bytes, digest: str, resolver: RecordedResolver) -> WorkerResult | None:
        """Return the authentic result of a key, if its dependencies have the same answers."""
        row = self._read(key)
        if row is None:
            return None
        if not hmac.compare_digest(self._mac(key, row.body), row.mac):
            self.problem = self.problem or FORGED
            return None
        try:
            kept = read_row(row.body, digest)
            is_current = resolver.answers_same(kept.asked)
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
            # With the right key, only a defect of this program writes such a row.
            self.problem = self.problem or FORGED
            return None
        if is_current and row.used != self._today:
            self._used.append((self._today, key))
        return kept.outcome if is_current else None

    def _read(self, key: bytes) -> Row | None:
        database = self._database
        if database is None:
            return None
        try:
            return database.find(key)
        except CacheProblem as error:
            self._give_up(error)
            return None

    def _key_of(self, sample: Sample) -> bytes:
        """Return the key of a file: of its content, and of all that an examination reads besides it.

        The times of a file and its place on this machine are no part of it: no detector of ours reads them. The places
        of its site matter by the answers to questions, and by the virtual paths of a site whose top is its directory.
        """
        artifact = sample.artifact
        parts = (
            sample.sha256,
            len(sample.data),
            artifact.entry_path,
            artifact.path,
            artifact.role.value,
            artifact.size_bytes,
            artifact.attributes,
            artifact.served_from_here,
            tuple(sample.standing),
            self._digest_of_settings(artifact.settings),
            repr(artifact.times) if self._access.with_times else "",
        )
        stated = self._state + repr(parts).encode("utf-8", "surrogatepass")
        return sha256(stated).digest()

    def _digest_of_settings(self, settings: object) -> str:
        """Return the digest of settings, which the files of a directory share."""
        known = self._settings.get(id(settings))
        if known is None:
            text = repr(_ordered(settings))
            known = self._settings[id(settings)] = (settings, sha256(text.encode("utf-8", "surrogatepass")).hexdigest())
        return known[1]

    def _mac(self, key: bytes, body: bytes) -> bytes:
        return hmac.digest(self._access.secret, b"row" + key + body, "sha256")

    def _open(self) -> None:
        self._database = Database(self._access.path)

    def _commit(self) -> None:
        """Write the results since the last commit: an interrupted hunt keeps them."""
        database, rows, used = self._database, self._rows, self._used
        self._rows, self._used, self._committed = [], [], monotonic()
        if database is not None and (rows or used):
            self._attempt(lambda: database.write(rows, used, self._access.most_bytes))

    def _attempt(self, work: Callable[[], None]) -> None:
        try:
            work()
        except CacheProblem as error:
            self._give_up(error)

    def _give_up(self, error: CacheProblem) -> None:
        """Leave the cache alone for the rest of the hunt, in this process."""
        self.problem = str(error)
        _failed.clear()
        _failed[self._access.hunt] = self.problem
        if self._database is not None:
            self._database.close()
            self._database = None


def _lasts(outcome: WorkerResult) -> bool:
    """Return True if an examination of the same file would return the same result at any time."""
    return outcome.sha256 is not None and not any(gap.code in PASSING for gap in outcome.gaps)


def _digest_of(answer: Resolution) -> bytes:
    stated = _digest_of_place(answer.path, answer.code.value, answer.reason, answer.shown, answer.data is None)
    return stated + (_OF_NOTHING if answer.data is None else sha256(answer.data).digest())


@lru_cache(maxsize=4096)
def _digest_of_place(*stated: str | bool | None) -> bytes:
    """Return the digest of an answer without its content, which many pages get."""
    return sha256(repr(stated).encode("utf-8", "surrogatepass")).digest()


def _ordered(value: object) -> object:
    """Return a value whose text is the same in each process: a set has no order."""
    if isinstance(value, frozenset):
        return ("set", *sorted(map(repr, value)))
    return tuple(map(_ordered, value)) if isinstance(value, tuple) else value
