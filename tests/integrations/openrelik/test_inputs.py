"""Inputs become locations: containers by themselves, the others in trees as on their server."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.strategies import hostile

pytest.importorskip("openrelik_worker_common", reason="the packages of the OpenRelik worker are not installed")

from integrations.openrelik.src.inputs import Kind, Located, locate, name_of, server_path_of
from tests.integrations.openrelik.cases import HARMLESS, Store

_SHELL_PATH = r"C:\inetpub\wwwroot\aspnet_client\x.aspx"


def _located(store: Store, stack: ExitStack) -> list[Located]:
    return list(locate(store.inputs, str(store.output), stack))


@pytest.mark.parametrize(
    ("original_path", "path"),
    [
        (_SHELL_PATH, "C/inetpub/wwwroot/aspnet_client/x.aspx"),
        ("/inetpub/wwwroot/x.aspx", "inetpub/wwwroot/x.aspx"),
        ("c:/x.aspx", "C/x.aspx"),
        ("/C:/x.aspx", "C/x.aspx"),
        (r"\\?\C:\x.aspx", "C/x.aspx"),
        (r"\\.\D:\a\x.aspx", "D/a/x.aspx"),
        ("../../../etc/cron.d/x", "etc/cron.d/x"),
        ("a/./b//x.aspx", "a/b/x.aspx"),
        ("x.aspx", ""),
        ("", ""),
        (None, ""),
        ("a/b:stream", "a/b_stream"),
    ],
)
def test_the_original_path_is_one_inside_a_tree(original_path: str | None, path: str) -> None:
    assert server_path_of({"original_path": original_path}) == path


@given(hostile)
def test_no_name_leaves_its_folder(text: str) -> None:
    names = [*server_path_of({"original_path": text}).split("/"), name_of({"display_name": text})]
    for name in names:
        assert name not in (".", "..")
        assert not set(name) & set('\0/\\:\n"')
        assert len(name.encode()) <= 255


@given(st.text(min_size=300, max_size=400))
def test_a_long_name_keeps_its_extension(text: str) -> None:
    assert name_of({"display_name": f"{text}.aspx"}).endswith(".aspx")


def test_a_file_with_an_original_path_is_at_this_path(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add("x.aspx", HARMLESS, _SHELL_PATH)
    with ExitStack() as stack:
        (tree,) = _located(store, stack)
        assert Path(tree.location, "C/inetpub/wwwroot/aspnet_client/x.aspx").read_bytes() == HARMLESS
        assert tree.kind is Kind.SERVER
    assert list(store.output.iterdir()) == []


def test_a_path_that_is_taken_starts_the_next_tree(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for path in (_SHELL_PATH, _SHELL_PATH.upper(), rf"{_SHELL_PATH}\inside.aspx", r"C:\inetpub", r"C:\a\y.aspx"):
        store.add("x.aspx", HARMLESS, path)
    with ExitStack() as stack:
        trees = _located(store, stack)
        assert [len(tree.inputs) for tree in trees] == [2, 1, 1, 1]


def test_an_archive_is_a_location_by_itself(tmp_path: Path) -> None:
    store = Store(tmp_path)
    archive = store.add_zip("triage.zip", {"inetpub/wwwroot/x.aspx": "x"})
    store.add("page.aspx", HARMLESS)
    with ExitStack() as stack:
        container, others = _located(store, stack)
        assert (container.kind, container.name) == (Kind.CONTAINER, "triage.zip")
        assert list(container.inputs.values()) == [archive]
        assert others.kind is Kind.NAMED
        assert [Path(place).name for place in others.inputs] == ["page.aspx"]


def test_segments_of_an_image_are_next_to_the_first_one(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.add("EXCH01.E01", b"EVF\t\r\n\xff\0" + bytes(100))
    store.add("EXCH01.E02", b"EVF\t\r\n\xff\0" + bytes(100))
    with ExitStack() as stack:
        (image,) = _located(store, stack)
        assert sorted(each.name for each in Path(image.root).iterdir()) == ["EXCH01.E01", "EXCH01.E02"]


@pytest.mark.parametrize("path", [None, "", "/nowhere/at/all"])
def test_an_input_without_content_is_no_location(tmp_path: Path, path: str | None) -> None:
    with ExitStack() as stack:
        assert list(locate([{"display_name": "x.aspx", "path": path}], str(tmp_path), stack)) == []


@pytest.mark.parametrize("name", ["0" * 64, "c" * 32, "sample", "file.bin", "", None])
def test_a_file_whose_name_is_lost_is_a_location_by_itself(tmp_path: Path, name: str | None) -> None:
    store = Store(tmp_path)
    given = store.add(name, HARMLESS)
    with ExitStack() as stack:
        (lost,) = _located(store, stack)
        assert (lost.kind, lost.location) == (Kind.LOST, given["path"])
