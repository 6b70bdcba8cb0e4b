"""``webshellhunt render``: write saved reports in any format, as the hunt would have written them.

``webshellhunt join`` does it with the reports of parts of a list, of which a damaged one costs no other.
"""

from __future__ import annotations

import re
from argparse import Namespace
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from webshellhunt.cli.inputs.evidence import iter_evidence
from webshellhunt.cli.inputs.locations import locations_of
from webshellhunt.cli.output import complain
from webshellhunt.cli.outputs import open_outputs
from webshellhunt.cli.signals import SIGNALS
from webshellhunt.cli.status import Status
from webshellhunt.errors import UsageError
from webshellhunt.model.fleet import Fleet, Unopened
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Verdict
from webshellhunt.reports import Options
from webshellhunt.saved_reports import iter_file

_FINGERPRINT = re.compile(r"sha256:[0-9a-f]{12}(?![0-9a-f])")
_ENDINGS: Final = (".json", ".jsonl")
_KEPT: Final = 50
"""The most reports that are kept from the first reading; of more, each is read a second time when it is written."""

_NO_REPORT: Final = "none of the reports is of this location"


def run(arguments: Namespace) -> int:
    """Read all files first, since an output must not be in the evidence that they name; then write."""
    paths = _files(arguments.reports) if arguments.joins else arguments.reports
    first = _FirstReading(arguments)
    for path in paths:
        first.read(path)
    if arguments.joins:
        first.compare_with_list()
    evidence, inputs = list(first.evidence), [*arguments.reports, *paths, *getattr(arguments, "lists", ())]
    with SIGNALS.held(), open_outputs(arguments, evidence=evidence, inputs=inputs) as outputs:
        SIGNALS.check()
        outputs.write(first.reports(paths), first.options(paths))
    outputs.conclude()
    lacking = list(first.lacking())
    for sentence in lacking:
        complain(sentence)
    if first.damaged:
        return Status.WRONG_USE
    return Status.INCOMPLETE if lacking or first.missing else Status.NOTHING


def _files(names: Iterable[str]) -> list[str]:
    """Return the files of reports; a folder stands for those in it.

    Raises:
        UsageError: A folder can't be read, or has none.
    """
    files: list[str] = []
    for name in names:
        folder = Path(name)
        if not folder.is_dir():
            files.append(name)
            continue
        try:
            found = sorted(str(each) for each in folder.iterdir() if each.suffix.lower() in _ENDINGS)
        except OSError as error:
            raise UsageError(f"this folder can't be read: {error.strerror or error}", path=name) from error
        if not found:
            raise UsageError("this folder has no report; reports end in .json or .jsonl", path=name)
        files += found
    return list(dict.fromkeys(files))


class _FirstReading:
    """The few things of all reports that are known before the first one is written.

    Attributes:
        evidence: The places of evidence that the reports name.
        damaged: True if a file could not be read completely; only ``join`` goes on then.
        missing: True if a location of the list has no report.
    """

    def __init__(self, arguments: Namespace) -> None:
        self.evidence: dict[str, None] = {}
        self.damaged: bool = False
        self.missing: bool = False
        self._arguments = arguments
        self._locations: Counter[str] = Counter()
        self._kept: list[Report] = []
        self._fleets: list[Fleet | None] = []
        self._unopened: list[Unopened] = []
        self._unlisted = 0
        self._hides = False

    def read(self, path: str) -> None:
        """Read a file.

        Raises:
            UsageError: It is no complete report, and no other one is joined with it.
        """
        fleet: Fleet | None = None
        try:
            for each in iter_file(path):
                if isinstance(each, Fleet):
                    fleet = each
                else:
                    self._add(each.report)
        except UsageError as error:
            if not self._arguments.joins:
                raise
            complain(f"{error}; its complete reports and all other files are joined")
            self._unopened.append(Unopened(path, path, str(error)))
            self.damaged = True
        self._fleets.append(fleet)
        self._unopened += () if fleet is None else fleet.unopened

    def _add(self, report: Report) -> None:
        self.evidence |= dict.fromkeys(iter_evidence([report]))
        self._locations[report.location] += 1
        self._unlisted += report.unlisted
        if self._locations.total() <= _KEPT:
            self._kept.append(report)
        if self._arguments.show_secrets and not self._hides:
            self._hides = any(map(_hides, report.verdicts))

    def compare_with_list(self) -> None:
        """Say which locations are in several reports, and add those of a list that are in none."""
        repeated = [location for location, count in self._locations.items() if count > 1]
        if repeated:
            many = f"{len(repeated):,} locations are" if len(repeated) > 1 else "1 location is"
            complain(f"{many} in several reports, such as {repeated[0]}")
        if not self._arguments.lists:
            return
        known = {*self._locations, *(each.location for each in self._unopened)}
        listed = locations_of(Namespace(locations=[], lists=self._arguments.lists))
        for location in listed.paths:
            if location not in known:
                self._unopened.append(Unopened(listed.names.get(location, location), location, _NO_REPORT))
                self.missing = True

    def reports(self, paths: Sequence[str]) -> Iterator[Report]:
        """Yield all reports again; many of them from their files, so that one at a time is in memory."""
        if self._locations.total() <= _KEPT:
            yield from self._kept
            return
        self._kept.clear()
        for path in paths:
            try:
                for each in iter_file(path):
                    if not isinstance(each, Fleet):
                        yield each.report
            except UsageError:
                if not self._arguments.joins:
                    raise

    def options(self, paths: Sequence[str]) -> Options:
        """Return the options of the comparison: the saved one of a single file, else a new one of all reports."""
        if len(paths) == 1 and self._fleets[0] is not None and not self._arguments.joins:
            return Options(fleet=True, compared=self._fleets[0])
        return Options(fleet=self._arguments.joins or self._locations.total() > 1, unopened=self._unopened)

    def lacking(self) -> Iterator[str]:
        """Yield a sentence for each thing that the user wants and the reports don't have."""
        if self._arguments.show_all and self._unlisted:
            files = "1 file" if self._unlisted == 1 else f"{self._unlisted:,} files"
            words = "can't be listed, as the report has only their number; hunt with --all"
            yield f"--all: {files} without a finding {words}"
        if self._hides:
            yield "--show-secrets: the report has only fingerprints of secrets; hunt with --show-secrets"


def _hides(verdict: Verdict) -> bool:
    """Return True if a verdict has the fingerprint of a secret."""
    if not verdict.secrets_hidden:
        return False
    texts = [*verdict.reasons, *(finding.message for finding in verdict.findings)]
    texts += [evidence.excerpt for finding in verdict.findings for evidence in finding.evidence]
    texts += [str(value) for finding in verdict.findings for value in finding.facts.values()]
    return any(_FINGERPRINT.search(text) for text in texts)
