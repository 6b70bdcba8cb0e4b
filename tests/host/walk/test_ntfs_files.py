from __future__ import annotations

import pytest

from tests.builders.inert import live
from webshellhunt.host.walk.walk import is_ntfs_file
from webshellhunt.pipeline import hunt
from webshellhunt.sources import MemorySource

TOPS = {"", "C", "uploads/ntfs/D%3A"}
OWN = [
    "$MFT", "$MFTMirr", "$LogFile", "$Volume", "$AttrDef", "$Bitmap", "$Boot", "$BadClus", "$Secure", "$UpCase",
    "C/$MFT", "C/$Secure:$SDS", "uploads/ntfs/D%3A/$UpCase", "C/$Extend/$UsnJrnl", "C/$Extend/$UsnJrnl%3A$J",
    "C/System Volume Information/{6a3bb2e4-5bd9-11e3-be66-001a7d5a4bb2}{3808876b-c176-4e48-b7ae-04046e6cc752}",
    "System Volume Information/{3808876B-C176-4E48-B7AE-04046E6CC752}",
    "C/$Extend/$J", "$Extend/$RmMetadata/$TxfLog/$TxfLog.blf",
]  # fmt: skip
OTHER = [
    "C/web/{3808876b-c176-4e48-b7ae-04046e6cc752}", "C/System Volume Information/{1}.aspx",
    "C/sub/$MFT", "C/inetpub/wwwroot/$Boot", "C/$boot.aspx", "C/$Recycle.Bin/x", "C/$Extend/x.aspx",
    "C/$MFT:x.aspx", "C/$Secure%3Ax.ashx", "C/$Extend/$x.aspx", "C/$Extend/$x:y.asp", "C/$Extended/$J", "CC/$MFT",
    "MFT", "C/$WinREAgent/x",
]  # fmt: skip


@pytest.mark.parametrize("path", OWN)
def test_own(path: str) -> None:
    assert is_ntfs_file(path, TOPS)


@pytest.mark.parametrize("path", OTHER)
def test_other(path: str) -> None:
    assert not is_ntfs_file(path, TOPS)


def test_they_are_no_pages_and_the_file_table_is_told() -> None:
    page = live('<script ru·nat="server">ev·al(Req·uest["x"])</script>').encode()
    own = {f"C/{name}": page for name in ("$MFT", "$LogFile", "$UpCase", "$Boot", "$Extend/$UsnJrnl")}
    report = hunt(MemorySource({"C/inetpub/wwwroot/a.htm": b"<html>", "C/Windows/win.ini": b"", **own}))
    assert report.counts["files"] == report.counts["benign"] == 2
    assert [(gap.code, gap.path, gap.matters) for gap in report.gaps if "table" in gap.code] == [
        ("file-table-not-read", "C:\\$MFT", False)
    ]
