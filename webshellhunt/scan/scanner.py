"""Scanner: open the layers of one artifact, and run signatures and detectors on their views, inside the fence.

The examination is pure: the same bytes, settings and rules have the same result, and it pickles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from time import monotonic
from typing import TYPE_CHECKING

from webshellhunt.baselines.known_contents import load_baselines
from webshellhunt.binaries.dotnet import Assembly
from webshellhunt.containers.recognition import LARGE_BYTES
from webshellhunt.errors import SourceError
from webshellhunt.fence import Deadline, Fence, present_deadline, timed
from webshellhunt.host.iis.xml_tree import Element
from webshellhunt.host.machine.paths import Lookup
from webshellhunt.host.machine.scheduled_tasks import why_unread
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.findings import FactValue, Finding, Gap
from webshellhunt.model.limits import Job
from webshellhunt.model.places import SETUP_ROLES, Role
from webshellhunt.model.result_cache import CacheAccess
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.settings import PageKind
from webshellhunt.model.standing import StandingKind
from webshellhunt.model.verdict import Examination, WorkerResult
from webshellhunt.pages.includes.resolver import DependencyResolver, ResolutionCode, ResolveDependency
from webshellhunt.pages.kinds import nature_of
from webshellhunt.scan.access_annotations import iter_with_access_check
from webshellhunt.scan.deadline import cut_short, vouched
from webshellhunt.scan.frame_room import with_frame_room
from webshellhunt.scan.log_files import as_evidence
from webshellhunt.scan.signature_scan import iter_signature_findings
from webshellhunt.scan.stall import ended_if_stalled
from webshellhunt.scan.tools import Tools, tools_for
from webshellhunt.scan.unopened_containers import find_unopened, find_unopened_bytes, with_unopened
from webshellhunt.sources.source import Source, window_on
from webshellhunt.views.layer import says_script
from webshellhunt.views.sample import Code, Layer, Sample

if TYPE_CHECKING:
    from webshellhunt.scan.result_cache.kept_results import KeptResults, Run

_RUNS = (
    (b"appinitialize", "at each start of the application (AppInitialize)"),
    (b"ihttpmodule", "at each request, if a configuration or its own code registers it as a module"),
    (b"virtualpathprovider", "each time the server looks for a page, once its own code registers it"),
    (b"ihttphandler", "at requests for the address that a configuration or a route maps to it"),
)
"""When the server runs a class in ``App_Code``, by a word of it."""
_NO_TOOL = "request data is written to an executable file"
"""Begins the message of a tool rule about an act that no library of a site needs."""
FINDINGS_PER_VIEW = 5
"""The most findings of one rule in one view."""


class BatchResults(list[WorkerResult]):
    """The results for several artifacts; ``problem`` is the end of a sentence if the cache could not be used."""

    problem: str = ""


@with_frame_room
def examine_batch(
    source: Source,
    job: Job,
    artifacts: Sequence[Artifact],
    hunt: str | None = None,
    builds: tuple[str, ...] = (),
    cache: CacheAccess | None = None,
) -> BatchResults:
    """Examine several artifacts of a source and return their results: the unit of work of an executor.

    ``hunt``: a globally unique name; a worker keeps the first copy of the source that it gets under this name.
    ``builds``: the builds of Exchange on the host; none if they are unknown. ``cache``: the cache in which results are
    looked up and kept.
    """
    lookup = _lookup_of(source, hunt)
    if cache is None:
        return BatchResults(_outcome_of(lookup.source, job, artifact, lookup, builds) for artifact in artifacts)
    from webshellhunt.scan.result_cache.kept_results import KeptResults

    with KeptResults(cache) as kept:
        results = BatchResults(
            _outcome_of(lookup.source, job, artifact, lookup, builds, kept) for artifact in artifacts
        )
    results.problem = kept.problem
    return results


_remembered: dict[str, Lookup] = {}


def _lookup_of(source: Source, hunt: str | None) -> Lookup:
    """Return the look-up of directories of this source, kept from one batch of a hunt to the next."""
    if hunt is None:
        return Lookup(source)
    lookup = _remembered.get(hunt)
    if lookup is None:
        lookup = Lookup(source)
        # The thread of another hunt may clear the dictionary at any moment, so the return value is not read from it.
        _remembered.clear()
        _remembered[hunt] = lookup
    return lookup


def forget_source() -> None:
    """Clear the look-up of a source, because the source may change before the next hunt."""
    _remembered.clear()


@with_frame_room
def examine_artifact(
    source: Source, job: Job, artifact: Artifact, lookup: Lookup | None = None, builds: tuple[str, ...] = ()
) -> Examination:
    """Read one artifact and examine it with its dependencies; an unreadable one is a Gap."""
    return _outcome_of(source, job, artifact, lookup or Lookup(source), builds).of(artifact)


@with_frame_room
def examine_bytes(
    data: bytes, artifact: Artifact, job: Job, resolve: ResolveDependency | None = None, builds: tuple[str, ...] = ()
) -> Examination:
    """Examine the bytes of one artifact, with the dependencies that ``resolve`` finds.

    ``data`` may be the beginning of a larger file. For a content that a baseline has at this path only
    the digest is computed, with any role or mapping.
    """
    outcome = _of_read(data[: job.limits.file_bytes], artifact, job, resolve, builds)
    return with_unopened(outcome, find_unopened_bytes(data, artifact)).of(artifact)


def unexamined(artifact: Artifact, code: str, reason: str) -> WorkerResult:
    """Return the result of a file that could not be examined: one Gap."""
    sample = Sample(artifact, b"")
    gap = Gap(code, "examine", artifact.path, reason, sample.nature.executable)
    return WorkerResult(None, _runs(sample), gaps=(gap,))


@ended_if_stalled()
def _outcome_of(
    source: Source,
    job: Job,
    artifact: Artifact,
    lookup: Lookup,
    builds: tuple[str, ...],
    kept: KeptResults | None = None,
) -> WorkerResult:
    """Read one artifact and examine it, unless it is a container that is not opened."""
    limit = job.limits.file_bytes
    size = artifact.size_bytes
    is_large = size >= LARGE_BYTES
    unopened = find_unopened(window_on(source, artifact.entry_path, size), artifact) if is_large else None
    if unopened is None or unopened.is_examined:
        try:
            data = source.read(artifact.entry_path, limit)
        except SourceError as error:
            return unexamined(artifact, "unreadable", error.message)
        unopened = unopened if is_large else find_unopened_bytes(data, artifact)
    if unopened is not None and unopened.gap is not None and not unopened.is_examined:
        return WorkerResult(None, executable=False, gaps=(unopened.gap,))
    resolver = partial(DependencyResolver, source, artifact, lookup)
    if kept is None or artifact.size_bytes > limit:  # the digest of a part is not that of the file
        outcome = _of_read(data, artifact, job, resolver(), builds)
    else:
        resolve, run = kept.around(resolver, _run_rules)
        outcome = _of_bytes(data, artifact, job, resolve, builds, run)
    return with_unopened(outcome, unopened)


def _of_read(
    data: bytes, artifact: Artifact, job: Job, resolve: ResolveDependency | None, builds: tuple[str, ...]
) -> WorkerResult:
    """Examine the bytes that were read of an artifact; an unread rest is a Gap."""
    limit = job.limits.file_bytes
    if artifact.size_bytes <= limit:
        return _of_bytes(data, artifact, job, resolve, builds)
    outcome = _of_bytes(data, artifact, job, resolve, ())
    sample = Sample(artifact, b"")
    reason = f"only the first {limit // 1024**2} MiB of {artifact.size_bytes // 1024**2} MiB were examined"
    gap = Gap("too-large", "examine", artifact.path, reason, matters=sample.nature.executable)
    return outcome._replace(sha256=None, executable=_runs(sample), gaps=(*outcome.gaps, gap))


def _of_bytes(
    data: bytes,
    artifact: Artifact,
    job: Job,
    resolve: ResolveDependency | None,
    builds: tuple[str, ...],
    run: Run | None = None,
) -> WorkerResult:
    """Examine the bytes of one artifact, and release its views."""
    limits = job.limits
    sample = Sample(
        artifact,
        data,
        text_bytes=limits.text_bytes,
        excerpt_chars=limits.excerpt_chars,
        resolve=resolve,
        machine_keys=job.machine_keys,
    )
    try:
        with timed(Deadline(limits.seconds_per_file, monotonic)):
            return _examine(sample, job, builds, run or _run_rules)
    finally:
        sample.close()


def _examine(sample: Sample, job: Job, builds: tuple[str, ...], run: Run) -> WorkerResult:
    """Examine a sample, unless a baseline has its content.

    A baseline of the user may be from a compromised server, or from older rules. If only such a baseline has the
    content, pages, configuration, and files that were suspicious then are examined, but their gaps are dropped.
    """
    artifact = sample.artifact
    if len(sample.data) >= artifact.size_bytes:
        sample.standing = load_baselines(job.baseline_paths).standing(artifact, sample.sha256, builds)
    standing = sample.standing
    if standing.kind is not StandingKind.KNOWN:
        return run(sample, job)
    may_hide = standing.accused or sample.nature.executable or sample.nature.kind is PageKind.CONFIG
    if not (standing.by_user and may_hide):
        return WorkerResult(sample.sha256, _runs(sample), known_good=standing.baseline)
    sample.standing = load_baselines().standing(artifact, sample.sha256, builds)
    return vouched(run(sample, job), sample.sha256, standing.baseline)


def _run_rules(sample: Sample, job: Job) -> WorkerResult:
    """Run signatures and detectors over a sample."""
    artifact, data, limits, tools = sample.artifact, sample.data, job.limits, tools_for(job)
    fence = Fence(artifact.path, deadline=present_deadline())
    if fence.step("bytes", partial(leaves_early, sample, tools), otherwise=False):
        return WorkerResult(sample.sha256, executable=False)
    layers = fence.collect("text", sample.iter_layers)
    layers += fence.collect("code", lambda: sample.constant_layers)
    findings = [*_signatures(sample, layers, tools, fence), *_detections(sample, layers, tools, fence)]
    if sample.text_cut and sample.nature.executable:
        reason = f"only its first {limits.text_bytes:,} bytes were read as text; signatures saw {len(data):,}"
        fence.gaps.append(Gap("too-large", "examine", artifact.path, reason, matters=True))
    fence.lift_deadline()
    fence.gaps += () if fence.is_cut else (*_not_followed(sample), *_broken_task(sample))
    annotated = _annotated(findings, sample, fence) if findings else ()
    outcome = WorkerResult(sample.sha256, _runs(sample), annotated, tuple(fence.gaps))
    outcome = as_evidence(outcome, sample)
    return cut_short(outcome, artifact.path, matters=_is_of_server(sample)) if fence.is_cut else outcome


def leaves_early(sample: Sample, tools: Tools) -> bool:
    """Return True if the bytes, the name and the place of a file show that nothing can be found in it.

    Then no layer is built. Without an opening of code no shipped rule is run; with that of XML, or in another reading
    than the bytes, those about code need a word of a script. A picture without the start of a page has no layer.
    """
    catalog, views = tools.catalog, [Sample, Layer]
    if catalog.public is not None:
        return False
    if not sample.is_plain:
        if not sample.is_unread or (sample.may_open and catalog.opens(sample.opens, is_read=False)):
            return False
        views = [Sample]
    elif not sample.says_nothing and (says_script(sample.folded) or catalog.opens(sample.opens)):
        return False
    return not any(tools.selections[view].finders_for(sample) for view in views)


def _annotated(findings: list[Finding], sample: Sample, fence: Fence) -> tuple[Finding, ...]:
    """Return each finding once, with the access check and the dependencies of the page as facts."""
    distinct = [finding for finding in _distinct(findings) if not _is_doubt_elsewhere(finding, sample)]
    checked = fence.collect("code", lambda: iter_with_access_check(distinct, sample)) or distinct
    return tuple(_with_dependencies(finding, sample) for finding in checked)


def _is_doubt_elsewhere(finding: Finding, sample: Sample) -> bool:
    """Return True for a doubt about an included page alone, which is judged by itself: it is said once."""
    artifact, paths = sample.artifact, {evidence.path for evidence in finding.evidence}
    if finding.confidence > Confidence.LOW or finding.severity > Severity.MEDIUM or len(paths) != 1:
        return False
    path = paths.pop()
    return path != artifact.path and nature_of(path, artifact.settings).executable


def _not_followed(sample: Sample) -> Iterator[Gap]:
    """Yield one gap if the page runs a file that is present and could not be included."""
    for each in () if sample.includes_nothing else sample.resolutions:
        if each.code in (ResolutionCode.LIMIT, ResolutionCode.UNREADABLE):
            reason = f"not all of its dependencies were examined ({_named(each.dependency.target)}: {each.reason})"
            yield Gap("pull-not-followed", "examine", sample.artifact.path, reason, matters=True)
            return


def _broken_task(sample: Sample) -> Iterator[Gap]:
    """Yield one gap for a scheduled task that can't be read as a whole."""
    reason = why_unread(sample.data, sample.artifact.path)
    if reason is not None:
        yield Gap("task-broken", "examine", sample.artifact.path, reason, matters=True)


def _with_dependencies(finding: Finding, sample: Sample) -> Finding:
    """Add the included files of the evidence, and the missing dependencies of the page, to the facts of a finding."""
    elsewhere = dict.fromkeys(e.path for e in finding.evidence if e.path != sample.artifact.path)
    missing = dict.fromkeys(f"{_named(p.dependency.target)}: {p.reason}" for p in sample.resolutions if p.data is None)
    facts: dict[str, FactValue] = {"included_from": tuple(elsewhere)} if elsewhere else {}
    if missing:
        facts["not_followed"] = tuple(islice(missing, FINDINGS_PER_VIEW))
    return replace(finding, facts={**finding.facts, **facts}) if facts else finding


def _named(target: str) -> str:
    return target if len(target) <= 120 else f"{target[:120]}…"


def _runs(sample: Sample) -> bool:
    """Return True if the server runs a file, as a page or as a library."""
    return sample.nature.executable or sample.is_loaded


def _detections(sample: Sample, layers: list[Layer], tools: Tools, fence: Fence) -> Iterator[Finding]:
    """Run each detector on each view of its kind."""
    yield from _detect(tools, Sample, "bytes", fence, sample, sample)
    if not fence.is_cut and any(fence.collect("PHP", lambda: (sample.php is not None and sample.php.exhausted,))):
        words = "the analysis of its PHP code exceeded the limit; the rest was not examined"
        fence.add_gap("exhausted", "PHP", words, matters=_is_of_server(sample))
    for config in fence.collect("configuration", lambda: sample.configs):
        yield from _detect(tools, Element, "configuration", fence, sample, config, sample)
    for assembly in fence.collect("assembly", lambda: sample.assemblies):
        yield from _detect(tools, Assembly, "assembly", fence, sample, assembly, sample)
    for layer in layers:
        for finding in _in_page(sample, layer, tools, fence):
            yield replace(_in_layer(finding, layer), dormant=layer.is_dormant)
    for layer in fence.collect("code", lambda: sample.module_layers):
        yield from _in_module(sample, layer, tools, fence)


def _in_page(sample: Sample, layer: Layer, tools: Tools, fence: Fence) -> Iterator[Finding]:
    """Run the detectors of pages and of code on one layer."""
    yield from _detect(tools, Layer, "page", fence, sample, layer)
    if any(fence.collect("page", lambda: (layer.browsed is not None and layer.browsed.cut,))):
        words = "the analysis of its client scripts exceeded the limit; the rest was not examined"
        fence.add_gap("exhausted", "client scripts", words, matters=_is_of_server(sample))
    for code in fence.collect("code", lambda: layer.judged_codes):
        yield from _detect(tools, Code, "code", fence, sample, code, layer)
        if not fence.is_cut and code.analysis.exhausted:
            words = "the analysis of its code exceeded the limit; the rest was not examined"
            fence.add_gap("exhausted", "code", words, matters=_is_of_server(sample))


def _in_module(sample: Sample, layer: Layer, tools: Tools, fence: Fence) -> Iterator[Finding]:
    """Run the detectors of code on a file that the page uses; only what comes from the page is a finding of it."""
    for code in fence.collect("code", lambda: layer.codes):
        crossing = [flow.place for flow in code.analysis.flows if flow.crosses]
        spans = {layer.place_evidence(code, place).span for place in crossing}
        for finding in _detect(tools, Code, "code", fence, sample, code, layer) if crossing else ():
            if finding.evidence and finding.evidence[0].span in spans:
                yield finding


def _is_of_server(sample: Sample) -> bool:
    """Return True if the server runs a file, or if it is in a directory of a web site."""
    return _runs(sample) or sample.artifact.role not in (Role.GIVEN, Role.DROP)


def _in_layer(finding: Finding, layer: Layer) -> Finding:
    """Add the facts of the carrier to a finding in it, and whether the server runs the code from there."""
    if layer.is_application_source:
        return _in_application(finding, layer)
    if layer.carried is None:
        return finding if layer.kind_by_directive is None else _read_by_directive(finding, layer)
    facts = {"carrier": layer.carried.carrier, **layer.carried.telling, **finding.facts}
    return replace(finding, facts=facts, dormant=layer.is_dormant)


def _in_application(finding: Finding, layer: Layer) -> Finding:
    """Add when the server runs a source in ``App_Code``; in a library, the work of honest tools says little."""
    when = next((words for mark, words in _RUNS if mark in layer.folded), "where the application uses it")
    rule, severity = finding.rule, finding.severity
    is_tool = rule.is_tool and not finding.message.startswith(_NO_TOOL)
    if is_tool and severity < Severity.CRITICAL and layer.sample.artifact.role not in SETUP_ROLES:
        severity = min(severity, Severity.LOW)
    message = finding.message.replace("the page ", "the application ", 1)
    return replace(finding, message=message, severity=severity, facts={**finding.facts, "runs": when})


def _read_by_directive(finding: Finding, layer: Layer) -> Finding:
    """Add the kind by which the directive has the text read, where the name is that of another kind."""
    kind = str(layer.kind_by_directive).replace("_", " ")
    told = f"a {kind}, by its directive; under this name the server runs it only if a mapping says so"
    return replace(finding, facts={**finding.facts, "read_as": told})


def _detect(tools: Tools, view: type, name: str, fence: Fence, sample: Sample, *views: object) -> list[Finding]:
    finders = fence.collect(name, lambda: tools.selections[view].finders_for(sample, *views))
    return fence.collect_each(name, finders, views, FINDINGS_PER_VIEW)


def _signatures(sample: Sample, layers: list[Layer], tools: Tools, fence: Fence) -> Iterator[Finding]:
    """Run the rules on the bytes and on the layers."""
    timeout_s, alone = tools.job.limits.signature_timeout_s, not tools.job.detectors
    for finding, layer in iter_signature_findings(sample, layers, tools.catalog, fence, timeout_s, alone=alone):
        yield finding if layer is None else _in_layer(finding, layer)


def _distinct(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the findings, those with the same rule, message and bytes only once."""
    seen = set()
    for finding in findings:
        place = (finding.evidence[0].path, finding.evidence[0].span) if finding.evidence else None
        key = (finding.rule.id, finding.message, place)
        if key not in seen:
            seen.add(key)
            yield finding
