"""Limits and Job: how much may be spent on evidence, and what a worker is told to do."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on every path that touches evidence; what they cut off becomes a Gap.

    Units: bytes, seconds, counts of directories down and of files, characters for excerpts.
    """

    file_bytes: int = 64 * 1024 * 1024
    text_bytes: int = 16 * 1024 * 1024
    config_bytes: int = 8 * 1024 * 1024
    signature_timeout_s: int = 20
    walk_depth: int = 64
    entries: int = 5_000_000
    excerpt_chars: int = 160


@dataclass(frozen=True, slots=True)
class Job:
    """A frozen specification of the examination; each worker compiles it once.

    ``signature_paths`` are extra rule files or folders of the user, own rules always included unless
    ``own_signatures`` is false; ``detectors`` false switches the Python detectors off (to measure either side alone).
    ``baseline_paths`` are files of known contents that the user made, the shipped one always included.
    ``accepted_paths`` are files in which the user accepts findings as known false alarms.
    ``machine_keys`` are digests of keys that the user knows to be public (``context.machine_keys.read_key_list``).
    """

    signature_paths: tuple[str, ...] = ()
    own_signatures: bool = True
    detectors: bool = True
    machine_keys: frozenset[str] = frozenset()
    engine: str = "auto"
    baseline_paths: tuple[str, ...] = ()
    accepted_paths: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
