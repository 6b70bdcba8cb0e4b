"""The record of a fleet, as ``schema.json`` describes it."""

from __future__ import annotations

from typing import Any

from webshellhunt.model.fleet import Fleet, FleetHost, OnHost, Outlier, Shared, Unopened
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.records.report_records import SCHEMA_VERSION
from webshellhunt.reports.times import utc

Record = dict[str, Any]


def fleet_record(fleet: Fleet) -> Record:
    """Return the record of a fleet."""
    return {
        "kind": "fleet",
        "schema_version": SCHEMA_VERSION,
        "sentence": decodable(fleet.sentence),
        "outliers": [_outlier(each) for each in fleet.outliers],
        "more_outliers": fleet.more_outliers,
        "shared": [_shared(each) for each in fleet.shared],
        "more_shared": fleet.more_shared,
        "hosts": [_host(each) for each in fleet.hosts],
        "more_hosts": fleet.more_hosts,
        "unopened": [_unopened(each) for each in fleet.unopened],
        "more_unopened": fleet.more_unopened,
        "notes": [decodable(each) for each in fleet.notes],
    }


def _outlier(outlier: Outlier) -> Record:
    return {
        "kind": outlier.kind.value,
        "key": decodable(outlier.key),
        "hosts": [decodable(each) for each in outlier.hosts],
        "host_count": outlier.host_count,
        "agreeing": outlier.agreeing,
        "compared": outlier.compared,
        "disposition": outlier.disposition.label,
        "paths": [decodable(each) for each in outlier.paths],
        "sha256": list(outlier.sha256),
        "files": outlier.files,
    }


def _shared(shared: Shared) -> Record:
    return {
        "kind": shared.kind.value,
        "value": decodable(shared.value),
        "title": decodable(shared.title),
        "disposition": shared.worst.label,
        "keys": [decodable(each) for each in shared.keys],
        "contents": shared.contents,
        "host_count": shared.host_count,
        "undated": shared.undated,
        "hosts": [_on_host(each) for each in shared.hosts],
    }


def _on_host(on_host: OnHost) -> Record:
    return {
        "host": decodable(on_host.host),
        "when_utc": utc(on_host.when_utc),
        "time_of": on_host.time_of.value,
        "witness": decodable(on_host.witness),
        "paths": [decodable(each) for each in on_host.paths],
        "subjects": on_host.subjects,
    }


def _unopened(unopened: Unopened) -> Record:
    return {
        "name": decodable(unopened.name),
        "location": decodable(unopened.location),
        "sentence": decodable(unopened.sentence),
    }


def _host(row: FleetHost) -> Record:
    return {
        "name": decodable(row.name),
        "location": decodable(row.location),
        "state": row.state.value,
        "malicious": row.malicious,
        "suspicious": row.suspicious,
        "files": row.files,
        "first_planted_utc": utc(row.first_planted_utc),
        "build": None if row.build is None else decodable(row.build),
        "update": None if row.update is None else decodable(row.update),
        "open_waves": [decodable(each) for each in row.open_waves],
        "gaps": row.gaps,
        "interrupted": row.interrupted,
    }
