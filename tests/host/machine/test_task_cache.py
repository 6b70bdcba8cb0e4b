"""Scheduled tasks as the registry has them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.builders.hive import build_hive
from tests.builders.tasks_of_hives import actions, com_handler, execute, task_cache
from tests.persistence.rows_registry import tree_of
from webshellhunt.host.machine.paths import Lookup
from webshellhunt.host.machine.registry_hive import Hive
from webshellhunt.host.machine.task_cache import (
    CachedTask,
    TaskAction,
    iter_actions,
    iter_tasks,
    iter_unlisted_files,
    iter_ways_to_hide,
    scheduled_task,
    with_files,
)
from webshellhunt.sources.memory import MemorySource

CLSID = "{0b1d3c3a-6a0f-4f1e-9a52-0f8b8b3f6f10}"
TASKS = "Windows/System32/Tasks"


def tasks(*caches: dict[str, object]) -> list[CachedTask]:
    data = build_hive(tree_of({path: values for cache in caches for path, values in cache.items()}))
    return list(iter_tasks(Hive(lambda offset, size: data[offset : offset + size], "SOFTWARE")))


def test_actions_of_both_kinds_are_decoded() -> None:
    blob = actions(execute(r"C:\A B\a.exe", "-k", r"C:\A"), com_handler(CLSID, "d"))
    first, second = iter_actions(blob)
    assert first == TaskAction(program=r"C:\A B\a.exe", arguments="-k", folder=r"C:\A")
    assert first.command == r'"C:\A B\a.exe" -k'
    assert second == TaskAction(handler=CLSID, data="d")
    assert list(iter_actions(b"\1\0" + execute("a.exe")[:-2])) == [TaskAction(program="a.exe")]


@given(st.binary(max_size=200))
def test_damaged_actions_never_fail(data: bytes) -> None:
    assert len(list(iter_actions(b"\3\0" + data))) <= len(data)


@given(st.integers(0, 200))
def test_a_cut_value_has_the_actions_before_the_cut(size: int) -> None:
    whole = actions(execute("a.exe", "x"), com_handler(CLSID))
    assert len(list(iter_actions(whole[:size]))) <= 2


def test_a_task_has_the_parts_of_both_keys() -> None:
    (task,) = tasks(task_cache("V\\U", actions(execute("a.exe"))))
    assert (task.path, task.id, task.list_index) == ("\\V\\U", "{1}", 3)
    assert task.has_descriptor
    assert task.is_listed
    assert task.author == "SYSTEM"
    assert list(iter_ways_to_hide(task)) == []
    assert scheduled_task(task).actions[0].command == "a.exe"


def test_folders_of_tasks_are_no_tasks() -> None:
    assert [task.path for task in tasks(task_cache("A\\B\\C", actions(execute("a.exe"))))] == ["\\A\\B\\C"]


def test_each_way_to_hide_is_named() -> None:
    (bare,) = tasks(task_cache("U", actions(execute("a.exe")), descriptor=False, index=0))
    assert [words.partition(",")[0] for words in iter_ways_to_hide(bare)] == [
        "its security descriptor (SD) was deleted",
        "its index is 0",
    ]
    (lone,) = tasks(task_cache("U", actions(execute("a.exe")), listed=False))
    assert list(iter_ways_to_hide(lone)) == ["the tree of tasks has no entry for it"]
    assert scheduled_task(lone).hidden


def test_files_are_compared_where_most_tasks_have_one() -> None:
    found = tasks(*(task_cache(name, actions(execute("a.exe")), id_=f"{{{name}}}") for name in "ABC"))
    lookup = Lookup(MemorySource({f"{TASKS}/{name}": b"<Task/>" for name in ("a", "B", "X")}))
    assert [task.has_file for task in with_files(found, lookup, "")] == [True, True, False]
    assert [entry.name for entry in iter_unlisted_files(found, lookup, "")] == ["X"]
    few = Lookup(MemorySource({f"{TASKS}/A": b"<Task/>"}))
    assert [task.has_file for task in with_files(found, few, "")] == [True, None, None]
    none = Lookup(MemorySource({"x": b""}))
    assert [task.has_file for task in with_files(found, none, "")] == [None, None, None]
    assert list(iter_unlisted_files(found, none, "")) == []
