"""The comparison of hosts in a saved report, from its record."""

from __future__ import annotations

from typing import Any

from webshellhunt.errors import UsageError
from webshellhunt.model.fleet import Fleet
from webshellhunt.model.plain_data import from_plain


def fleet_of(record: object, where: str) -> Fleet:
    """Return the comparison of a record.

    Raises:
        UsageError: A field is missing or has a wrong type; the text names it.
    """
    if not isinstance(record, dict):
        raise UsageError(f"{where} is no object: this report is damaged")
    shared = record.get("shared")
    plain: dict[str, Any] = {**record, "shared": [_shared(each) for each in shared] if isinstance(shared, list) else 0}
    try:
        return from_plain(Fleet, plain, where)
    except UsageError as error:
        raise UsageError(f"{error.message.partition(';')[0]}: this report is damaged") from error
    except RecursionError as error:
        raise UsageError(f"{where}: its values are nested too deeply") from error


def _shared(record: object) -> object:
    return {**record, "worst": record.get("disposition")} if isinstance(record, dict) else record
