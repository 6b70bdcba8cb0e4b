"""Arguments of hunts: what is accepted, and the sentence for what is not; more in test_public_face."""

from __future__ import annotations

from pathlib import Path

import pytest

from webshellhunt.errors import UsageError, WrongTypeError
from webshellhunt.hunt_arguments import cache_of, job_of, opened_source, require_functions
from webshellhunt.model.limits import Job
from webshellhunt.model.result_cache import ResultCache
from webshellhunt.scan.executors import SerialExecutor
from webshellhunt.sources.memory import MemorySource


def test_a_source_stays_as_it_is_and_a_path_is_opened(tmp_path: Path) -> None:
    source = MemorySource({})
    with opened_source(source, "hunt") as opened:
        assert opened is source
    for path in (tmp_path, str(tmp_path)):
        with opened_source(path, "hunt") as opened:
            assert opened.location == str(tmp_path)
    with pytest.raises(WrongTypeError, match=r"^hunt: source is of type int; pass a path"), opened_source(1, "hunt"):
        pass


def test_no_job_is_the_default_one() -> None:
    job = Job(detectors=False)
    assert job_of(None, "hunt") == Job()
    assert job_of(job, "hunt") is job
    with pytest.raises(WrongTypeError, match=r"^hunt: job is of type str; pass a Job"):
        job_of("x", "hunt")


def test_functions_and_executors_are_required() -> None:
    require_functions("hunt", None, progress=None)
    require_functions("hunt", SerialExecutor(), progress=print)
    with pytest.raises(WrongTypeError, match=r"^hunt: cancel is of type bool; pass a function, or None"):
        require_functions("hunt", None, progress=print, cancel=True)
    with pytest.raises(WrongTypeError, match=r"^hunt: executor is of type int; pass one from open_executor"):
        require_functions("hunt", 2)


def test_a_path_is_a_cache() -> None:
    assert cache_of(None, "hunt") is None
    assert cache_of("a.cache", "hunt") == cache_of(Path("a.cache"), "hunt") == ResultCache("a.cache")
    named = ResultCache("a.cache", "k")
    assert cache_of(named, "hunt") is named
    with pytest.raises(WrongTypeError, match=r"^hunt: cache is of type int; pass a ResultCache, the path"):
        cache_of(7, "hunt")
    with pytest.raises(UsageError, match="hunt: cache is empty"):
        cache_of("", "hunt")
