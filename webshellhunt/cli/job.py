"""The job that the options of a command ask for."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from webshellhunt.context.machine_keys import read_key_list
from webshellhunt.errors import UsageError
from webshellhunt.model.limits import Job


def job_for(arguments: Namespace) -> Job:
    """Return the job; the files that its options name are read here, once.

    Raises:
        UsageError: A list of machine keys can't be read, or holds none.
    """
    keys = frozenset(digest for name in arguments.machine_keys for digest in _read_keys(Path(name)))
    return Job(
        signature_paths=tuple(arguments.signatures),
        engine=arguments.engine,
        machine_keys=keys,
        baseline_paths=tuple(arguments.baselines),
        accepted_paths=tuple(arguments.accepted),
    )


def _read_keys(path: Path) -> frozenset[str]:
    try:
        keys = read_key_list(path.read_text(encoding="utf-8-sig", errors="replace"))
    except OSError as error:
        raise UsageError(f"the machine keys in {path} can't be read: {error.strerror or error}") from error
    if not keys:
        raise UsageError(f"{path} holds no machine key: give keys in hexadecimal, or SHA-256 of such")
    return keys
