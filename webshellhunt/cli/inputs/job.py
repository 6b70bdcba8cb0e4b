"""The job built from a command's options, and the user's lists of machine keys."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from webshellhunt.cli.inputs.opening import require_log
from webshellhunt.errors import UsageError
from webshellhunt.model.limits import Job, Limits
from webshellhunt.model.log_options import LogOptions, Period
from webshellhunt.model.result_cache import ResultCache
from webshellhunt.reports.destination import refuse_input, refuse_repeated
from webshellhunt.sources import open_source, require_location

if TYPE_CHECKING:
    from webshellhunt.decoding.view_state.signing import MachineKey

_LIST_BYTES = 16 * 1024 * 1024


def job_for(arguments: Namespace) -> Job:
    """Return the job; read the files of machine keys once, here.

    Raises:
        UsageError: A list of machine keys can't be read, or contains no key; options exclude each other.
        SourceError: A place of logs does not exist.
    """
    keys = frozenset(digest for name in arguments.machine_keys for digest in _read_keys(Path(name)))
    signing = read_signing_keys(arguments.machine_keys)
    return Job(
        signature_paths=tuple(arguments.signatures),
        engine=arguments.engine,
        machine_keys=keys,
        baseline_paths=tuple(arguments.baselines),
        accepted_paths=tuple(arguments.accepted),
        limits=Limits(
            seconds_per_file=getattr(arguments, "timeout_per_file", None),
            listed_files=Limits().entries if getattr(arguments, "show_all", False) else Limits().listed_files,
        ),
        logs=_log_options(arguments),
        signing_keys=tuple((key.validation.hex(), key.decryption.hex()) for key in signing),
    )


def inputs_of(arguments: Namespace) -> list[str]:
    """Return the files and folders that the options name as inputs, other than evidence."""
    kept = [name for name in (getattr(arguments, "cache", None), getattr(arguments, "cache_key", None)) if name]
    return [*_read_inputs(arguments), *kept]


def _read_inputs(arguments: Namespace) -> list[str]:
    rules = [*arguments.signatures, *getattr(arguments, "pattern_paths", ())]
    lists = [name for name in getattr(arguments, "lists", ()) if name != "-"]
    return [*rules, *arguments.baselines, *arguments.accepted, *arguments.machine_keys, *lists]


def cache_of(arguments: Namespace, *, evidence: Sequence[str], outputs: Sequence[str]) -> ResultCache | None:
    """Return the cache of results that the user wants, if any.

    Raises:
        UsageError: It is inside the evidence of any location, an input or an output; or there is only a key.
    """
    path, key_path = getattr(arguments, "cache", None), getattr(arguments, "cache_key", None)
    if path is None and key_path is not None:
        raise UsageError("--cache-key has no effect without --cache: pass both, or none")
    if path is None:
        return None
    from webshellhunt.scan.result_cache.opening import require_place  # an import that few hunts need

    cache = ResultCache(path, key_path)
    require_place(cache, evidence)
    refuse_input(path, _read_inputs(arguments))
    refuse_repeated([*outputs, path])
    return cache


def _log_options(arguments: Namespace) -> LogOptions:
    """Return which logs a command reads; a command without these options reads none.

    Raises:
        UsageError: Options exclude each other.
        SourceError: A place of logs does not exist.
    """
    if not hasattr(arguments, "log_paths"):
        return LogOptions(read=False)
    read = not getattr(arguments, "no_logs", False)
    given = {"--logs": arguments.log_paths, "--patterns": arguments.pattern_paths}
    given |= {"--since": arguments.since, "--until": arguments.until}
    useless = next((name for name, value in given.items() if value), None)
    if not read and useless is not None:
        raise UsageError(f"--no-logs reads no log, so that {useless} has no effect: leave out one of them")
    if arguments.since is not None and arguments.until is not None and arguments.since >= arguments.until:
        raise UsageError("--until is before --since: pass a later time for --until")
    for path in arguments.log_paths:
        require_location(path)
        if Path(path).is_file():
            with open_source(path, logs=True) as source:
                require_log(source)
    return LogOptions(
        read=read,
        alone=getattr(arguments, "logs_alone", False),
        paths=tuple(arguments.log_paths),
        period=Period(arguments.since, arguments.until),
        pattern_paths=tuple(arguments.pattern_paths),
    )


def read_signing_keys(names: Sequence[str]) -> tuple[MachineKey, ...]:
    """Return the keys in some lists that may have signed a view state, in their order.

    Raises:
        UsageError: A list can't be read.
    """
    if not names:
        return ()
    from webshellhunt.knowledge.machine_keys import read_key_pairs

    return tuple(key for name in names for key in read_key_pairs(_text_of(Path(name)), f"the list {name}"))


def _read_keys(path: Path) -> frozenset[str]:
    from webshellhunt.knowledge.machine_keys import read_key_list

    keys = read_key_list(_text_of(path))
    if not keys:
        raise UsageError(f"{path} contains no machine key; write each key in hexadecimal or as its SHA-256")
    return keys


def _text_of(path: Path) -> str:
    """Return the text of a list of machine keys."""
    try:
        with path.open("rb") as stream:
            data = stream.read(_LIST_BYTES + 1)
    except (OSError, ValueError) as error:
        words = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"the machine keys in {path} can't be read: {words}") from error
    if len(data) > _LIST_BYTES:
        raise UsageError(f"{path} is larger than {_LIST_BYTES // 1024**2} MiB, too large for a list of machine keys")
    return data.decode("utf-8-sig", "replace")
