"""Hunt arguments: the checks of the arguments of hunts, and the source at a path."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from webshellhunt.errors import WrongTypeError
from webshellhunt.model.arguments import path_of, type_words
from webshellhunt.model.limits import Job
from webshellhunt.model.result_cache import ResultCache
from webshellhunt.sources import Source, is_source, open_source


@contextmanager
def opened_source(source: object, function: str, *, logs: bool = False) -> Iterator[Source]:
    """Return a source as it is, and open and close the source at a path.

    Raises:
        WrongTypeError: It is neither.
    """
    if isinstance(source, str | os.PathLike):
        with open_source(source, logs=logs) as opened:
            yield opened
    elif is_source(source):
        yield source
    else:
        advice = "pass a path as str or pathlib.Path, or a source from open_source"
        raise WrongTypeError(f"{function}: source is {type_words(source)}; {advice}")


def job_of(job: object, function: str) -> Job:
    """Return a job, the default one for ``None``.

    Raises:
        WrongTypeError: It is something else.
    """
    if job is None:
        return Job()
    if not isinstance(job, Job):
        raise WrongTypeError(f"{function}: job is {type_words(job)}; pass a Job, or None for the default one")
    return job


def cache_of(cache: object, function: str) -> ResultCache | None:
    """Return a cache as it is, and the cache in the file of a path.

    Raises:
        WrongTypeError: It is something else.
        UsageError: The path is empty.
    """
    if isinstance(cache, str | os.PathLike):
        return ResultCache(path_of(f"{function}: cache", cache))
    if cache is not None and not isinstance(cache, ResultCache):
        advice = "pass a ResultCache, the path of its file, or None"
        raise WrongTypeError(f"{function}: cache is {type_words(cache)}; {advice}")
    return cache


def require_functions(function: str, executor: object, **functions: object) -> None:
    """Require an executor with ``submit``, and functions where functions belong.

    Raises:
        WrongTypeError: An argument is something else.
    """
    if executor is not None and not callable(getattr(executor, "submit", None)):
        raise WrongTypeError(f"{function}: executor is {type_words(executor)}; pass one from open_executor, or None")
    for name, value in functions.items():
        if value is not None and not callable(value):
            raise WrongTypeError(f"{function}: {name} is {type_words(value)}; pass a function, or None")
