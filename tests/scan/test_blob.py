"""One content by itself: what is examined of it, and under which name."""

from __future__ import annotations

from pathlib import Path

import pytest

from webshellhunt.errors import UsageError, WrongTypeError
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Limits
from webshellhunt.model.places import Role
from webshellhunt.model.verdict import Disposition, Subject, SubjectKind, Verdict
from webshellhunt.scan.blob import blob_of, partly_examined

LIMITS = Limits(file_bytes=4)


@pytest.mark.parametrize(
    "data", [b"123456", bytearray(b"123456"), memoryview(b"123456"), memoryview(b"0112233445566")[1::2]]
)
def test_bytes_of_each_kind_are_cut_at_the_limit(data: bytes) -> None:
    content, artifact = blob_of(data, None, LIMITS)
    assert (content, artifact.size_bytes, artifact.path, artifact.role) == (b"1234", 6, "page.aspx", Role.GIVEN)


def test_a_file_is_read_up_to_the_limit_and_has_its_times(tmp_path: Path) -> None:
    (tmp_path / "x.bin").write_bytes(b"123456")
    content, artifact = blob_of(tmp_path / "x.bin", None, LIMITS)
    assert (content, artifact.size_bytes, artifact.path) == (b"1234", 6, "x.bin")
    assert artifact.times.modified_utc is not None


def test_the_path_on_the_server_is_the_role() -> None:
    _, artifact = blob_of(b"", r"C:\inetpub\wwwroot\aspnet_client\x.aspx", LIMITS)
    assert (artifact.entry_path, artifact.role) == ("C:/inetpub/wwwroot/aspnet_client/x.aspx", Role.ASPNET_CLIENT)


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
