"""The user's lists of machine keys, read as keys that may have signed a view state."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from webshellhunt.decoding.view_state.signing import MachineKey
from webshellhunt.errors import UsageError
from webshellhunt.knowledge.machine_keys import read_key_pairs

_LIST_BYTES = 16 * 1024 * 1024


def read_signing_keys(names: Sequence[str]) -> tuple[MachineKey, ...]:
    """Return the keys in some files, in their order.

    Raises:
        UsageError: A file can't be read.
    """
    return tuple(key for name in names for key in read_key_pairs(_read(Path(name)), f"the list {name}"))


def _read(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return stream.read(_LIST_BYTES).decode("utf-8-sig", "replace")
    except (OSError, ValueError) as error:
        words = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"the machine keys in {path} can't be read: {words}") from error
