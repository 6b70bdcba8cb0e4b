"""The service: examines one file, and returns its verdict as sections, heuristics, tags and extracted layers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from assemblyline_v4_service.common.base import ServiceBase
from assemblyline_v4_service.common.request import ServiceRequest
from assemblyline_v4_service.common.result import Heuristic as SectionHeuristic
from assemblyline_v4_service.common.result import Result, ResultKeyValueSection, ResultTextSection

import webshellhunt as wsh
from webshellhunt.errors import UsageError

from .findings import MOST_FINDINGS, OF_DISPOSITION, Heuristic, Shown, line, reasons, shown_findings
from .layers import decoded_layers


class WebShellHunt(ServiceBase):
    """Finds web shells and other back doors of Exchange and IIS servers in one file, without running it."""

    def __init__(self, config: dict[str, Any] | None = None) -> None:
        super().__init__(config)
        seconds = float(self.config.get("seconds_per_file", 60))
        file_bytes = int(self.config.get("file_bytes", 64 * 1024 * 1024))
        self.job = wsh.Job(limits=wsh.Limits(file_bytes=file_bytes, seconds_per_file=seconds))

    def get_tool_version(self) -> str:
        """Return the version of webshellhunt, on which cached results depend."""
        return wsh.__version__

    def execute(self, request: ServiceRequest) -> None:
        """Examine the file of a request."""
        name = request.file_name or request.sha256
        result = Result()
        verdict = self._verdict(request, name, result)
        if verdict.disposition in OF_DISPOSITION:
            result.add_section(_verdict_section(verdict))
        elif verdict.assumed:
            result.add_section(_quiet_section(verdict))
        if verdict.gaps:
            result.add_section(_gap_section(verdict))
        request.result = result
        self._extract(request, name)

    def _verdict(self, request: ServiceRequest, name: str, result: Result) -> wsh.Verdict:
        """Return the verdict on a file; parameters that are wrong are stated in the result, and not used."""
        try:
            return wsh.examine(Path(request.file_path), path=name, hints=_hints(request), job=self.job)
        except UsageError as error:
            section = ResultTextSection("The parameters role and mapping of the submission are not used")
            section.add_line(line(error.message))
            result.add_section(section)
            return wsh.examine(Path(request.file_path), path=name, job=self.job)

    def _extract(self, request: ServiceRequest, name: str) -> None:
        """Add the decoded layers as extracted files."""
        limits = self.job.limits
        data = Path(request.file_path).read_bytes()[: limits.file_bytes]
        suffix = Path(name.replace("\\", "/")).suffix[:20]
        for number, layer in enumerate(decoded_layers(data, name, limits), 1):
            if number > request.max_extracted:
                return
            place = Path(self.working_directory, f"layer-{number}")
            place.write_bytes(layer.content)
            request.add_extracted(str(place), f"layer-{number}{suffix}", f"decoded by webshellhunt: {layer.step}")


def _hints(request: ServiceRequest) -> wsh.Hints:
    """Return the knowledge of the submission about files whose names are lost.

    Raises:
        UsageError: A parameter is unknown.
    """
    role, mapping = (str(request.get_param(name) or "").strip() or None for name in ("role", "mapping"))
    return wsh.Hints(role=role, mapping=mapping)  # type: ignore[arg-type]  # a word is accepted as a role


def _verdict_section(verdict: wsh.Verdict) -> ResultTextSection:
    """Return the section with the score: the disposition, its reasons, the assumptions, and a section a finding."""
    section = ResultTextSection(f"{verdict.disposition.label}: {_context(verdict)}")
    section.set_heuristic(OF_DISPOSITION[verdict.disposition])
    section.add_lines([*reasons(verdict), *_assumptions(verdict)])
    for shown in shown_findings(verdict):
        section.add_subsection(_finding_section(shown))
    left_out = len(verdict.counted) - MOST_FINDINGS
    if left_out > 0:
        section.add_line(f"{left_out:,} more findings are not shown")
    return section


def _finding_section(shown: Shown) -> ResultTextSection:
    """Return the section of one finding; its heuristic names the rule and has no score of its own."""
    section = ResultTextSection(shown.title)
    heuristic = SectionHeuristic(shown.heuristic, attack_ids=list(shown.techniques), signatures={shown.rule: 1})
    section.set_heuristic(heuristic)
    section.add_lines(list(shown.lines))
    for kind, value in shown.tags:
        section.add_tag(kind, value)
    if shown.facts:
        facts = ResultKeyValueSection("Facts")
        for name, value in shown.facts.items():
            facts.set_item(name, value)
        section.add_subsection(facts)
    return section


def _quiet_section(verdict: wsh.Verdict) -> ResultTextSection:
    """Return the section of a file in which nothing was found under an assumption."""
    section = ResultTextSection(f"nothing found: {_context(verdict)}", auto_collapse=True)
    section.add_lines(_assumptions(verdict))
    return section


def _assumptions(verdict: wsh.Verdict) -> list[str]:
    return [f"assumed: {line(sentence)}" for sentence in verdict.assumed]


def _gap_section(verdict: wsh.Verdict) -> ResultTextSection:
    section = ResultTextSection("Not wholly examined")
    section.set_heuristic(Heuristic.NOT_EXAMINED)
    section.add_lines([line(f"{gap.code}: {gap.reason}") for gap in verdict.gaps[:MOST_FINDINGS]])
    return section


def _context(verdict: wsh.Verdict) -> str:
    """Return the assumptions of a verdict about one file without its server."""
    subject = verdict.subject
    executed = "which IIS executes by default" if subject.executable else "which IIS does not execute by default"
    return line(f"examined as {subject.path}, {executed}; role {subject.role.value}; no configuration was read")
