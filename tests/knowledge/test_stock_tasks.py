"""Stock tasks: the table, and the forms in which an action is written."""

from __future__ import annotations

import re

import pytest

from webshellhunt.host.machine.scheduled_tasks import Action
from webshellhunt.knowledge.stock_tasks import find_stock_task, is_stock_action, is_stock_program
from webshellhunt.knowledge.tables import data_file, read_table

TABLE = read_table(data_file("stock_tasks.tsv"))


@pytest.mark.parametrize("command", [r"%SystemRoot%\System32\sc.exe", r'"C:\WINDOWS\system32\sc.exe"'])
def test_an_action_in_any_form(command: str) -> None:
    task = find_stock_task(r"\Microsoft\Windows\WindowsUpdate\Scheduled Start")
    assert task is not None
    assert task.has(Action(command, "start wuauserv"))
    assert not task.has(Action(command, "start other"))


def test_a_program_of_other_arguments() -> None:
    task = find_stock_task(r"\Microsoft\Windows\Defrag\ScheduledDefrag")
    assert task is not None
    assert task.has_program(r"%windir%\system32\defrag.exe")
    assert is_stock_program(r"%windir%\system32\defrag.exe")
    assert not task.has_program(r"%windir%\system32\cmd.exe")


def test_other_names_and_classes() -> None:
    assert find_stock_task(r"\Updater") is None
    assert is_stock_action("{84F0FAE1-C27B-4F6F-807B-28CF6F96287D}")
    assert not is_stock_action("{00000000-0000-0000-0000-000000000000}")


def test_each_row_has_a_source_and_one_form() -> None:
    for name, action, source in TABLE.rows:
        assert source in TABLE.head.sources
        assert name == name.lower()
        assert name.startswith("\\")
        assert re.fullmatch(r"\{[0-9A-F-]{36}\}|[^A-Z\"]*", action), action
