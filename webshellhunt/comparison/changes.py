"""The changes of one host: each accused subject of the old reports, and those that only the new ones accuse."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from webshellhunt.comparison.scope import Scope, lists_all, path_key
from webshellhunt.model.comparison import Change, ChangeKind
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition, Presence, Subject, SubjectKind, Verdict
from webshellhunt.reports.redaction import Redaction

_ABSENT: Final = frozenset({Presence.NOT_COLLECTED, Presence.NOT_READABLE})
_UNLISTED: Final = (
    "the new report does not list benign files, so that another content may be there: write it with --all"
)
_NO_DIGEST: Final = "a report has no digest of it, so that its contents can't be compared"
_OF_REQUESTS: Final = "WSH71"
_ORDER: Final = {kind: number for number, kind in enumerate(ChangeKind)}
_NOT_TAKEN: Final = "the new evidence does not contain it, though a record of the server names it"


class HostChanges:
    """The old and the new reports of one host, with their verdicts by path."""

    def __init__(self, old: Sequence[Report], new: Sequence[Report]) -> None:
        self._old = old
        self._new = new
        self._before = _by_path(old)
        self._after = _by_path(new)
        self._copied_from = {each.subject.sha256: each for each in reversed([*_files(_accused(old))])}
        self._copies = _by_content(each for each in _files(_all(new)) if not self._was_there(each))
        self._scopes = Scope(old), Scope(new)
        self._lists_all = lists_all(new)
        self._began = min((r.run.started_utc for r in old if r.run.started_utc is not None), default=None)
        self._told: set[int] = set()

    def all(self) -> tuple[Change, ...]:
        """Return all changes, the most urgent first."""
        old = [self._fate(verdict) for verdict in _accused(self._old) if _may_be_there(verdict)]
        return tuple(sorted([*old, *self._come()], key=_urgency))

    def _fate(self, verdict: Verdict) -> Change:
        """Return the change of one accused subject of the old reports."""
        now = self._after[_place(verdict.subject)]
        present = [each for each in now if each.subject.kind is not SubjectKind.TRACE]
        if present:
            same = [each for each in present if each.subject.sha256 == verdict.subject.sha256]
            return self._present((same or present)[0], verdict)
        traces = [each for each in now if each.subject.presence is not Presence.PRESENT]
        self._told |= set(map(id, traces))
        last = next(iter(traces), None) if not self._scopes[1].logs_alone else None
        if last is not None and last.subject.presence is not Presence.DELETED and not _is_of_requests(last):
            reason = "its folder could not be read" if last.subject.presence is Presence.NOT_READABLE else _NOT_TAKEN
            return self._change(ChangeKind.NOT_EXAMINED, verdict, last, reason)
        return self._absent(verdict, last)

    def _present(self, after: Verdict, before: Verdict) -> Change:
        """Return the change of a subject that both reports have."""
        self._told.add(id(after))
        is_same = _has_same_content(before.subject, after.subject)
        if after.disposition >= Disposition.SUSPICIOUS:
            kind = ChangeKind.CHANGED if is_same is False else ChangeKind.REMAINS
            return self._change(kind, before, after, _NO_DIGEST if is_same is None else "")
        if after.is_accepted or after.is_known_and_accused:
            reason = "it is still there, and you accept it or list it as known"
            return self._change(ChangeKind.NOT_ACCUSED, before, after, reason)
        if is_same is not False:
            words = "it is still there with the same content" if is_same else f"it is still there ({_NO_DIGEST})"
            return self._change(ChangeKind.NOT_ACCUSED, before, after, f"{words}, and {after.disposition} now")
        is_benign = after.disposition <= Disposition.BENIGN
        reason = f"its content is another one now, and {after.disposition}"
        return self._change(ChangeKind.NOT_ACCUSED, before, after, reason, is_settled=is_benign)

    def _absent(self, verdict: Verdict, trace: Verdict | None) -> Change:
        """Return the change of a subject that the new reports don't have at its path."""
        copy = self._copy(verdict.subject)
        if copy is not None and copy.disposition >= Disposition.SUSPICIOUS:
            self._told.add(id(copy))
            return self._change(ChangeKind.MOVED, verdict, copy, other_path=copy.subject.path)
        old, new = self._scopes
        reason = new.why_not_examined(verdict.subject, old)
        if reason is not None:
            return self._change(ChangeKind.NOT_EXAMINED, verdict, reason=reason)
        if copy is not None:
            path, reason = copy.subject.path, f"its content is at another path, and {copy.disposition} there"
            return self._change(ChangeKind.NOT_ACCUSED, verdict, copy, reason, other_path=path)
        if trace is None and not self._lists_all:
            return self._change(ChangeKind.NOT_ACCUSED, verdict, reason=_UNLISTED)
        return self._change(ChangeKind.GONE, verdict, trace, is_settled=True)

    def _come(self) -> Iterator[Change]:
        """Yield the subjects that only the new reports accuse."""
        for verdict in _accused(self._new):
            before = self._before[_place(verdict.subject)]
            known = any(each.disposition >= Disposition.SUSPICIOUS and _is_alike(each, verdict) for each in before)
            if id(verdict) in self._told or known:
                continue
            copied = self._copied_from.get(verdict.subject.sha256)
            yield Change(
                ChangeKind.NEW,
                verdict.subject.path,
                verdict.subject.kind,
                max((each.disposition for each in before), default=None),
                verdict.disposition,
                next((each.subject.sha256 for each in before), None),
                verdict.subject.sha256,
                "" if copied is None or _place(copied.subject) == _place(verdict.subject) else copied.subject.path,
                self._used_again(verdict),
                self._why_new(verdict, before),
            )

    def _why_new(self, verdict: Verdict, before: Sequence[Verdict]) -> str:
        if any(each.subject.presence is Presence.DELETED for each in before):
            return "it was deleted before, and is there again"
        old, new = self._scopes
        if not before and verdict.subject.kind is SubjectKind.FILE and old.why_not_examined(verdict.subject, new):
            return "the old hunt did not examine its place, so that it may have been there"
        return Redaction(verdict, show_secrets=False).text(next(iter(verdict.reasons), ""))

    def _copy(self, subject: Subject) -> Verdict | None:
        """Return a new file with a content, at a path where the old reports do not have it, the worst first.

        Each accused file is the copy of one subject.
        """
        copies = self._copies.get(subject.sha256 or "", [])
        while copies and id(copies[-1]) in self._told:
            copies.pop()
        return copies[-1] if copies else None

    def _was_there(self, verdict: Verdict) -> bool:
        """Return True if the old reports have a file of the new ones at its path with the same content."""
        return any(each.subject.sha256 == verdict.subject.sha256 for each in self._before[_place(verdict.subject)])

    def _change(
        self,
        kind: ChangeKind,
        before: Verdict,
        after: Verdict | None = None,
        reason: str = "",
        *,
        other_path: str = "",
        is_settled: bool = False,
    ) -> Change:
        subject = before.subject
        return Change(
            kind,
            subject.path,
            subject.kind,
            before.disposition,
            None if after is None else after.disposition,
            subject.sha256,
            None if after is None else after.subject.sha256,
            other_path,
            None if after is None else self._used_again(after),
            reason,
            is_settled,
        )

    def _used_again(self, verdict: Verdict) -> datetime | None:
        """Return the last answered request after the old hunt began."""
        use = verdict.use
        if use is None or not use.answered or use.last_utc is None or self._began is None:
            return None
        return use.last_utc if use.last_utc > self._began else None


def _by_path(reports: Sequence[Report]) -> dict[str, list[Verdict]]:
    found: dict[str, list[Verdict]] = defaultdict(list)
    for report in reports:
        for verdict in report.verdicts:
            found[_place(verdict.subject)].append(verdict)
    return found


def _by_content(files: Iterable[Verdict]) -> dict[str, list[Verdict]]:
    """Return files by the digest of their content, the worst one last."""
    found: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in sorted(files, key=lambda each: each.disposition):
        found[verdict.subject.sha256 or ""].append(verdict)
    return found


def _files(verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
    """Yield the files whose content is known."""
    for verdict in verdicts:
        if verdict.subject.kind is SubjectKind.FILE and verdict.subject.sha256 is not None:
            yield verdict


def _place(subject: Subject) -> str:
    """Return the key by which subjects of two reports are the same: a trace of a file has that of the file."""
    start = "registration " if subject.kind is SubjectKind.REGISTRATION else ""
    return f"{start}{path_key(subject.path)}"


def _all(reports: Sequence[Report]) -> Iterator[Verdict]:
    yield from (verdict for report in reports for verdict in report.verdicts)


def _accused(reports: Sequence[Report]) -> Iterator[Verdict]:
    yield from (verdict for report in reports for verdict in report.accused)


def _has_same_content(before: Subject, after: Subject) -> bool | None:
    """Return whether two subjects at one path have the same content; ``None`` if a report does not know it.

    An element of a configuration has no content of its own: it is the same if it is there.
    """
    if before.sha256 is not None and after.sha256 is not None:
        return before.sha256 == after.sha256
    return True if after.kind is SubjectKind.REGISTRATION else None


def _may_be_there(verdict: Verdict) -> bool:
    """Return True unless it is only the trace of an act or of a deleted file, which no clean-up removes."""
    subject = verdict.subject
    return subject.kind is not SubjectKind.TRACE or subject.presence in _ABSENT


def _is_of_requests(trace: Verdict) -> bool:
    """Return True if only requests of the past prove a page: they stay in the logs after a clean-up."""
    found = trace.findings
    return bool(found) and all(each.rule.id.startswith(_OF_REQUESTS) for each in found)


def _is_alike(before: Verdict, after: Verdict) -> bool:
    """Return True if a subject was known as it is now: a file is news where only the trace of a deleted one was."""
    is_trace = SubjectKind.TRACE in (before.subject.kind, after.subject.kind)
    return not is_trace or before.subject.kind is after.subject.kind or after.subject.kind is SubjectKind.TRACE


def _urgency(change: Change) -> tuple[object, ...]:
    worst = max(change.before or Disposition.KNOWN_GOOD, change.after or Disposition.KNOWN_GOOD)
    return _ORDER[change.kind], change.used_again_utc is None, -worst, path_key(change.path)
