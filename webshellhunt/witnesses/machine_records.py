"""The witness of records of Windows that run programs: consumers of WMI, and download jobs of BITS."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any, Final

from webshellhunt.detectors import detectors_on
from webshellhunt.errors import SourceError
from webshellhunt.examined_host import ExaminedHost
from webshellhunt.fence import Fence
from webshellhunt.host.machine import bits_jobs, wmi_repository
from webshellhunt.host.machine.bits_jobs import BitsJob, read_jobs
from webshellhunt.host.machine.wmi_repository import WmiConsumer, read_consumers
from webshellhunt.model.artifact import Entry
from webshellhunt.model.findings import Finding, Gap
from webshellhunt.model.verdict import Examination, Subject, SubjectKind
from webshellhunt.witnesses.signs import iter_download_queues, iter_wmi_repositories

MOST_TOLD: Final = 100
"""The most consumers or jobs of one file that are reported."""


def hear_machine_records(host: ExaminedHost) -> Iterator[Examination | Gap]:
    """Yield a registration for each consumer and job that a rule reports."""
    for entry in iter_wmi_repositories(host.surveyed):
        yield from _examined(host, entry, WmiConsumer, read_consumers, wmi_repository.LARGEST_BYTES)
    for entry in iter_download_queues(host.surveyed):
        yield from _examined(host, entry, BitsJob, read_jobs, bits_jobs.LARGEST_BYTES)


def _examined(
    host: ExaminedHost, entry: Entry, view: type, read: Callable[..., Iterator[Any]], largest: int
) -> Iterator[Examination | Gap]:
    path = host.surveyed.paths.display_path(entry.path)
    fence = Fence(path, "witnesses")
    bytes_at = partial(_bytes_at, host, entry.path)
    try:
        bytes_at(0, 1)
    except SourceError as error:
        yield Gap("unreadable", "witnesses", path, error.message)
        return
    for record in fence.collect("records", lambda: islice(read(bytes_at, entry.size_bytes), MOST_TOLD)):
        findings: list[Finding] = fence.collect_each("records", detectors_on(view), (record, path))
        if findings:
            noun = "WMI consumer" if view is WmiConsumer else "download job"
            subject = Subject(
                SubjectKind.REGISTRATION, f"{path} ({noun} {record.name[:100]})", host.source.locate(entry.path)
            )
            yield Examination(subject, tuple(findings))
    if entry.size_bytes > largest:
        reason = f"only the first {largest // 1024**2:,} MiB were searched for programs that Windows runs"
        yield Gap("too-large", "witnesses", path, reason)
    yield from fence.gaps


def _bytes_at(host: ExaminedHost, path: str, offset: int, count: int) -> bytes:
    return host.source.read(path, count, offset)
