"""One content by itself: what is examined of it, and under which name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.reports.cases import finding
from webshellhunt.errors import UsageError, WrongTypeError
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Limits
from webshellhunt.model.places import Role
from webshellhunt.model.settings import PageSettings
from webshellhunt.model.verdict import Disposition, Subject, SubjectKind, Verdict
from webshellhunt.scan.blob import Blob, blob_of, named_as_given, partly_examined
from webshellhunt.scan.readings import Reading

LIMITS = Limits(file_bytes=4)
GAP = Gap("too-large", "examine", "page.asp", "because")


@pytest.mark.parametrize(
    "data", [b"123456", bytearray(b"123456"), memoryview(b"123456"), memoryview(b"0112233445566")[1::2]]
)
def test_bytes_of_each_kind_are_cut_at_the_limit(data: bytes) -> None:
    assert blob_of(data, None, LIMITS) == Blob(b"1234", None, 6)


def test_a_file_is_read_up_to_the_limit_and_has_its_times(tmp_path: Path) -> None:
    (tmp_path / "x.bin").write_bytes(b"123456")
    blob = blob_of(tmp_path / "x.bin", None, LIMITS)
    assert (blob.content, blob.size_bytes, blob.name) == (b"1234", 6, "x.bin")
    assert blob.times.modified_utc is not None


def test_an_artifact_has_the_path_and_the_role_of_its_reading() -> None:
    settings = PageSettings(default_language="c#")
    reading = Reading(r"C:\inetpub\wwwroot\aspnet_client\x.aspx", Role.ASPNET_CLIENT, settings)
    artifact = blob_of(b"123456", None, LIMITS).artifact(reading)
    assert (artifact.entry_path, artifact.role) == ("C:/inetpub/wwwroot/aspnet_client/x.aspx", Role.ASPNET_CLIENT)
    assert (artifact.path, artifact.size_bytes, artifact.settings) == (reading.path, 6, settings)


def test_the_name_of_the_caller_replaces_an_assumed_one() -> None:
    reading = Reading("page.asp", Role.GIVEN, PageSettings(), ("its name is unknown",))
    claim = finding(path="page.asp")
    elsewhere = replace(claim.evidence[0], path="inc.asp")
    claim = replace(claim, evidence=(*claim.evidence, elsewhere))
    made = Verdict(Subject(SubjectKind.FILE, "page.asp"), Disposition.MALICIOUS, findings=(claim,), gaps=(GAP,))
    named = named_as_given(made, reading, "5f70")
    assert named.subject.path == named.gaps[0].path == "5f70"
    assert [each.path for each in named.findings[0].evidence] == ["5f70", "inc.asp"]
    assert named.assumed == reading.assumed
    assert named_as_given(made, reading, None) == replace(made, assumed=reading.assumed)


def test_a_name_in_bytes_is_refused(tmp_path: Path) -> None:
    class InBytes:
        def __fspath__(self) -> bytes:
            return bytes(tmp_path)

    with pytest.raises(WrongTypeError, match="a path in bytes; pass a pathlib"):
        blob_of(InBytes(), None, LIMITS)
    with pytest.raises(UsageError, match="this is a folder"):
        blob_of(tmp_path, None, LIMITS)


@pytest.mark.parametrize(
    ("code", "sha256", "expected"),
    [
        ("deadline", None, Disposition.UNEXPLAINED),
        ("too-large", None, Disposition.UNEXPLAINED),
        ("too-large", "ab" * 32, Disposition.BENIGN),
        ("archive-not-opened", None, Disposition.BENIGN),
    ],
)
def test_a_part_is_not_benign(code: str, sha256: str | None, expected: Disposition) -> None:
    subject = Subject(SubjectKind.FILE, "x.aspx", sha256=sha256)
    gap = Gap(code, "examine", "x.aspx", "because")
    judged = partly_examined(Verdict(subject, Disposition.BENIGN, gaps=(gap,)))
    assert judged.disposition == expected
    assert judged.reasons == (("because",) if expected is Disposition.UNEXPLAINED else ())
