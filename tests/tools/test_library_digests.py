"""Digests are made of the scripts that a package has for pages."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from tools.library_digests import main
from webshellhunt.analysis.browser.released import SHORTEST_TEXT, digest_of_text, unpacked

SCRIPT = "var all = [" + ", ".join(f"'{number}'" for number in range(100)) + "];\n"
OTHER = SCRIPT.replace("all", "rest")


def _archive(path: Path, members: dict[str, str]) -> Path:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as packed:
            for name, text in members.items():
                packed.writestr(name, text)
        return path
    with tarfile.open(path, "w:gz") as archive:
        for name, text in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return path


@pytest.mark.parametrize("name", ["a-1.0.tgz", "a-1.0.tar.gz", "a-1.0.zip"])
def test_a_script_and_its_statements_have_digests(tmp_path: Path, name: str) -> None:
    package = _archive(
        tmp_path / name,
        {
            "package/dist/a.js": SCRIPT,
            "package/dist/a.css": SCRIPT.replace("all", "css"),
            "package/test/a.js": SCRIPT.replace("all", "test"),
            "package/esm.js": f"export default 1;\n{OTHER}",
            "package/short.js": SCRIPT[: SHORTEST_TEXT - 1],
        },
    )
    output = tmp_path / "out"
    assert main([str(package), "--output", str(output)]) == 0
    digests = unpacked(output.read_bytes())
    assert digest_of_text(SCRIPT) in digests
    assert len(digests) == 2


def test_what_is_there_stays(tmp_path: Path) -> None:
    output = tmp_path / "out"
    for name, text in (("a.js", SCRIPT), ("b.js", OTHER)):
        script = tmp_path / name
        script.write_text(text, encoding="utf-8")
        assert main([str(script), "--output", str(output)]) == 0
    digests = unpacked(output.read_bytes())
    assert {digest_of_text(SCRIPT), digest_of_text(OTHER)} < digests
    assert len(digests) == 4
