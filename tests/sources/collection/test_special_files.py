from __future__ import annotations

import pytest

from webshellhunt.sources.collection.special_files import is_special, with_journal_names


@pytest.mark.parametrize("name", ["$MFT", "$mft", "$LogFile", "$Secure_$SDS", "$Secure:$SDS", "$Boot"])
def test_special_files_at_the_top(name: str) -> None:
    assert is_special(name, in_extend=False)


@pytest.mark.parametrize("name", ["$J", "$Max", "$UsnJrnl:$J", "$Usnjrnl:$J", "$UsnJrnl$J", "$UsnJrnl:$Max"])
def test_special_files_in_extend(name: str) -> None:
    assert is_special(name, in_extend=True)


@pytest.mark.parametrize("name", ["$MFT.aspx", "x.aspx", "$Recycle.Bin", "$J.aspx"])
def test_other_files(name: str) -> None:
    assert not is_special(name, in_extend=False)
    assert not is_special(name, in_extend=True)


def test_the_journal_has_both_names() -> None:
    assert with_journal_names({"$Usnjrnl:$J": 1, "$Max": 2}) == {
        "$Usnjrnl:$J": 1, "$Max": 2, "$J": 1, "$UsnJrnl:$J": 1
    }  # fmt: skip
    assert with_journal_names({"$Max": 2}) == {"$Max": 2}
