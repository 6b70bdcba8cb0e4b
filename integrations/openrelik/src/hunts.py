"""The hunts of a task: one report for each location, with the places of OpenRelik instead of those of the links."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import webshellhunt as wsh
from webshellhunt.errors import MissingDependencyError, SourceError, UnexpectedError
from webshellhunt.lone_file import hunt_lone_file, lone_file_report

from .inputs import Kind, Located

SECONDS_PER_FILE = 300.0
"""After so many seconds, a file is left with a gap, so that no file stops the queue."""


class Settings(NamedTuple):
    """The settings of a task, from its form."""

    all: bool = False
    timeline: bool = False
    skip_logs: bool = False
    snapshots: bool = False
    password: str | None = None
    signatures: tuple[str, ...] = ()

    @classmethod
    def of(cls, task_config: Mapping[str, Any] | None) -> Settings:
        """Return the settings of a form; an empty field counts as omitted."""
        form = task_config or {}
        return cls(
            all=_is_checked(form.get("all")),
            timeline=_is_checked(form.get("timeline")),
            skip_logs=_is_checked(form.get("skip_logs")),
            snapshots=_is_checked(form.get("snapshots")),
            password=str(form.get("password") or "") or None,
            signatures=tuple(line.strip() for line in str(form.get("signatures") or "").splitlines() if line.strip()),
        )

    @property
    def job(self) -> wsh.Job:
        """The job of all hunts of the task.

        Raises:
            UsageError: A path is wrong.
        """
        limits = wsh.Limits(seconds_per_file=SECONDS_PER_FILE)
        return wsh.Job(signature_paths=self.signatures, logs=wsh.LogOptions(read=not self.skip_logs), limits=limits)


class Hunted(NamedTuple):
    """A location with its report, or with the reason why it could not be opened."""

    located: Located
    report: wsh.Report | None = None
    refusal: str = ""


def hunt_all(locations: Iterable[Located], settings: Settings, progress: Callable[..., None]) -> Iterator[Hunted]:
    """Hunt through the locations one after another; one that can't be opened does not stop the others.

    Raises:
        UsageError: A setting is wrong.
        SignatureError: A rule of the user does not compile.
    """
    job = settings.job
    for located in locations:
        try:
            report = _hunt(located, settings, job, progress)
        except (SourceError, MissingDependencyError) as error:
            yield Hunted(located, refusal=error.message)
        except OSError as error:
            yield Hunted(located, refusal=error.strerror or "the file can't be read")
        else:
            yield Hunted(located, _as_named(report, located))


def _hunt(located: Located, settings: Settings, job: wsh.Job, progress: Callable[..., None]) -> wsh.Report:
    """Hunt through one location; the report of a hunt that a defect ended has a gap for the rest."""
    try:
        if located.kind is Kind.LOST:
            return _hunt_lost(located, job)
        with _opened(located, settings) as source:
            return wsh.hunt(source, job=job, progress=progress)
    except UnexpectedError as error:
        if isinstance(error.report, wsh.Report):
            return error.report
        raise


def _opened(located: Located, settings: Settings) -> wsh.Source:
    """Open a location; the file times of links are those of the upload, not of the server."""
    if located.kind is not Kind.CONTAINER:
        return wsh.open_source(located.location, times="copy")
    return wsh.open_source(located.location, password=settings.password, snapshots=settings.snapshots)


def _hunt_lost(located: Located, job: wsh.Job) -> wsh.Report:
    """Hunt through one file without a name: its content decides how it is read, and the report says so."""
    with Path(located.location).open("rb") as stream:
        data = stream.read(job.limits.file_bytes + 1)
    report, path = hunt_lone_file(data, located.name, wsh.Hints(), job)
    return lone_file_report(report, path)


def _as_named(report: wsh.Report, located: Located) -> wsh.Report:
    """Return a report with the names of the inputs instead of the places of links, which are removed."""
    verdicts = tuple(_at_input(verdict, located) for verdict in report.verdicts)
    return replace(report, location=located.name, verdicts=verdicts)


def _at_input(verdict: wsh.Verdict, located: Located) -> wsh.Verdict:
    place = located.location if located.kind is Kind.LOST else verdict.subject.source_path
    if place is None or not place.startswith(located.root):
        return verdict
    found = located.inputs.get(place)
    return replace(verdict, subject=replace(verdict.subject, source_path=None if found is None else found["path"]))


def _is_checked(value: object) -> bool:
    """Return True for a box that is checked, also in the words that a form may send."""
    return value is True or str(value).lower() in ("true", "on", "1", "yes")
