"""The patch state of a saved report, from its record.

The record lacks the fixes of closed vulnerabilities and parts of a wave: the end of its window follows from its dates,
and each wave that is compared with a build is against Exchange.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

from webshellhunt.errors import UsageError
from webshellhunt.model.patches import FixState

_WINDOW: Final = timedelta(days=90)
_STATE: Final = (
    "path", "build", "basis", "exact", "known", "product", "update", "released", "standing", "newer_than_data",
    "support_ends", "paid_support_ends", "support", "disagreement", "installed", "installed_by",
)  # fmt: skip
_WAVE_STATE: Final = ("state", "cves", "closed_on", "closed_by", "closed_exactly", "open_on")
_CVE: Final = ("cve", "fixed_by", "fixed_build", "note")
_WITNESS: Final = ("kind", "where", "build", "update", "when_utc")

Record = Mapping[str, Any]


def patch_state_of(record: object) -> dict[str, Any] | None:
    """Return the plain form of a patch state, or ``None`` if the report has none.

    Raises:
        UsageError: A part has a wrong type; others are checked when the plain form is read.
    """
    if record is None:
        return None
    state = _object(record)
    return {
        **_chosen(state, _STATE),
        "waves": [_wave_state(_object(each)) for each in _list(state, "waves")],
        "cves": list(_cves(state)),
        "witnesses": [_chosen(_object(each), _WITNESS) for each in _list(state, "witnesses")],
    }


def _cves(state: Record) -> Iterator[dict[str, Any]]:
    for name, fix in (("open", FixState.OPEN), ("unsettled", FixState.UNSETTLED)):
        for each in _list(state, name):
            yield {**_chosen(_object(each), _CVE), "state": fix.value}
    for cve in _list(state, "closed"):
        yield {"cve": cve, "state": FixState.CLOSED.value}


def _wave_state(record: Record) -> dict[str, Any]:
    dates = [_day(record, "disclosed"), _day(record, "fix_public")]
    wave = {
        **_chosen(record, ("slug", "name", "cves", "first_use", "disclosed")),
        "fixed": record.get("fix_public"),
        "until": (min(max(dates), date.max - _WINDOW) + _WINDOW).isoformat(),
        "leaves_pages": True,
        "product": "exchange",
    }
    return {**_chosen(record, _WAVE_STATE), "wave": wave}


def _day(record: Record, name: str) -> date:
    value = record.get(name)
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as error:
        raise UsageError(f"'{name}' of a wave is no day") from error


def _chosen(record: Record, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: record[name] for name in names if name in record}


def _object(value: object) -> Record:
    if not isinstance(value, dict):
        raise UsageError("a record of the patch state is no object")
    return value


def _list(record: Record, name: str) -> list[Any]:
    value = record.get(name, [])
    if not isinstance(value, list):
        raise UsageError(f"'{name}' of the patch state is no list")
    return value
