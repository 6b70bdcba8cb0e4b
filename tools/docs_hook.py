"""Hook of MkDocs: adds the generated reference pages and the changelog to the site, without writing a file."""

from __future__ import annotations

import sys
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

TOP = Path(__file__).resolve().parents[1]


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Return the files of the site with the generated pages among them."""
    sys.path.insert(0, str(TOP))  # the command mkdocs doesn't have the checkout on its path
    from tools.reference import reference_pages

    pages = reference_pages()
    pages["changelog.md"] = (TOP / "CHANGELOG.md").read_text(encoding="utf-8").replace("](docs/", "](")
    for path, text in pages.items():
        files.append(File.generated(config, path, content=text))
    return files
