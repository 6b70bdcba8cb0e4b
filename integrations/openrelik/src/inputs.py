"""The input files of a task: which of them are locations of their own, and the places of the others on the server.

OpenRelik stores each file under an identifier; its name and its original path are fields of the input. Archives, disk
images and collections are locations. Files with an original path are arranged in trees of links, as on the server, so
that configuration, includes and logs are read as such. Files with a name only are in one folder. A file whose name is
lost, too, is examined by itself, and its content decides how it is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from enum import Enum, auto
from pathlib import Path
from typing import Any, NamedTuple

from openrelik_worker_common.file_utils import OutputFile, build_file_tree, delete_file_tree

from webshellhunt.scan.readings import is_lost
from webshellhunt.sources.openers import find_opener

Input = Mapping[str, Any]
"""One input file as OpenRelik describes it."""

LONGEST_NAME = 200
"""Bytes of a name in a tree; a longer one is cut in its middle, so that it keeps its extension."""
MOST_FOLDERS = 100
"""Folders above a file in a tree; a file with more of them loses the first ones."""

_DRIVE = re.compile(r"/*(?:[?.]/+)?([A-Za-z]):(?=/|$)")
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f"*:<>?|\ud800-\udfff]')
_FIRST_SEGMENTS = frozenset({".e01", ".ex01", ".l01", ".001"})
_SEGMENT = re.compile(r"\.(?:[e-z](?:x?\d\d|[a-z]{2})|\d{3})")  # after .e99 comes .eaa, and after .ezz .faa


class Kind(Enum):
    """The kind of a location."""

    CONTAINER = auto()
    """An archive, a disk image or a collection."""
    SERVER = auto()
    """A tree of files with original paths."""
    NAMED = auto()
    """A folder of files with names only."""
    LOST = auto()
    """One file without a name."""


class Located(NamedTuple):
    """A location that a hunt opens, and its name in reports.

    ``root`` is the folder of links in which the location is, and ``inputs`` maps each link to the input that it is.
    """

    kind: Kind
    location: str
    name: str
    root: str
    inputs: Mapping[str, Input]


def locate(inputs: Iterable[Input], folder: str, stack: ExitStack) -> Iterator[Located]:
    """Yield the locations of a task, the containers first.

    Args:
        inputs: The input files.
        folder: The output folder of the task, in which trees of links are built.
        stack: Removes the trees when it is closed.

    Raises:
        OSError: A tree of links can't be built.
    """
    present = [each for each in inputs if Path(each.get("path") or "").is_file()]
    # All are linked by their names in one folder, since the segments of an image are found by the name of the first.
    containers = list[Located]()
    others = list[Input]()
    for tree in _trees([(each, name_of(each)) for each in present], folder, stack):
        for place, each in _without_segments(tree.inputs):
            if find_opener(place) is not None:
                containers.append(Located(Kind.CONTAINER, place, name_of(each), tree.root, {place: each}))
            else:
                others.append(each)
    yield from containers
    placed = [(each, server_path_of(each)) for each in others]
    for tree in _trees([(each, path) for each, path in placed if path], folder, stack):
        yield Located(Kind.SERVER, tree.root, "files with original paths", *tree)
    unplaced = [(each, name_of(each)) for each, path in placed if not path]
    for tree in _trees([(each, name) for each, name in unplaced if not is_lost(name)], folder, stack):
        yield Located(Kind.NAMED, tree.root, "files without original paths", *tree)
    for each, name in unplaced:
        if is_lost(name):
            yield Located(Kind.LOST, each["path"], name, each["path"], {each["path"]: each})


def name_of(each: Input) -> str:
    """Return the name of an input as one component of a path."""
    given = str(each.get("display_name") or "").replace("\\", "/").rstrip("/")
    return _component(given.rpartition("/")[2]) or "unnamed"


def server_path_of(each: Input) -> str:
    r"""Return the original path of an input, relative to a tree: ``C/inetpub/x.aspx`` for ``C:\inetpub\x.aspx``.

    It is empty if there is none with a folder.
    """
    given = str(each.get("original_path") or "").replace("\\", "/")
    drive = _DRIVE.match(given)
    names = [_component(name) for name in given[drive.end() if drive else 0 :].split("/")]
    inside = [name for name in names if name not in ("", ".", "..")]
    if drive:
        inside.insert(0, drive[1].upper())
    return "/".join(inside[-MOST_FOLDERS:]) if len(inside) > 1 else ""


def _component(name: str) -> str:
    """Return a name that every file system takes; it never leaves its folder."""
    clean = _NOT_IN_NAMES.sub("_", name)
    encoded = clean.encode()
    if len(encoded) > LONGEST_NAME:
        half = LONGEST_NAME // 2
        clean = f"{encoded[: half - 1].decode(errors='ignore')}_{encoded[-half:].decode(errors='ignore')}"
    return "" if clean.strip(". ") == "" else clean


def _without_segments(inputs: Mapping[str, Input]) -> Iterator[tuple[str, Input]]:
    """Yield the files except further segments of an image, which are read with the first one."""
    images = {str(Path(place).with_suffix("")) for place in inputs if Path(place).suffix.lower() in _FIRST_SEGMENTS}
    for place, each in inputs.items():
        suffix = Path(place).suffix.lower()
        is_further = suffix not in _FIRST_SEGMENTS and _SEGMENT.fullmatch(suffix) is not None
        if not (is_further and str(Path(place).with_suffix("")) in images):
            yield place, each


class _Plan:
    """The paths of one tree before it is built; names are the same in upper and in lower case, as on Windows."""

    def __init__(self) -> None:
        self.placed: dict[str, Input] = {}
        self._files = set[str]()
        self._folders = set[str]()

    def takes(self, path: str, each: Input) -> bool:
        """Add an input at a path, and return True; or return False if a file or a folder is there."""
        key = path.lower()
        parents = {key[: at.start()] for at in re.finditer("/", key)}
        if key in self._files or key in self._folders or not self._files.isdisjoint(parents):
            return False
        self.placed[path] = each
        self._files.add(key)
        self._folders |= parents
        return True


class Tree(NamedTuple):
    """A folder of links, and the input of each."""

    root: str
    inputs: Mapping[str, Input]


def _trees(placed: Iterable[tuple[Input, str]], folder: str, stack: ExitStack) -> Iterator[Tree]:
    """Yield trees of links; a second file at the same path, as of another server, starts the next tree."""
    plans = list[_Plan]()
    for each, path in placed:
        if not any(plan.takes(path, each) for plan in plans):
            plans.append(_Plan())
            plans[-1].takes(path, each)
    for plan in plans:
        yield _built(plan.placed, folder, stack)


def _built(placed: Mapping[str, Input], folder: str, stack: ExitStack) -> Tree:
    files = [OutputFile("", each["path"], name_of(each), original_path=path) for path, each in placed.items()]
    tree = build_file_tree(folder, files)
    stack.callback(delete_file_tree, tree)
    return Tree(tree.name, {str(Path(tree.name, path)): each for path, each in placed.items()})
