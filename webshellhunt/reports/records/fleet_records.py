"""The records of a fleet and of a comparison of reports, as ``schema.json`` describes them."""

from webshellhunt.model.comparison import Change, Comparison, HostComparison
from webshellhunt.model.fleet import Fleet
from webshellhunt.reports.records.plain import Record, plain, plain_record
from webshellhunt.reports.records.report_records import SCHEMA_VERSION, gap_record


def fleet_record(fleet: Fleet) -> Record:
    """Return the record of a fleet."""
    shared = [plain_record(each, "worst", disposition=each.worst) for each in fleet.shared]
    return {"kind": "fleet", "schema_version": SCHEMA_VERSION, **plain_record(fleet, shared=shared)}


def comparison_record(comparison: Comparison) -> Record:
    """Return the record of a comparison."""
    hosts = [_host(each) for each in comparison.hosts]
    return {"kind": "comparison", "schema_version": SCHEMA_VERSION, **plain_record(comparison, hosts=hosts)}


def _host(host: HostComparison) -> Record:
    gaps = [gap_record(each, host.new_location or "") for each in host.new_gaps]
    return plain_record(host, "doubt", changes=[_change(each) for each in host.changes], new_gaps=gaps)


def _change(change: Change) -> Record:
    before, after = plain(change.before), plain(change.after)
    return {
        "change": change.kind.value,
        **plain_record(change, "kind", "before", "after", disposition_before=before, disposition_after=after),
    }
