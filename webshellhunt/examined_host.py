"""An examined host: what is known of it before its logs and other witnesses are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from webshellhunt.correlation.quiet_files import QuietFiles, is_quiet
from webshellhunt.host.machine.paths import Lookup, fold
from webshellhunt.host.walk.files_outside_web_roots import iter_files_outside_web_roots
from webshellhunt.host.walk.survey import Survey
from webshellhunt.host.walk.walk import walk
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.limits import Job
from webshellhunt.model.verdict import Examination
from webshellhunt.scan.scanner import examine_artifact
from webshellhunt.sources import Source


class ExaminedHost(NamedTuple):
    """A host whose files are examined; ``examinations`` include the traces that are known so far.

    ``quiet`` are the files without a finding that are no longer known one by one.
    """

    source: Source
    surveyed: Survey
    examinations: Sequence[Examination]
    job: Job
    quiet: QuietFiles = QuietFiles()

    def woken(self, paths: Iterable[str]) -> Iterator[Examination]:
        """Yield the quiet files at some paths, which are examined again and are no longer quiet ones."""
        known = {fold(each.subject.path) for each in self.examinations} if self.quiet else set[str]()
        named = {fold(path) for path in paths if self.quiet and self._has(path)} - known
        if not named:
            return
        source, limits, lookup = self.source, self.job.limits, Lookup(self.source)
        for each in chain(walk(source, self.surveyed, limits), iter_files_outside_web_roots(self.surveyed, limits)):
            if isinstance(each, Artifact) and fold(each.path) in named:
                examination = examine_artifact(source, self.job, each, lookup, self.surveyed.host.builds)
                if is_quiet(examination):
                    self.quiet.take(examination)
                    yield examination

    def _has(self, path: str) -> bool:
        """Return True if a path, on the server or inside the source, is there."""
        paths = self.surveyed.paths
        return paths.find(path) is not None or paths.lookup.find("", path.split("/")) is not None
