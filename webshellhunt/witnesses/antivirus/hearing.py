"""The antivirus witness: the records of Microsoft Defender on a host, with the examined contents of its quarantine."""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.examined_host import ExaminedHost
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.findings import Gap
from webshellhunt.model.verdict import Examination
from webshellhunt.scan.scanner import examine_bytes
from webshellhunt.witnesses.antivirus.collected import collect_records
from webshellhunt.witnesses.antivirus.examinations import iter_examinations
from webshellhunt.witnesses.antivirus.places import PlaceFinder


def hear_antivirus(host: ExaminedHost) -> Iterator[Examination | Gap]:
    """Yield traces of files that Defender removed, new findings of files that remain, and gaps."""
    records = collect_records(host.source, host.surveyed)
    yield from records.gaps
    if not (records.detections or records.exclusions or records.changes):
        return

    def examine(data: bytes, artifact: Artifact) -> Examination:
        return examine_bytes(data, artifact, host.job, builds=host.surveyed.host.builds)

    yield from iter_examinations(host.source, records, PlaceFinder(host.surveyed), host.examinations, examine)
