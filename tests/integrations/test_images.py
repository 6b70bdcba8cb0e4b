"""The images of the integrations: what a Dockerfile copies is there, and it installs what the tests install."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
IMAGES = sorted((TOP / "integrations").rglob("Dockerfile"))


@pytest.mark.parametrize("image", IMAGES, ids=lambda image: str(image.parent.name))
def test_the_files_of_an_image_are_there(image: Path) -> None:
    copied = re.findall(r"(?m)^COPY (?!--from)(.+) \S+$", image.read_text(encoding="utf-8"))
    assert copied
    assert [source for line in copied for source in line.split() if not (TOP / source).exists()] == []
    # The checkout may have evidence, reports and environments, which would stay in a layer.
    assert "." not in [source for line in copied for source in line.split()]


def test_the_worker_installs_its_requirements() -> None:
    folder = TOP / "integrations" / "openrelik"
    needed = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    image = (folder / "Dockerfile").read_text(encoding="utf-8")
    assert [each for each in needed if not each.startswith("webshellhunt") and f'"{each}"' not in image] == []


def test_the_service_is_where_its_image_says() -> None:
    folder = TOP / "integrations" / "assemblyline"
    (path,) = re.findall(r"SERVICE_PATH=(\S+)", (folder / "Dockerfile").read_text(encoding="utf-8"))
    module, _, name = path.rpartition(".")
    text = (folder / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8")
    assert f"class {name}(ServiceBase)" in text
