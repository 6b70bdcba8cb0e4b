from __future__ import annotations

import argparse

import pytest

from webshellhunt.cli.parsing.options import FORMATS, drive
from webshellhunt.reports import formats


@pytest.mark.parametrize("text", ["D=/mnt/d", "d=/mnt/d", "D:=/mnt/d"])
def test_a_drive(text: str) -> None:
    assert drive(text) == ("D", "/mnt/d")


def test_the_path_of_a_drive_may_hold_an_equals_sign() -> None:
    assert drive("E=/x=y") == ("E", "/x=y")


@pytest.mark.parametrize("text", ["", "D", "D=", "=x", "DD=x", "1=x", "é=x", "/mnt/d"])
def test_no_drive(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="such as D=/mnt/d"):
        drive(text)


def test_the_help_names_each_format() -> None:
    assert set(formats()) <= set(FORMATS.split(", "))
