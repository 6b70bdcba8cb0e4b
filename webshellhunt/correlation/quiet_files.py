"""Quiet files: those in which nothing was found, in little room, so that memory does not grow with their number.

Of each only that is kept which other examinations may ask: its times, and its path if the server runs it. One that a
page runs, or that a record names, is examined again.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterator

from webshellhunt.knowledge.exchange_names import is_shipped_at
from webshellhunt.knowledge.web_folders import is_page_name
from webshellhunt.model.places import Role
from webshellhunt.model.verdict import Disposition, Examination, SubjectKind
from webshellhunt.views.file_times import FileHours

_BLOCK = 1_000


def is_quiet(examination: Examination) -> bool:
    """Return True for a file that was examined as a whole, and in which nothing was found.

    The pages of Exchange are not meant: their times are compared with those of other files.
    """
    subject = examination.subject
    if examination.findings or examination.gaps or examination.quoted or subject.sha256 is None:
        return False
    return subject.kind is SubjectKind.FILE and not (subject.times.original and is_shipped_at(subject.path))


class QuietFiles:
    """The quiet files of a host that its report does not list one by one."""

    def __init__(self) -> None:
        self.hours: FileHours = FileHours()
        self.counts: Counter[Disposition] = Counter()
        self.roles: set[Role] = set()
        self.has_page_anywhere: bool = False
        self._blocks: list[bytes] = []
        self._last: list[tuple[str, str]] = []

    def __len__(self) -> int:
        return self.counts.total()

    def add(self, examination: Examination) -> None:
        """Add a file."""
        subject = examination.subject
        self.counts[Disposition.BENIGN if examination.known_good is None else Disposition.KNOWN_GOOD] += 1
        self.hours.add(subject.times)
        self.roles.add(subject.role)
        self.has_page_anywhere |= subject.role is Role.GIVEN and is_page_name(subject.path)
        if subject.executable:
            self._last.append((subject.path, subject.role.value))
        if len(self._last) == _BLOCK:
            self._blocks.append(zlib.compress(json.dumps(self._last).encode("ascii"), 1))
            self._last.clear()

    def take(self, examination: Examination) -> None:
        """Take a file out again, as others say something of it; only its path stays."""
        self.counts[Disposition.BENIGN if examination.known_good is None else Disposition.KNOWN_GOOD] -= 1
        self.hours.remove(examination.subject.times)

    def pages(self) -> Iterator[tuple[str, Role]]:
        """Yield the path and the role of each file that the server runs."""
        for block in self._blocks:
            yield from ((path, Role(role)) for path, role in json.loads(zlib.decompress(block)))
        yield from ((path, Role(role)) for path, role in self._last)
