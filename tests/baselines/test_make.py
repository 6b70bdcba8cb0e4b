"""A clean place becomes a list; what our rules accuse in it is listed as accused."""

from __future__ import annotations

import hashlib

import pytest

from tests.builders.baselines import sha256
from tests.detectors.fixture_cases import read
from webshellhunt.baselines.make import digest_of, key_of, list_contents
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.limits import Job
from webshellhunt.model.places import Role
from webshellhunt.pipeline import judge_file
from webshellhunt.sources.described import DescribedHost
from webshellhunt.sources.memory import MemorySource

PAGE = b'<%@ Page Language="C#" %><p>text</p>'
MEDIUM = "Setup/ServerRoles/ClientAccess/owa"


def test_a_setup_medium_is_listed_by_application() -> None:
    source = MemorySource({f"{MEDIUM}/auth/error.aspx": PAGE, f"{MEDIUM}/15.2.1544/boot.js": b"js"})
    listing = list_contents(source, Job(), judge_file)
    assert {row.key: row.sha256 for row in listing.rows} == {
        "owa/auth/error.aspx": sha256(PAGE),
        "owa/version/boot.js": sha256(b"js"),
    }
    assert (listing.builds, listing.texts, listing.accused) == ((), {}, [])
    assert listing.keys["owa/auth/error.aspx"] == f"{MEDIUM}/auth/error.aspx"


def test_builds_and_pages_are_kept_where_they_are_wanted() -> None:
    source = MemorySource({f"{MEDIUM}/x.aspx": PAGE, f"{MEDIUM}/x.js": b"js"})
    listing = list_contents(source, Job(), judge_file, builds=("15.2.1544.4", "15.2.1544.8"), with_text=True)
    assert {(row.first_build, row.last_build) for row in listing.rows} == {("15.2.1544.4", "15.2.1544.8")}
    assert listing.texts == {sha256(PAGE): PAGE}


def test_what_is_suspicious_is_listed_as_accused() -> None:
    shell = read("request_reaches_eval/jscript-net").data
    listing = list_contents(
        MemorySource({f"{MEDIUM}/auth/x.aspx": shell, f"{MEDIUM}/auth/y.aspx": PAGE}), Job(), judge_file
    )
    assert [(row.key, row.accused) for row in listing.rows] == [("owa/auth/x.aspx", True), ("owa/auth/y.aspx", False)]
    assert [verdict.subject.path.endswith("x.aspx") for verdict in listing.accused] == [True]


def test_a_folder_is_named_as_the_server_names_it() -> None:
    listing = list_contents(MemorySource({"a/x.aspx": PAGE}), Job(), judge_file, server_path=r"C:\inetpub\wwwroot")
    assert [row.key for row in listing.rows] == ["inetpub/wwwroot/a/x.aspx"]


def test_a_whole_server_is_listed(clean_host: DescribedHost) -> None:
    listing = list_contents(clean_host.source(), Job(), judge_file)
    keys = {row.key for row in listing.rows}
    assert {"owa/auth/logon.aspx", "ecp/auth/timeoutlogout.aspx", "inetpub/wwwroot/iisstart.htm"} <= keys
    assert listing.holds_exchange


@pytest.mark.parametrize(
    ("path", "source_path", "key"),
    [
        ("logon.aspx", "/media/ClientAccess/owa/auth/logon.aspx", "owa/auth/logon.aspx"),
        ("auth/logon.aspx", "D:\\FrontEnd\\HttpProxy\\owa\\auth\\logon.aspx", "owa/auth/logon.aspx"),
        ("a/x.aspx", "/home/analyst/copy/a/x.aspx", "a/x.aspx"),
        ("a/x.aspx", None, "a/x.aspx"),
        (r"C:\apps\x.aspx", "/mnt/c/apps/x.aspx", "apps/x.aspx"),
    ],
)
def test_a_key_comes_from_what_tells_most(path: str, source_path: str | None, key: str) -> None:
    assert key_of(Artifact(path.replace("\\", "/"), path, Role.GIVEN, 0, source_path=source_path)) == key


def test_a_large_file_is_read_in_steps() -> None:
    content = bytes(range(256)) * 130_000
    source = MemorySource({"big.bin": content})
    assert digest_of(source, Artifact("big.bin", "big.bin", Role.GIVEN, 0)) == hashlib.sha256(content).hexdigest()
