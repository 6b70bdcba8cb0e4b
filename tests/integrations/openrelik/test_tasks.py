"""The task of the OpenRelik worker, run in this process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("openrelik_worker_common", reason="the packages of the OpenRelik worker are not installed")
pytest.importorskip("celery", reason="the packages of the OpenRelik worker are not installed")

from tests.integrations.openrelik.cases import HARMLESS, SHELL, Store, run_task

_SHELL_PATH = r"C:\inetpub\wwwroot\aspnet_client\x.aspx"
_CRITICAL, _HIGH, _MEDIUM, _LOW, _INFO = 80, 40, 20, 10, 5


def test_a_shell_with_its_original_path_is_a_back_door(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add("0a1b2c", SHELL.encode(), _SHELL_PATH)
    result = store.run()
    assert result["task_report"]["priority"] == _CRITICAL
    assert result["workflow_id"] == "7"
    (verdict, *_) = [json.loads(line) for line in store.output_of(result, "webshellhunt:hunt:jsonl").splitlines()]
    assert (verdict["path"], verdict["disposition"]) == (_SHELL_PATH, "malicious")
    assert verdict["source_path"] == store.inputs[0]["path"]


def test_a_shell_without_a_name_is_read_by_its_content(tmp_path: Path) -> None:
    store = Store(tmp_path)
    given = store.add("0" * 64, SHELL.encode())
    result = store.run()
    report = result["task_report"]
    assert report["priority"] == _CRITICAL
    assert "Assumed&#58; its name is unknown&#58; read as page.aspx" in report["content"]
    (verdict, *_) = [json.loads(line) for line in store.output_of(result, "webshellhunt:hunt:jsonl").splitlines()]
    assert (verdict["path"], verdict["source_path"]) == ("0" * 64, given["path"])


def test_a_shell_with_another_name_says_the_assumption(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add("x.txt", SHELL.encode())
    report = store.run()["task_report"]
    assert report["priority"] == _HIGH
    assert "have no original path" in report["content"]


def test_many_files_without_names_are_one_line(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for number in range(20):
        store.add(f"{number:064x}", HARMLESS)
    report = store.run()["task_report"]
    assert report["priority"] == _LOW
    assert "each read by its content&#58; 20." in report["content"]
    assert report["content"].count("##") == 0


def test_the_timeline_may_be_passed_on_alone(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add("x.aspx", SHELL.encode(), _SHELL_PATH)
    result = store.run(timeline=True)
    assert [each["data_type"] for each in result["output_files"]] == ["webshellhunt:hunt:timesketch"]
    assert {each["data_type"].rpartition(":")[2] for each in result["task_files"]} == {"jsonl", "html", "markdown"}
    assert all(
        "message" in json.loads(line) for line in store.output_of(result, "webshellhunt:hunt:timesketch").splitlines()
    )


def test_an_archive_is_hunted_as_a_server(tmp_path: Path) -> None:
    store = Store(tmp_path)
    archive = store.add_zip("triage.zip", {"inetpub/wwwroot/aspnet_client/x.aspx": SHELL})
    result = store.run()
    assert result["task_report"]["priority"] == _CRITICAL
    (reported,) = result["file_reports"]
    assert (reported["input_file_uuid"], reported["priority"]) == (archive["uuid"], _CRITICAL)
    assert reported["content_file_uuid"] in {each["uuid"] for each in result["output_files"]}


def test_the_result_files_are_in_each_format(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add("x.aspx", SHELL.encode(), _SHELL_PATH)
    result = store.run()
    assert store.output_of(result, "webshellhunt:hunt:html").lower().startswith("<!doctype html>")
    assert store.output_of(result, "webshellhunt:hunt:markdown").startswith("#")
    assert str(tmp_path) not in store.output_of(result, "webshellhunt:hunt:html").replace(store.inputs[0]["path"], "")


def test_harmless_files_are_of_low_priority(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add("x.aspx", HARMLESS)
    result = store.run()
    assert (result["task_report"]["priority"], result["file_reports"]) == (_LOW, [])
    assert '"kind": "verdict"' not in store.output_of(result, "webshellhunt:hunt:jsonl")


def test_all_lists_harmless_files(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add("x.aspx", HARMLESS)
    assert '"kind": "verdict"' in store.output_of(store.run(all=True), "webshellhunt:hunt:jsonl")


def test_a_location_that_cannot_be_opened_does_not_stop_the_others(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add("EXCH01.E01", b"EVF\t\r\n\xff\0" + bytes(100))
    store.add("x.aspx", SHELL.encode())
    report = store.run()["task_report"]
    assert report["priority"] == _CRITICAL
    assert "It could not be opened" in report["content"]
    assert str(tmp_path) not in report["content"]


def test_the_input_of_a_previous_task_comes_first(tmp_path: Path) -> None:
    from openrelik_worker_common.task_utils import create_task_result

    store = Store(tmp_path)
    given = store.add("x.aspx", SHELL.encode())
    before = create_task_result(output_files=[given], workflow_id="7")
    result = run_task(pipe_result=before, input_files=[], output_path=str(store.output))
    assert result["task_report"]["priority"] == _CRITICAL


def test_no_file_is_a_report_too(tmp_path: Path) -> None:
    report = Store(tmp_path).run()["task_report"]
    assert (report["priority"], report["summary"]) == (_INFO, "There was no file to examine.")


def test_hostile_names_are_escaped_in_the_report(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add("<img src=x onerror=1>|`[a](javascript:1)`\u202e.aspx", SHELL.encode(), "C:\\<b>|\n# x\\y.aspx")
    store.add_zip("](http://x)<script>.zip", {"inetpub/wwwroot/x.aspx": SHELL})
    content = store.run()["task_report"]["content"]
    assert not set("<>`\\[]\u202e") & set(content)
    rows = [line for line in content.splitlines() if line.startswith("|")]
    assert {row.count("|") for row in rows} == {7}


def test_wrong_rules_are_one_sentence(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add("x.aspx", HARMLESS)
    with pytest.raises(RuntimeError, match=r"^webshellhunt: .*nowhere"):
        store.run(signatures="/nowhere/rules.yar")


def test_no_link_is_left(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add("x.aspx", HARMLESS, _SHELL_PATH)
    result = store.run()
    assert {str(each) for each in store.output.iterdir()} == {each["path"] for each in result["output_files"]}


def test_the_task_is_registered_with_its_form() -> None:
    from integrations.openrelik.src import app, tasks

    assert app.celery.tasks[tasks.TASK_NAME].metadata == tasks.TASK_METADATA
    fields = tasks.TASK_METADATA["task_config"]
    assert all(set(field) == {"name", "label", "description", "type", "required"} for field in fields)
    assert {field["type"] for field in fields} <= {"text", "textarea", "checkbox"}
