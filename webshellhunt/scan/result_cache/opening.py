"""The opening of a cache for a hunt: its file and its key are outside the evidence, and it is a cache of ours."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from webshellhunt.errors import MissingDependencyError, UsageError
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Job
from webshellhunt.model.result_cache import CacheAccess, ResultCache, cache_gap
from webshellhunt.plug_ins import plug_ins
from webshellhunt.scan.result_cache.fingerprint import OF_PLUG_INS, Unsettled, fingerprint
from webshellhunt.scan.result_cache.key_file import default_key_path, read_key
from webshellhunt.scan.tools import tools_for
from webshellhunt.sources.evidence_places import is_same, refuse_evidence, resolved
from webshellhunt.sources.source import Source


def open_cache(cache: ResultCache, source: Source, job: Job) -> CacheAccess | Gap:
    """Return the access to a cache, or a gap if its file can't be used: the hunt then goes on without it.

    Raises:
        UsageError: The cache or its key is inside the evidence, their paths can't be used, or the key is no safe one.
        MissingDependencyError: This Python has no SQLite.
    """
    try:
        from webshellhunt.scan.result_cache.database import CacheProblem, prepare_file
    except ImportError as error:
        words = "this Python was built without its module sqlite3, which a cache needs; hunt without a cache"
        raise MissingDependencyError(words) from error
    secret = read_key(require_place(cache, [*_places_of(source), *job.logs.paths]))
    path = os.fspath(resolved(cache.path))
    try:
        is_new = prepare_file(path)
        state = fingerprint(job, tools_for(job).catalog)
    except (CacheProblem, Unsettled) as error:
        return cache_gap(cache.path, str(error))
    has_plug_ins = job.detectors and bool(plug_ins(OF_PLUG_INS))
    return CacheAccess(path, secret, state, cache.most_bytes, os.urandom(16).hex(), is_new, has_plug_ins)


def require_place(cache: ResultCache, evidence: Sequence[str]) -> Path:
    """Require that a cache and its key change no evidence, and return the path of the key.

    Raises:
        UsageError: One of them is inside the evidence, is no path of a file, or both are in one folder.
    """
    key_path = default_key_path() if cache.key_path is None else Path(cache.key_path)
    refuse_evidence(cache.path, evidence, "a cache")
    refuse_evidence(key_path, evidence, "the key of a cache")
    place, key = resolved(cache.path), resolved(key_path)
    if place.is_dir():
        raise UsageError("this is a folder; pass the name of a file for the cache", path=cache.path)
    if not place.parent.is_dir():
        words = "the folder of the cache does not exist; make the folder first, or choose another one"
        raise UsageError(words, path=cache.path)
    if place.exists() and not (place.is_file() and place.stat().st_nlink == 1):
        raise UsageError("this is no plain file, or it has another name, too; choose another file", path=cache.path)
    if is_same(place.parent, key.parent):
        words = "the key of the cache is in the folder of the cache, where it protects nothing; choose another folder"
        raise UsageError(words, path=os.fspath(key_path))
    return key_path


def _places_of(source: Source) -> list[str]:
    """Return the places of the evidence on this machine."""
    drives = (source.locate(top) for top in source.drives.values())
    return [source.location, *(place for place in drives if place is not None)]
