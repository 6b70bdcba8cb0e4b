"""Make a baseline from a clean server, an unpacked setup medium, or any trusted folder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from webshellhunt.baselines.path_keys import spell
from webshellhunt.baselines.store_writer import Row
from webshellhunt.errors import SourceError
from webshellhunt.host.walk.survey import survey
from webshellhunt.host.walk.walk import walk
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Job
from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.pages.kinds import nature_of
from webshellhunt.sources.source import Source

JudgeFile = Callable[[Source, Job, Artifact], Verdict]
"""Examines and judges one file by itself."""

_STEP_BYTES = 16 * 1024 * 1024
_TEXT_BYTES = 1024 * 1024


@dataclass
class Listing:
    """The contents of a place: rows for a baseline, the pages on request, and the verdicts that accuse any of them.

    ``keys`` maps the key of a listed file to its path in the source. ``builds`` are those of Exchange there.
    """

    rows: list[Row] = field(default_factory=list)
    texts: dict[str, bytes] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    builds: tuple[str, ...] = ()
    holds_exchange: bool = False
    accused: list[Verdict] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    def add(self, source: Source, artifact: Artifact, key: str, *, with_text: bool, accused: bool = False) -> None:
        """Add one file, as shipped with all builds of the baseline; ``accused`` if our rules accuse it.

        Raises:
            SourceError: It cannot be read.
        """
        sha256 = digest_of(source, artifact)
        if with_text and nature_of(artifact.name, artifact.settings).executable:
            self.texts[sha256] = source.read(artifact.entry_path, _TEXT_BYTES)
        first, last = (self.builds[0], self.builds[-1]) if self.builds else (None, None)
        self.rows.append(Row(key, sha256, first, last, accused))
        self.keys[key] = artifact.entry_path


def list_contents(
    source: Source,
    job: Job,
    judge_file: JudgeFile,
    *,
    server_path: str | None = None,
    builds: tuple[str, ...] | None = None,
    with_text: bool = False,
    progress: Callable[[int, str], None] | None = None,
) -> Listing:
    r"""List the contents of all files of a source by path.

    Each file is examined as in a hunt. An accused file is listed as known and accused, and a hunt with the baseline
    reports it as such. Without its row it would be an unlisted page, and more suspicious than without any baseline.

    Args:
        source: The trusted place.
        job: Rules and limits.
        judge_file: Examines a file and judges it: the pipeline's ``judge_file``.
        server_path: The server's path of the top (``C:\inetpub``); by default from drives and Exchange's folders.
        builds: The builds of the baseline, in order; those of the Exchange in the source if ``None``.
        with_text: True to keep the pages themselves.
        progress: Called with the number of files and the latest path.
    """
    surveyed = survey(source, job.limits)
    found = tuple(dict.fromkeys(surveyed.host.builds)) if builds is None else builds
    listing = Listing(builds=found, holds_exchange=bool(surveyed.host.exchange), gaps=list(surveyed.gaps))
    for artifact in _artifacts(walk(source, surveyed, job.limits), listing):
        verdict = judge_file(source, job, artifact)
        accused = verdict.disposition >= Disposition.SUSPICIOUS
        try:
            listing.add(source, artifact, key_of(artifact, server_path), with_text=with_text, accused=accused)
        except SourceError as error:
            listing.gaps.append(Gap("unreadable", "examine", artifact.path, error.message, matters=True))
            continue
        if accused:
            listing.accused.append(verdict)
        if progress is not None:
            progress(len(listing.rows), artifact.path)
    return listing


def key_of(artifact: Artifact, server_path: str | None = None) -> str:
    """Return the key of a file, from the server's path of it or from ``server_path`` of the top folder."""
    if server_path is not None:
        return spell(f"{server_path}/{artifact.entry_path}").key
    named = spell(artifact.path)
    if named.whole or artifact.source_path is None:
        return named.key
    located = artifact.source_path.replace("\\", "/").removesuffix(artifact.entry_path)
    inside = spell(f"{located}/{artifact.path}")
    # Above the top, only Exchange's own folders count: the rest is the path on this machine.
    return inside.key if inside.whole and _is_application(located) else named.key


def digest_of(source: Source, artifact: Artifact) -> str:
    """Return the SHA-256 of a whole file of any size, in hexadecimal.

    Raises:
        SourceError: It can't be read.
    """
    digest, offset = hashlib.sha256(), 0
    while step := source.read(artifact.entry_path, _STEP_BYTES, offset):
        digest.update(step)
        offset += len(step)
    return digest.hexdigest()


def _is_application(located: str) -> bool:
    lowered = f"/{located.strip('/').lower()}/"
    return "/clientaccess/" in lowered or "/frontend/httpproxy/" in lowered


def _artifacts(walked: Iterator[Artifact | Gap], listing: Listing) -> Iterator[Artifact]:
    """Yield the artifacts of a walk and keep its gaps."""
    for found in walked:
        if isinstance(found, Gap):
            listing.gaps.append(found)
        else:
            yield found
