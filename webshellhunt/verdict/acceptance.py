"""Acceptances: the findings that the user accepts as known false alarms, and the use of each entry.

An accepted finding stays in the verdict and in the report, but does not count for the disposition. The digest of a
known intrusion is accepted only by an entry that names the digest.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from webshellhunt.model.acceptance import Acceptance, AcceptanceUse, path_key
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Severity
from webshellhunt.model.verdict import Examination, Subject


class Acceptances:
    """The entries of the user, indexed by digest and by exact path; all others are tried one by one."""

    def __init__(self, entries: Sequence[Acceptance]) -> None:
        self._entries = entries
        self._of: dict[str, list[int]] = defaultdict(list)
        self._others: list[int] = []
        for number, entry in enumerate(entries):
            if entry.sha256 is not None:
                self._of[entry.sha256].append(number)
            elif entry.is_exact and entry.path is not None:
                self._of[entry.path].append(number)
            else:
                self._others.append(number)

    def __bool__(self) -> bool:
        return bool(self._entries)

    def apply(self, examination: Examination) -> Examination:
        """Return an examination whose findings have their entry; a valid entry takes precedence over an expired one."""
        if not self._entries or not examination.findings:
            return examination
        covering = [self._entries[number] for number in self._covering(examination.subject)]
        if not covering:
            return examination
        covering.sort(key=lambda entry: entry.expired)
        findings = tuple(replace(f, acceptance=_entry_for(f, covering)) for f in examination.findings)
        return replace(examination, findings=findings)

    def uses(self, examinations: Sequence[Examination]) -> tuple[AcceptanceUse, ...]:
        """Return the use of each entry, in their order; ``apply`` has run on the examinations."""
        counts: dict[tuple[str, int], int] = defaultdict(int)
        paths: dict[tuple[str, int], dict[str, None]] = defaultdict(dict)
        for examination in examinations:
            for finding in examination.findings:
                if finding.acceptance is not None:
                    place = (finding.acceptance.file, finding.acceptance.number)
                    counts[place] += 1
                    paths[place][examination.subject.path] = None
        places = [(entry.file, entry.number) for entry in self._entries]
        return tuple(
            AcceptanceUse(entry, counts[place], tuple(paths[place]))
            for entry, place in zip(self._entries, places, strict=True)
        )

    def _covering(self, subject: Subject) -> Iterator[int]:
        """Yield the numbers of the entries that match a subject, in their order."""
        candidates = {*self._of.get(subject.sha256 or "", ()), *self._of.get(path_key(subject.path), ()), *self._others}
        return (n for n in sorted(candidates) if self._entries[n].covers(subject.path, subject.sha256))


def _entry_for(finding: Finding, covering: Sequence[Acceptance]) -> Acceptance | None:
    if finding.severity <= Severity.INFO:
        return None
    by_digest_only = finding.rule.is_known_content
    for entry in covering:
        if entry.is_about(finding.rule) and (entry.sha256 is not None or not by_digest_only):
            return entry
    return None
