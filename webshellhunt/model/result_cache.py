"""ResultCache: the file that keeps the results of examinations for later hunts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from webshellhunt.model.arguments import path_of, require_number
from webshellhunt.model.findings import Gap

CODE: Final = "cache-not-used"
"""The code of the gap: nothing was left out, but more was examined than with the cache."""

_LEAST_BYTES = 1 << 20
_MOST_BYTES = 1 << 40


@dataclass(frozen=True, slots=True)
class ResultCache:
    """A file that keeps the results of examinations, so that the next hunt examines only changed files.

    Attributes:
        path: The file, outside the evidence; it is created if it is missing.
        key_path: The file of the key that authenticates the results, in another folder; it is created if it is missing.
            ``None`` is ``cache.key`` in the user's configuration folder.
        most_bytes: Size of the file in bytes, 2**20 to 2**40, above which the results that were not used for the
            longest time are removed.

    Raises:
        WrongTypeError: A value has a wrong type.
        UsageError: A path is empty, or the size is out of range.

    Examples:
        >>> import webshellhunt as wsh
        >>> wsh.ResultCache("case.cache").most_bytes
        1073741824
    """

    path: str
    key_path: str | None = None
    most_bytes: int = 1 << 30

    def __post_init__(self) -> None:
        object.__setattr__(self, "path", path_of("ResultCache: path", self.path))
        if self.key_path is not None:
            object.__setattr__(self, "key_path", path_of("ResultCache: key_path", self.key_path))
        require_number("ResultCache: most_bytes", self.most_bytes, _LEAST_BYTES, _MOST_BYTES, "bytes")


class CacheAccess(NamedTuple):
    """The access of one hunt to a cache: its file and secret, and the digest of the job; a worker gets a copy.

    ``hunt`` is a globally unique name: after a failure, a process leaves the cache alone for the rest of this hunt.
    ``is_new`` is true if nothing was kept yet. ``with_times`` is true if detectors of other packages, which may read
    the times of a file, are part of the job.
    """

    path: str
    secret: bytes
    fingerprint: bytes
    most_bytes: int
    hunt: str
    is_new: bool = False
    with_times: bool = False

    def __repr__(self) -> str:
        return f"CacheAccess({self.path!r})"


def cache_gap(path: str, problem: str) -> Gap:
    """Return the gap of a cache that could not be used, or not be trusted; nothing was left out for it."""
    return Gap(CODE, "examine", path, f"the cache is not used: {problem}")
