"""LogOptions: which logs a hunt reads, and of which period."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from webshellhunt.errors import UsageError, WrongTypeError
from webshellhunt.model.arguments import paths_of, require_flag


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
        since, until = self.period
        for value in (since, until):
            if value is not None and (not isinstance(value, datetime) or value.tzinfo is None):
                raise WrongTypeError("LogOptions: period takes times with a time zone, or None")
        if since is not None and until is not None and since >= until:
            raise UsageError("LogOptions: the period ends before it begins")
