"""Limits and Job: the bounds of an examination, and its specification."""

from __future__ import annotations

from dataclasses import dataclass, field

from webshellhunt.errors import UsageError, WrongTypeError
from webshellhunt.model.arguments import (
    paths_of,
    require_choice,
    require_flag,
    require_number,
    require_seconds,
    type_words,
)
from webshellhunt.model.log_options import LogOptions

ENGINES = ("auto", "yara", "yara-x")
"""The YARA engines that a job may name; ``auto`` is the one that is installed."""

_MOST_BYTES = 1 << 40
_MOST_SECONDS = 24 * 60 * 60
_LOGS = "pass a LogOptions, such as LogOptions(read=False) or LogOptions(paths=(folder,))"
_HEXADECIMAL = frozenset("0123456789abcdef")
_RANGES: dict[str, tuple[int, int, str]] = {
    "file_bytes": (1, _MOST_BYTES, "bytes"),
    "text_bytes": (1, _MOST_BYTES, "bytes"),
    "config_bytes": (1, _MOST_BYTES, "bytes"),
    "signature_timeout_s": (1, _MOST_SECONDS, "seconds"),
    "walk_depth": (0, 10_000, "directories"),
    "entries": (1, 10**12, "directory entries"),
    "excerpt_chars": (1, 100_000, "characters"),
    "listed_files": (0, 10**12, "files"),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on every path that touches evidence; a part that is cut off becomes a Gap.

    Attributes:
        file_bytes: Bytes that are read of a file, 1 to 2**40.
        text_bytes: Bytes of a file that are decoded as text, 1 to 2**40.
        config_bytes: Bytes of a configuration file that is read, 1 to 2**40.
        signature_timeout_s: Seconds for one scan by the YARA engine, 1 to 86,400.
        walk_depth: Levels of directories below a root that are walked, 0 to 10,000.
        entries: Directory entries that are listed in all, 1 to 10**12.
        excerpt_chars: Characters of an excerpt, 1 to 100,000.
        seconds_per_file: Seconds of a monotonic clock for the examination of one file, more than 0 and at most 86,400;
            ``None`` for no limit, so that a result never depends on the load of the machine. It is checked between
            views and rules and inside the runs over code, which end after three quarters of it, so that the rules
            have time for what these have found. If a file is read in several ways, because its name is lost, they
            share the time. A file that exceeds it has a Gap ``deadline``, and no result of it is kept.
        listed_files: Files without a finding that a report lists one by one, 0 to 10**12; of further ones it has the
            number alone (``Report.unlisted``), so that memory does not grow with them.

    Raises:
        WrongTypeError: A value has a wrong type.
        UsageError: A value is out of range.

    Examples:
        >>> from webshellhunt import Job, Limits
        >>> Job(limits=Limits(seconds_per_file=5)).limits.seconds_per_file
        5
    """

    file_bytes: int = 64 * 1024 * 1024
    text_bytes: int = 16 * 1024 * 1024
    config_bytes: int = 8 * 1024 * 1024
    signature_timeout_s: int = 20
    walk_depth: int = 64
    entries: int = 5_000_000
    excerpt_chars: int = 160
    seconds_per_file: float | None = None
    listed_files: int = 20_000

    def __post_init__(self) -> None:
        for name, (least, most, unit) in _RANGES.items():
            require_number(f"Limits: {name}", getattr(self, name), least, most, unit)
        require_seconds("Limits: seconds_per_file", self.seconds_per_file, _MOST_SECONDS)


@dataclass(frozen=True, slots=True)
class Job:
    """A frozen specification of the examination; each worker compiles it once.

    Attributes:
        signature_paths: Further rule files or folders of the user. Paths may be ``str`` or ``pathlib.Path``, in a tuple
            or a list; they are kept as a tuple of ``str``, here and below.
        own_signatures: Whether the shipped rules are used.
        detectors: Whether the Python detectors are used; ``False`` measures the rules alone.
        machine_keys: Digests of machine keys that the user knows to be public, in lower-case hexadecimal
            (``knowledge.machine_keys.read_key_list``).
        engine: The YARA engine: ``auto``, ``yara`` or ``yara-x``.
        baseline_paths: Files of known contents that the user made; the shipped one is always included.
        accepted_paths: Files in which the user accepts findings as known false alarms.
        limits: Bounds of the examination.
        logs: Which logs are read.
        signing_keys: Machine keys that may have signed a view state in the logs: pairs of a validation key and a
            decryption key in hexadecimal, of which the second may be empty.

    Raises:
        WrongTypeError: A value has a wrong type, such as one path where a tuple belongs.
        UsageError: The engine is unknown, a path is empty, or a digest or a key is not hexadecimal.

    Examples:
        >>> from webshellhunt import Job, LogOptions
        >>> Job(baseline_paths=["ours.baseline"], logs=LogOptions(read=False)).baseline_paths
        ('ours.baseline',)
    """

    signature_paths: tuple[str, ...] = ()
    own_signatures: bool = True
    detectors: bool = True
    machine_keys: frozenset[str] = frozenset()
    engine: str = "auto"
    baseline_paths: tuple[str, ...] = ()
    accepted_paths: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    logs: LogOptions = field(default_factory=LogOptions)
    signing_keys: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        for name in ("signature_paths", "baseline_paths", "accepted_paths"):
            object.__setattr__(self, name, paths_of(f"Job: {name}", getattr(self, name)))
        require_flag("Job: own_signatures", self.own_signatures)
        require_flag("Job: detectors", self.detectors)
        object.__setattr__(self, "machine_keys", _digests(self.machine_keys))
        require_choice("Job: engine", self.engine, ENGINES)
        if not isinstance(self.limits, Limits):
            raise WrongTypeError(f"Job: limits is {type_words(self.limits)}; pass a Limits")
        if not isinstance(self.logs, LogOptions):
            raise WrongTypeError(f"Job: logs is {type_words(self.logs)}; {_LOGS}")
        object.__setattr__(self, "signing_keys", _pairs(self.signing_keys))


def _digests(keys: object) -> frozenset[str]:
    if not isinstance(keys, frozenset | set | tuple | list):
        raise WrongTypeError(f"Job: machine_keys is {type_words(keys)}; pass a frozenset of digests")
    digests = set[str]()
    for key in keys:
        if not isinstance(key, str):
            raise WrongTypeError(f"Job: machine_keys contains a value {type_words(key)}; pass digests as str")
        if not key or not _HEXADECIMAL.issuperset(key):
            raise UsageError(f"Job: machine_keys contains {key[:80]!r}; pass digests in lower-case hexadecimal")
        digests.add(key)
    return frozenset(digests)


def _pairs(keys: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(keys, tuple | list):
        raise WrongTypeError(f"Job: signing_keys is {type_words(keys)}; pass a tuple of pairs of keys")
    pairs = list[tuple[str, str]]()
    for pair in keys:
        if not isinstance(pair, tuple | list) or [type(key) for key in pair] != [str, str]:
            raise WrongTypeError("Job: signing_keys contains something other than a pair of str; pass pairs of keys")
        validation, decryption = (key.lower() for key in pair)
        if not _HEXADECIMAL.issuperset(validation + decryption):
            raise UsageError("Job: signing_keys contains a key that is not hexadecimal; pass keys in hexadecimal")
        pairs.append((validation, decryption))
    return tuple(pairs)
