# SPDX-License-Identifier: AGPL-3.0-or-later
"""The plugin: ``target-query -f webshellhunt``."""

from __future__ import annotations

from collections.abc import Iterator

from dissect.target.exceptions import UnsupportedPluginError
from dissect.target.loaders.dir import DirLoader
from dissect.target.plugin import Plugin, arg, export
from flow.record import Record

from webshellhunt import Progress, WebShellHuntError, hunt

from .records import AssessmentRecord, GapRecord, VerdictRecord, iter_records
from .source import TargetSource
from .volumes import find_drives

_LOGGED_EACH = 1000


class WebshellhuntPlugin(Plugin):
    """Find what an intrusion left behind on an Exchange or IIS server, with the reason for each verdict."""

    def check_compatible(self) -> None:
        """Require a drive: a target without one is no Windows server."""
        if not find_drives(self.target):
            raise UnsupportedPluginError("the target has no drive with a letter, so it is no Windows server")

    @arg("--all", dest="show_all", action="store_true", help="yield benign and known good files, too")
    @export(record=[AssessmentRecord, VerdictRecord, GapRecord])
    def webshellhunt(self, show_all: bool = False) -> Iterator[Record]:
        """Hunt for back doors of IIS and Exchange, and yield the assessment, the verdicts and the gaps.

        Nothing of the evidence is executed, and nothing is sent over a network.
        """
        source = TargetSource(self.target, is_collection=self._is_collection())
        try:
            report = hunt(source, progress=self._log_progress)
        except WebShellHuntError as error:
            self.target.log.error("webshellhunt: %s", error)  # noqa: TRY400 - one sentence, no traceback
            return
        yield from iter_records(report, self.target, show_all=show_all)

    def _log_progress(self, progress: Progress) -> None:
        """Log each stage, and every thousandth file or log of it; ``target-query -v`` shows it."""
        if progress.done % _LOGGED_EACH == 0:
            words = "webshellhunt: %s: %s done, %s with findings, at %r"
            self.target.log.info(words, progress.stage, progress.done, progress.found, progress.path)

    def _is_collection(self) -> bool:
        """Return True if a tool selected the files, so that an absent file is not a deleted one."""
        copies = not any(drive.is_original for drive in find_drives(self.target))
        return copies and not isinstance(getattr(self.target, "_loader", None), DirLoader)
