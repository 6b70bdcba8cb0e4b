"""Tables: rows that one test tries, where an item of pytest for each would cost more than the row itself."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

Test = Callable[..., None]


def each_row(names: str | tuple[str, ...], rows: Iterable[Any]) -> Callable[[Test], Test]:
    """Let a test try all rows, as ``pytest.mark.parametrize`` makes an item of each; a failure tells all that fail.

    Args:
        names: The arguments that a row has values of.
        rows: The values, in tuples where there are several arguments.
    """
    keys = tuple(names.replace(",", " ").split()) if isinstance(names, str) else names
    table = [dict(zip(keys, (row,) if len(keys) == 1 else row, strict=True)) for row in rows]
    assert table, "a table without rows tries nothing"

    def decorated(test: Test) -> Test:
        signature = inspect.signature(test)
        assert set(keys) <= signature.parameters.keys()

        @wraps(test)
        def tried(**fixtures: Any) -> None:
            failed: list[tuple[dict[str, Any], AssertionError]] = []
            for row in table:
                try:
                    test(**fixtures, **row)
                except AssertionError as error:
                    failed.append((row, error))
            if failed:
                told = "\n".join(f"{row}: {error}" for row, error in failed)
                raise AssertionError(f"{len(failed)} of {len(table)} rows\n{told}") from failed[0][1]

        left = [each for name, each in signature.parameters.items() if name not in keys]
        tried.__dict__["__signature__"] = signature.replace(parameters=left)
        return tried

    return decorated
