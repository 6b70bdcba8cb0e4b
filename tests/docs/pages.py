"""The documentation as tests read it: its files, and the blocks of code in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

TOP = Path(__file__).parents[2]
_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w*)\n(?P<text>.*?)^ *```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A block of code; ``number`` counts those of its page."""

    page: str
    number: int
    language: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.page}, block {self.number}"


def pages() -> list[Path]:
    tops = [*TOP.glob("*.md"), TOP / "signatures" / "README.md", TOP / "fixtures" / "README.md"]
    return sorted([*tops, *(TOP / "docs").rglob("*.md")])


def iter_blocks(*languages: str) -> Iterator[Block]:
    for page in pages():
        text = page.read_text(encoding="utf-8")
        for number, found in enumerate(_FENCE.finditer(text), 1):
            if found["language"] in languages:
                lines = (line.removeprefix(found["indent"]) for line in found["text"].splitlines(keepends=True))
                yield Block(page.relative_to(TOP).as_posix(), number, found["language"], "".join(lines))
