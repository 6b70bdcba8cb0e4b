"""Days and numbers in the names of logs."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.logs.log_names import MOST_MISSING, daily_name, iter_missing_numbers, missing_daily, split_path
from webshellhunt.model.traffic import LogFile, LogKind

FOLDER = "C:\\Windows\\System32\\LogFiles\\HTTPERR"


def missing(*names: str) -> list[str]:
    files = [LogFile(f"{FOLDER}\\{name}", LogKind.HTTP_ERR) for name in names]
    return [name for each in iter_missing_numbers(files) for name in each.missing]


def test_a_daily_name_is_as_that_of_the_others() -> None:
    day = date(2021, 3, 3)
    assert daily_name(day, ["u_ex210302.log"]) == "u_ex210303.log"
    assert daily_name(day, ["u_ex210302_x.log"]) == "u_ex210303_x.log"
    assert daily_name(day, ["u_ex21030204.log", "u_extend1.log"]) is None


def test_missing_days() -> None:
    names = ["u_ex210302.log", "U_EX210304.LOG", "u_ex210305.log.gz"]
    assert missing_daily(date(2021, 3, 2), date(2021, 3, 5), names) == ("u_ex210303.log",)
    assert len(missing_daily(date(2000, 1, 1), date(2021, 3, 5), names)) == MOST_MISSING


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["httperr1.log", "httperr2.log", "httperr4.log"], ["httperr3.log"]),
        (["httperr2.log", "httperr3.log"], []),
        (["httperr9.log", "httperr10.log", "httperr12.log"], ["httperr11.log"]),
        (["u_extend1_x.log", "u_extend3_x.log"], ["u_extend2_x.log"]),
        (
            ["HttpProxy_2021030303-1.LOG", "HttpProxy_2021030304-2.LOG", "HttpProxy_2021030304-3.LOG"],
            ["HttpProxy_2021030304-1.LOG"],
        ),
        (["HttpProxy_2021030303-4.LOG", "HttpProxy_2021030304-1.LOG"], []),
        (["ECPActivity_11500_20210303-1.LOG", "ECPActivity_900_20210303-2.LOG"], []),
        (["Rps_Http_2021030303-1.LOG", "Rps_Http_2021030303-3.LOG"], ["Rps_Http_2021030303-2.LOG"]),
        (["httperr1.log", "httperr100000.log"], []),
        (["u_ex210301.log", "u_ex210303.log"], []),
    ],
)
def test_missing_numbers(names: list[str], expected: list[str]) -> None:
    assert missing(*names) == expected


def test_each_folder_counts_by_itself() -> None:
    files = [LogFile(f"C:\\{folder}\\httperr{n}.log", LogKind.HTTP_ERR) for folder, n in (("a", 1), ("b", 3))]
    assert list(iter_missing_numbers(files)) == []
    assert split_path("C:/a/b.log") == ("C:\\a", "b.log")


@given(st.lists(st.text(alphabet="httper_u123-0.logLOG", max_size=24), max_size=12))
def test_any_names_are_read_and_no_present_one_is_missing(names: list[str]) -> None:
    assert not {name.lower() for name in names} & {name.lower() for name in missing(*names)}
