"""Observables of STIX: files, folders, clients, requests and addresses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.pivot.cases import demo_report
from tests.reports.cases import report, verdict
from webshellhunt.model.places import Url
from webshellhunt.model.traffic import Count, Use
from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.reports.content.subjects import shown_verdicts
from webshellhunt.reports.options import Options
from webshellhunt.reports.stix_values import StixObject
from webshellhunt.reports.writers.stix import address, observable, observables


def _of(made: Verdict, path: str) -> list[StixObject]:
    [shown] = shown_verdicts(report(made), Options())
    return observables(shown, path)


def _copied(path: str, *, original: bool = False) -> Verdict:
    made = verdict(path)
    times = made.subject.times._replace(original=original)
    return replace(made, subject=replace(made.subject, times=times))


def test_a_file_is_in_its_folder() -> None:
    file, folder = _of(_copied(r"C:\a\x.aspx", original=True), r"C:\a\x.aspx")
    assert (file["name"], file["size"], folder["path"]) == ("x.aspx", 1812, "C:\\a")
    assert file["parent_directory_ref"] == folder["id"]
    assert file["ctime"] == "2021-03-03T04:05:06.000Z"
    assert file["mtime"] == "2021-03-03T04:05:06.000Z"
    [alone] = _of(verdict("x.aspx", sha256=None), "x.aspx")
    assert "hashes" not in alone
    assert _of(verdict("x"), "") == []


def test_the_times_of_a_copy_are_not_told() -> None:
    file, _ = _of(_copied(r"C:\a\x.aspx"), r"C:\a\x.aspx")
    assert not {"ctime", "mtime"} & file.keys()


def test_the_identifiers_are_those_of_the_standard() -> None:
    """The example of RFC 4122's algorithm over canonical JSON; time and size do not count."""
    assert address("203.0.113.77")["id"] == "ipv4-addr--7413ddce-a9e8-55d7-b915-129c50abc215"
    plain = observable("file", name="x", size=1)
    assert plain["id"] == observable("file", name="x", size=2)["id"]
    assert plain["id"] != observable("file", name="y", size=1)["id"]


def test_only_an_address_with_a_known_host_is_a_url() -> None:
    made = verdict("x.aspx")
    urls = (Url("https://*/x.aspx"), Url("https://mail.example.com/x.aspx"), Url("/x.aspx"))
    found = _of(replace(made, subject=replace(made.subject, urls=urls)), "")
    assert [each["value"] for each in found] == ["https://mail.example.com/x.aspx"]


def test_each_client_has_its_request() -> None:
    [shown, *_] = shown_verdicts(demo_report(), Options())
    client, *requests = observables(shown, "")
    assert {each["src_ref"] for each in requests} == {client["id"]}
    assert [each["extensions"]["http-request-ext"] for each in requests] == [
        {"request_method": "post", "request_value": "/aspnet_client/offline.aspx"},
        {"request_method": "get", "request_value": "/aspnet_client/offline.aspx"},
    ]
    use = Use(1, 1, 0, None, None, clients=("2001:db8::1", "no address", "2001:DB8::1"))
    found = _of(replace(verdict("x.aspx", Disposition.MALICIOUS), use=use), "")
    assert [(each["type"], each["value"]) for each in found] == [("ipv6-addr", "2001:db8::1")]


@pytest.mark.parametrize(
    ("methods", "clients", "told"),
    [
        (("POST",), 2, {("203.0.113.1", "post"), ("203.0.113.2", "post")}),
        (("POST", "GET"), 1, {("203.0.113.1", "post"), ("203.0.113.1", "get")}),
        (("POST", "GET"), 2, set()),  # nobody knows who used which
        (("PROPFIND",), 1, set()),
        ((), 1, set()),
    ],
)
def test_a_request_has_a_method_only_if_the_logs_tell_it(
    methods: tuple[str, ...], clients: int, told: set[tuple[str, str]]
) -> None:
    names = tuple(f"203.0.113.{number}" for number in range(1, clients + 1))
    counts = tuple(Count(each, 3) for each in methods)
    use = Use(4, 4, 3, None, None, methods=counts, clients=names, client_count=clients)
    made = verdict("x.aspx", Disposition.MALICIOUS)
    found = _of(replace(made, use=use, subject=replace(made.subject, urls=(Url("https://*/x.aspx"),))), "")
    values = {each["id"]: each["value"] for each in found if each["type"] == "ipv4-addr"}
    requests = [each for each in found if each["type"] == "network-traffic"]
    assert sorted(values.values()) == list(names)
    assert {
        (values[each["src_ref"]], each["extensions"]["http-request-ext"]["request_method"]) for each in requests
    } == told
