"""The completion for PowerShell: its text, and where it is installed, the real one."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.completion.cases import tree
from webshellhunt.cli.completion import script

_SHELL = shutil.which("pwsh") or shutil.which("powershell")


def test_brackets_and_quotes_are_paired() -> None:
    text = script("powershell", tree())
    for opening, closing in ("{}", "()", "[]"):
        assert text.count(opening) == text.count(closing)
    assert text.count("'") % 2 == 0
    assert "        'hunt' = @('--help'" in text or "        'hunt' = @('-h'" in text


@pytest.mark.skipif(_SHELL is None, reason="needs PowerShell")
@pytest.mark.parametrize(
    ("line", "offered"), [("webshellhunt comp", {"compare", "completion"}), ("webshellhunt baseline s", {"show"})]
)
def test_what_is_offered(line: str, offered: set[str], tmp_path: Path) -> None:
    (tmp_path / "script.ps1").write_text(script("powershell", tree()))
    words = f". '{tmp_path / 'script.ps1'}'; (TabExpansion2 -inputScript '{line}' -cursorColumn {len(line)})"
    words += ".CompletionMatches.CompletionText"
    done = subprocess.run([str(_SHELL), "-NoProfile", "-Command", words], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == offered
