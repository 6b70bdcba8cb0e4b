"""The evidence bag of a hunt: opened before it, filled after each report, and completed at its end."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from webshellhunt.cli.output import complain
from webshellhunt.cli.outputs import output_files
from webshellhunt.cli.progress import ProgressLine
from webshellhunt.cli.signals import SIGNALS
from webshellhunt.cli.status import Outcome
from webshellhunt.containers.aes_zip import INSTALL, is_available
from webshellhunt.errors import UnexpectedError, UsageError, WebShellHuntError
from webshellhunt.keeping.bag import Bag, KeptEvidence, open_bag
from webshellhunt.keeping.readme import CUSTOMARY_PASSWORD
from webshellhunt.model.report import Report
from webshellhunt.sources.evidence_places import refuse_evidence
from webshellhunt.sources.source import Source

_SHOWN = 10
_ARCHIVE = ".zip"


class Collector:
    """Fills the bag of one command, if the user wants one."""

    def __init__(self, bag: Bag | None = None, *, quiet: bool = True) -> None:
        self._bag = bag
        self._quiet = quiet
        self._failure: Exception | None = None

    @property
    def is_used(self) -> bool:
        """True if there is a bag, and nothing has ended the copying."""
        return self._bag is not None and self._failure is None

    def keep(self, report: Report, source: Source) -> None:
        """Copy the accused files of a report; a signal ends the copying, not the bag."""
        if self._bag is None or self._failure is not None:
            return
        progress = ProgressLine(quiet=self._quiet, noun="copied file")
        try:
            with SIGNALS.held():
                self._bag.add(report, source, should_stop=lambda: SIGNALS.first is not None, progress=progress)
        except (OSError, WebShellHuntError) as error:  # the report is still written
            self._failure = error
        except Exception as error:
            words = f"an unexpected error of webshellhunt ended the copying ({type(error).__name__}: {error})"
            self._failure = UnexpectedError(words, path=report.location, report=report)
            raise self._failure from error
        finally:
            progress.clear()

    def require_kept(self) -> None:
        """Raise the error that ended the copying, if any."""
        if self._failure is not None:
            raise self._failure


@contextmanager
def open_collector(arguments: Namespace, outcome: Outcome) -> Iterator[Collector]:
    """Open the bag before the hunt, so that a wrong path or a missing extra fails at once.

    A bag that can't be completed at the end is a sentence and a failure of the outcome: the report is written already.

    Raises:
        UsageError: The bag would be in the evidence, exists, or can't be written.
        MissingDependencyError: The extra for encryption is not installed.
    """
    to, password = _target(arguments)
    if to is None:
        yield Collector()
        return
    refused = [*arguments.locations, *dict(arguments.drives).values(), *arguments.log_paths]
    refuse_evidence(to, refused, "an evidence bag")
    if any(Path(to).absolute() == Path(each).absolute() for each in output_files(arguments)):
        raise UsageError(
            "the report and the evidence bag have the same path; choose another one for one of them", path=to
        )
    failure: WebShellHuntError | None = None
    is_hunted = False
    try:
        with open_bag(to, password=password) as bag:
            collector = Collector(bag, quiet=arguments.quiet)
            try:
                yield collector
            except WebShellHuntError as error:
                failure = error  # the bag is still completed
            is_hunted = True
            collector.require_kept()
        _say(bag.result(to))
    except WebShellHuntError as error:
        if not is_hunted:
            raise
        complain(str(error))
        outcome.failed = True
    if failure is not None:
        raise failure


def _target(arguments: Namespace) -> tuple[str | None, str | None]:
    """Return the path of the bag and its password, ``None`` for a folder.

    Without the extra for encryption, and without a password of the user, the bag is a folder, which is said.
    """
    archive, folder = getattr(arguments, "collect", None), getattr(arguments, "collect_plain", None)
    password = getattr(arguments, "collect_password", None)
    if archive is None and password is not None:
        raise UsageError("--collect-password has no effect without --collect: pass both, or none")
    if archive is None:
        return folder, None
    if archive and password is None and not is_available():
        plain = archive[: -len(_ARCHIVE)] if archive.lower().endswith(_ARCHIVE) else archive
        complain(
            f"the accused files are copied READABLE, into the folder {plain}: antivirus may delete them there. "
            f"For an encrypted archive: {INSTALL}"
        )
        return plain, None
    return archive, CUSTOMARY_PASSWORD if password is None else password


def _say(kept: KeptEvidence) -> None:
    """Print the summary, also with ``--quiet``: the digest is nowhere else."""
    files = f"{kept.files:,} file{'s' * (kept.files != 1)}, {kept.size_bytes:,} bytes"
    complain(f"evidence bag written to {kept.path} and verified: {files}{'; interrupted' * kept.interrupted}")
    problems = [*(f"not kept whole: {each}" for each in kept.failures), *(f"kept, but {each}" for each in kept.changed)]
    for each in problems[:_SHOWN]:
        complain(each)
    if len(problems) > _SHOWN:
        complain(f"{len(problems) - _SHOWN:,} more such files are in its manifest")
    complain(f"SHA-256 of its manifest: {kept.manifest_sha256} (keep it with the case notes)")
