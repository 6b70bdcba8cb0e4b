"""Real specimens, which are kept outside the repository."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest


def specimen(name: str) -> Path:
    """Return the path of a specimen in the folder that ``WEBSHELLHUNT_SPECIMENS`` names, or skip the test."""
    top = os.environ.get("WEBSHELLHUNT_SPECIMENS")
    if not top:
        pytest.skip("WEBSHELLHUNT_SPECIMENS names no folder with real specimens")
    path = Path(top) / name
    if not path.exists():
        pytest.skip(f"the folder of real specimens has no {name}")
    return path


def code_blocks(path: Path) -> list[str]:
    """Return the blocks of code of a Markdown page."""
    text = path.read_text(encoding="utf-8")
    return [re.sub(r"\A[a-z]*\n", "", block) for block in text.split("```")[1::2]]
