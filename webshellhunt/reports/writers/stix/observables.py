"""Cyber observables of STIX: files, folders, addresses and requests, with the identifiers that the standard prescribes.

Source: OASIS STIX 2.1, sections 2.9 (identifiers of observables: UUID version 5 of their contributing properties in
canonical JSON, RFC 8785), 6.3 (directory), 6.7 (file), 6.8 (IPv4), 6.9 (IPv6), 6.12 (network traffic), 6.17 (URL).
"""

from __future__ import annotations

import ipaddress
import json
import uuid
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from webshellhunt.model.traffic import Use
from webshellhunt.model.verdict import Subject
from webshellhunt.reports.content.subjects import ShownVerdict
from webshellhunt.reports.events.file_names import file_name
from webshellhunt.reports.events.net_addresses import ip_addresses, page_address
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.stix_values import StixObject, stix_time
from webshellhunt.reports.times import server_times

_NAMESPACE: Final = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
_CONTRIBUTING: Final[Mapping[str, tuple[str, ...]]] = {
    "directory": ("path",),
    "file": ("hashes", "name", "parent_directory_ref"),
    "ipv4-addr": ("value",),
    "ipv6-addr": ("value",),
    "network-traffic": ("src_ref", "protocols", "extensions"),
    "url": ("value",),
}
_MOST_URLS: Final = 5
_METHODS: Final = frozenset({"delete", "get", "head", "options", "patch", "post", "put", "trace"})


def observables(shown: ShownVerdict, path: str) -> list[StixObject]:
    """Return the observables of a verdict; the first is its file, if ``path`` is not empty."""
    made = list(_file(path, shown.subject)) if path else []
    made += _urls(shown.subject)
    if shown.verdict.use is not None:
        made += _requests(shown.subject, shown.verdict.use)
    return list({each["id"]: each for each in made}.values())


def address(text: str) -> StixObject:
    """Return the observable of an IP address."""
    return observable(f"ipv{ipaddress.ip_address(text).version}-addr", value=text)


def observable(kind: str, **properties: Any) -> StixObject:  # noqa: ANN401 - values of JSON
    """Return an observable with its identifier."""
    known = {name: value for name, value in properties.items() if value is not None}
    told = {name: known[name] for name in _CONTRIBUTING[kind] if name in known}
    canonical = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return {"type": kind, "spec_version": "2.1", "id": f"{kind}--{uuid.uuid5(_NAMESPACE, canonical)}", **known}


def _file(path: str, subject: Subject) -> Iterator[StixObject]:
    """Yield a file and its folder."""
    parts, times = file_name(decodable(path)), server_times(subject.times)
    folder = observable("directory", path=parts.directory) if parts.directory else None
    yield observable(
        "file",
        hashes=None if subject.sha256 is None else {"SHA-256": subject.sha256},
        size=subject.size_bytes,
        name=parts.name,
        ctime=None if times.created_utc is None else stix_time(times.created_utc),
        mtime=None if times.modified_utc is None else stix_time(times.modified_utc),
        parent_directory_ref=None if folder is None else folder["id"],
    )
    if folder is not None:
        yield folder


def _urls(subject: Subject) -> list[StixObject]:
    """Return the addresses of a page whose host is known; a host of ``*`` means any."""
    parts = [page_address(decodable(url.address)) for url in subject.urls]
    known = dict.fromkeys(each.text for each in parts if each.host)
    return [observable("url", value=each) for each in islice(known, _MOST_URLS)]


def _requests(subject: Subject, use: Use) -> Iterator[StixObject]:
    """Yield the clients of a page, and the requests of each for its first address, if the logs tell the method.

    A use counts methods and clients apart: of a page with several of both, nobody knows who used which.
    """
    path = next((page_address(decodable(url.address)).path for url in subject.urls), "")
    methods = [each.value.lower() for each in use.methods]
    if len(methods) > 1 and use.client_count != 1:
        methods = []
    for text in ip_addresses(use.clients):
        client = address(text)
        yield client
        for method in methods if path else ():
            if method in _METHODS:
                request = {"http-request-ext": {"request_method": method, "request_value": path}}
                yield observable("network-traffic", src_ref=client["id"], protocols=["tcp", "http"], extensions=request)
