"""LogOptions: which logs a hunt reads, and of which period."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from webshellhunt.errors import UsageError, WrongTypeError
from webshellhunt.model.arguments import paths_of, require_flag, type_words


class Period(NamedTuple):
    """The time from ``since`` until before ``until``, in UTC; ``None`` is no limit."""

    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class LogOptions:
    """The reading of logs.

    Attributes:
        read: Whether logs are read.
        alone: Whether logs are read, and no page is examined.
        paths: Further places of logs: folders or files on this machine.
        period: The period of which records are taken.
        pattern_paths: Files or folders with further patterns of exploitation.

    Raises:
        WrongTypeError: A value has a wrong type.
        UsageError: A path is empty, or the period ends before it begins.

    Examples:
        >>> from datetime import UTC, datetime
        >>> from webshellhunt import LogOptions, Period
        >>> LogOptions(paths=["logs"], period=Period(since=datetime(2021, 2, 26, tzinfo=UTC))).paths
        ('logs',)
    """

    read: bool = True
    alone: bool = False
    paths: tuple[str, ...] = ()
    period: Period = field(default_factory=Period)
    pattern_paths: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_flag("LogOptions: read", self.read)
        require_flag("LogOptions: alone", self.alone)
        for name in ("paths", "pattern_paths"):
            object.__setattr__(self, name, paths_of(f"LogOptions: {name}", getattr(self, name)))
        object.__setattr__(self, "period", _period_of(self.period))


def _period_of(period: object) -> Period:
    """Return a period, also of a tuple with its two times."""
    if not isinstance(period, tuple) or len(period) != len(Period._fields):
        raise WrongTypeError(f"LogOptions: period is {type_words(period)}; pass a Period")
    since, until = period
    for name, value in (("since", since), ("until", until)):
        if value is not None and not isinstance(value, datetime):
            raise WrongTypeError(f"LogOptions: period.{name} is {type_words(value)}; pass a datetime in UTC, or None")
        if value is not None and value.tzinfo is None:
            raise WrongTypeError(f"LogOptions: period.{name} has no time zone; pass a datetime in UTC")
    if since is not None and until is not None and since >= until:
        raise UsageError("LogOptions: period.until is not after period.since; pass a later time")
    return Period(since, until)
