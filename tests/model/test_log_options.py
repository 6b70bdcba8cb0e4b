from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from webshellhunt.errors import UsageError, WrongTypeError
from webshellhunt.model.limits import Job
from webshellhunt.model.log_options import LogOptions, Period

_NOON = datetime(2021, 3, 3, 12, tzinfo=UTC)


def test_paths_are_kept_as_text() -> None:
    assert LogOptions(paths=[Path("logs")]).paths == ("logs",)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"read": "yes"}, WrongTypeError),
        ({"alone": 1}, WrongTypeError),
        ({"paths": "logs"}, WrongTypeError),
        ({"paths": ("",)}, UsageError),
        ({"period": Period(datetime(2021, 3, 3))}, WrongTypeError),
        ({"period": Period(_NOON, _NOON)}, UsageError),
        ({"period": Period("2021-03-03")}, WrongTypeError),  # type: ignore[arg-type]
        ({"period": None}, WrongTypeError),
        ({"period": (_NOON,)}, WrongTypeError),
    ],
)
def test_wrong_options_are_refused(arguments: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error, match="LogOptions"):
        LogOptions(**arguments)


def test_a_job_takes_options_only() -> None:
    with pytest.raises(WrongTypeError, match=r"^Job: logs is of type bool; pass a LogOptions, such as"):
        Job(logs=True)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^Job: logs is of type str; pass a LogOptions"):
        Job(logs="logs")  # type: ignore[arg-type]


def test_a_tuple_of_two_times_is_kept_as_a_period() -> None:
    assert LogOptions(period=(_NOON, None)).period == Period(since=_NOON)  # type: ignore[arg-type]
