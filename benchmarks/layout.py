"""Whole sites for the benchmarks: each pinned commit of a public repository is laid out from a bare mirror."""

from __future__ import annotations

import csv
import subprocess
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

SITES = Path(__file__).with_name("sites.tsv")
_LINK = "120000"


class Site(NamedTuple):
    """A pinned site: a short name, the repository and its commit, what it is, and why it is measured."""

    name: str
    repository: str
    commit: str
    kind: str
    files: int
    why: str


def load_sites(path: Path = SITES) -> tuple[Site, ...]:
    """Return the pinned sites."""
    with path.open(encoding="utf-8", newline="") as rows:
        return tuple(
            Site(row["name"], row["repository"], row["commit"], row["kind"], int(row["files"]), row["why"])
            for row in csv.DictReader(rows, delimiter="\t")
        )


def mirror_of(mirrors: Path, repository: str) -> Path:
    """Return the git folder of a repository among the mirrors: ``owner+name/repo``, with or without ``.git``."""
    folder = mirrors / repository.replace("/", "+") / "repo"
    return folder / ".git" if (folder / ".git").is_dir() else folder


def _names(git: Path, commit: str) -> Iterator[tuple[str, str]]:
    """Yield the blob and the path of each file of a commit; links are left out."""
    listing = subprocess.run(
        ["git", f"--git-dir={git}", "ls-tree", "-r", "-z", commit], capture_output=True, check=True
    ).stdout.decode("utf-8", "surrogateescape")
    for line in listing.split("\0"):
        about, _, path = line.partition("\t")
        if path and (fields := about.split())[1] == "blob" and fields[0] != _LINK:
            yield fields[2], path


def _contents(git: Path, blobs: Iterable[str]) -> Iterator[bytes | None]:
    """Yield the content of each blob, None for one that the mirror lacks."""
    with subprocess.Popen(
        ["git", f"--git-dir={git}", "cat-file", "--batch"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as reader:
        assert reader.stdout is not None
        wanted = list(blobs)
        asked = "".join(f"{blob}\n" for blob in wanted).encode("ascii")
        feeder = threading.Thread(target=_feed, args=(reader, asked), daemon=True)
        feeder.start()
        for _ in wanted:
            fields = reader.stdout.readline().split()
            content = reader.stdout.read(int(fields[2]) + 1)[:-1] if len(fields) == 3 else None
            yield content
        feeder.join()


def _feed(reader: subprocess.Popen[bytes], asked: bytes) -> None:
    """Hand the names over while answers are read, so that neither pipe fills."""
    assert reader.stdin is not None
    reader.stdin.write(asked)
    reader.stdin.close()


def lay_out(mirrors: Path, site: Site, scratch: Path) -> Path:
    """Write the files of a site to a scratch folder, unless they are there; return the folder."""
    folder = scratch / site.name
    done = scratch / f"{site.name}.commit"
    if done.is_file() and done.read_text(encoding="ascii") == site.commit:
        return folder
    git = mirror_of(mirrors, site.repository)
    names = list(_names(git, site.commit))
    written = 0
    for (_, path), content in zip(names, _contents(git, (blob for blob, _ in names)), strict=True):
        target = folder / path
        if content is None or ".." in Path(path).parts:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        written += 1
    print(f"{site.name}: {written} of {len(names)} files")
    done.write_text(site.commit, encoding="ascii")
    return folder
