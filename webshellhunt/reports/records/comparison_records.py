"""The record of a comparison of reports, as ``schema.json`` describes it."""

from __future__ import annotations

from typing import Any

from webshellhunt.model.comparison import Change, Comparison, HostComparison
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.records.report_records import SCHEMA_VERSION, gap_record
from webshellhunt.reports.times import utc

Record = dict[str, Any]


def comparison_record(comparison: Comparison) -> Record:
    """Return the record of a comparison."""
    return {
        "kind": "comparison",
        "schema_version": SCHEMA_VERSION,
        "state": comparison.state.value,
        "sentence": decodable(comparison.sentence),
        "hosts": [_host(each) for each in comparison.hosts],
        "only_new": [decodable(each) for each in comparison.only_new],
    }


def _host(host: HostComparison) -> Record:
    return {
        "name": decodable(host.name),
        "old_location": decodable(host.old_location),
        "new_location": None if host.new_location is None else decodable(host.new_location),
        "changes": [_change(each) for each in host.changes],
        "build_before": None if host.build_before is None else decodable(host.build_before),
        "build_after": None if host.build_after is None else decodable(host.build_after),
        "closed_waves": [decodable(each) for each in host.closed_waves],
        "open_waves": [decodable(each) for each in host.open_waves],
        "kept_keys": [decodable(each) for each in host.kept_keys],
        "changed_keys": [decodable(each) for each in host.changed_keys],
        "gaps": host.gaps,
        "new_gaps": [gap_record(each, host.new_location or "") for each in host.new_gaps],
        "notes": [decodable(each) for each in host.notes],
    }


def _change(change: Change) -> Record:
    return {
        "change": change.kind.value,
        "subject_kind": change.subject_kind.value,
        "path": decodable(change.path),
        "other_path": decodable(change.other_path),
        "disposition_before": None if change.before is None else change.before.label,
        "disposition_after": None if change.after is None else change.after.label,
        "sha256_before": change.sha256_before,
        "sha256_after": change.sha256_after,
        "used_again_utc": utc(change.used_again_utc),
        "reason": decodable(change.reason),
        "is_settled": change.is_settled,
    }
