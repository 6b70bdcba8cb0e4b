"""Observables of STIX: files, folders, clients, requests and addresses."""

from __future__ import annotations

from dataclasses import replace

from tests.pivot.cases import demo_report
from tests.reports.cases import report, verdict
from webshellhunt.model.places import Url
from webshellhunt.model.traffic import Use
from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.reports.options import Options
from webshellhunt.reports.shown_verdicts import shown_verdicts
from webshellhunt.reports.stix_values import StixObject
from webshellhunt.reports.writers.stix.observables import address, observable, observables


def _of(made: Verdict, path: str) -> list[StixObject]:
    [shown] = shown_verdicts(report(made), Options())
    return observables(shown, path)


def test_a_file_is_in_its_folder() -> None:
    file, folder = _of(verdict(r"C:\a\x.aspx"), r"C:\a\x.aspx")
    assert (file["name"], file["size"], folder["path"]) == ("x.aspx", 1812, "C:\\a")
    assert file["parent_directory_ref"] == folder["id"]
    assert file["ctime"] == "2021-03-03T04:05:06.000Z"
    [alone] = _of(verdict("x.aspx", sha256=None), "x.aspx")
    assert "hashes" not in alone
    assert _of(verdict("x"), "") == []


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
    client, request = observables(shown, "")
    assert request["src_ref"] == client["id"]
    assert request["extensions"]["http-request-ext"] == {
        "request_method": "post", "request_value": "/aspnet_client/offline.aspx",
    }  # fmt: skip
    use = Use(1, 1, 0, None, None, clients=("2001:db8::1", "no address", "2001:DB8::1"))
    found = _of(replace(verdict("x.aspx", Disposition.MALICIOUS), use=use), "")
    assert [(each["type"], each["value"]) for each in found] == [("ipv6-addr", "2001:db8::1")]
