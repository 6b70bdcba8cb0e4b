"""Make the digests of released libraries for browsers that are shipped, from packages of these libraries.

usage: python -m tools.library_digests PACKAGE… --output webshellhunt/analysis/browser/released.digests

A package is an archive as registries have it (``.tgz``, ``.tar.gz``, ``.zip``, ``.whl``), or a script. Each script in
it that a page may load has a digest, and so has each longer statement of such a script. The digests that the output has
already stay. Nothing in a package is executed.

Sources so far: the packages that `library_packages.txt` names, as ``npm pack NAME@VERSION`` and ``pip download
--no-deps NAME==VERSION`` fetch them. Before a release is added: has anybody reported it as tampered with?
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import tarfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from webshellhunt.analysis.browser.released import (
    SHORTEST_STATEMENT,
    SHORTEST_TEXT,
    digest_of_statement,
    digest_of_text,
    packed,
    unpacked,
)
from webshellhunt.lang.parser import parse
from webshellhunt.lang.tokens import tokenize

LARGEST = 2 * 1024 * 1024
_NOT_LOADED = frozenset(
    {"test", "tests", "spec", "specs", "node_modules", "doc", "docs", "demo", "demos", "example", "examples", "samples"}
    | {"grunt", "tasks", "build", "esm", "es", "cjs", "fp", "modules", "internal", "types", "bin", "scripts", "perf"}
    | {
        "server",
        "ssr",
        "bundles",
        "_site",
        "benchmark",
        "packages",
        "benches",
        "amd",
        "es6",
        "esnext",
        "dist-es2015",
        "lang",
        "langs",
        "plugins",
    }
)
"""Folders of a package whose scripts no page loads."""
_MODULE = re.compile(r"^(?:import|export)\b[^\n]*\bfrom\b|^export (?:default|function|const|class|\{)", re.MULTILINE)
_SOURCE = re.compile(r"^(?:var|const|let) \w+ = require\(|^module\.exports = require\(", re.MULTILINE)


def iter_scripts(package: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the name and content of each script of a package."""
    if package.suffix in (".zip", ".whl"):
        with zipfile.ZipFile(package) as archive:
            for entry in archive.infolist():
                if _is_loaded(entry.filename) and entry.file_size <= LARGEST:
                    yield entry.filename, archive.read(entry)
    elif package.suffix in (".tgz", ".gz"):
        with tarfile.open(fileobj=io.BytesIO(package.read_bytes())) as archive:
            for member in archive:
                if member.isfile() and _is_loaded(member.name) and member.size <= LARGEST:
                    stream = archive.extractfile(member)
                    yield member.name, b"" if stream is None else stream.read()
    else:
        yield package.name, package.read_bytes()


def add_digests(digests: set[bytes], content: bytes) -> None:
    """Add the digests of a script and of its statements; nothing for one that is a module or a source of such."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    if len(text) < SHORTEST_TEXT or _MODULE.search(text) is not None or _SOURCE.search(text) is not None:
        return
    whole = digest_of_text(text)
    if whole in digests:
        return
    digests.add(whole)
    tokens = tokenize(text, "jscript")
    for each in parse(tokens).top.statements:
        if each.end - each.start >= SHORTEST_STATEMENT:
            digests.add(digest_of_statement(tokens, each.start, each.end))


def _is_loaded(name: str) -> bool:
    path = PurePosixPath(name.lower())
    return path.suffix == ".js" and _NOT_LOADED.isdisjoint(path.parent.parts)


def main(argv: Sequence[str] | None = None) -> int:
    """Write the digests."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", type=Path, nargs="+", metavar="PACKAGE")
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args(argv)
    output: Path = arguments.output
    digests = unpacked(output.read_bytes()) if output.exists() else set[bytes]()
    for package in arguments.packages:
        before, scripts = len(digests), 0
        for _, content in iter_scripts(package):
            scripts += 1
            add_digests(digests, content)
        print(f"{package.name}: {scripts} scripts, {len(digests) - before} new digests")
    output.write_bytes(packed(digests))
    print(f"{len(digests):,} digests, {output.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
