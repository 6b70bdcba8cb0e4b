"""Inputs as OpenRelik describes them, and the task run in this process with the queue in memory."""

from __future__ import annotations

import base64
import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.reports.cases import SHELL

HARMLESS = b'<\x25@ Page Language="C#" %><html><body>Welcome</body></html>'


class Store:
    """A folder in which files have identifiers instead of names, as in OpenRelik."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.output = folder / "output"
        self.output.mkdir()
        self.inputs: list[dict[str, Any]] = []

    def add(self, display_name: str | None, data: bytes, original_path: str | None = None) -> dict[str, Any]:
        """Store a file, and return its description."""
        number = len(self.inputs) + 1
        place = self.folder / f"{number:032x}"
        place.write_bytes(data)
        described = {"id": number, "uuid": f"uuid-{number}", "display_name": display_name, "path": str(place)}
        self.inputs.append({**described, "original_path": original_path, "data_type": "file:generic"})
        return self.inputs[-1]

    def add_zip(self, display_name: str, members: Mapping[str, str]) -> dict[str, Any]:
        """Store a ZIP archive."""
        place = self.folder / "archive"
        with zipfile.ZipFile(place, "w") as archive:
            for name, text in members.items():
                archive.writestr(name, text)
        return self.add(display_name, place.read_bytes())

    def run(self, **task_config: object) -> dict[str, Any]:
        """Run the task on all files, and return its result."""
        given = {"input_files": self.inputs, "output_path": str(self.output), "workflow_id": "7"}
        return run_task(**given, task_config=task_config)

    def output_of(self, result: Mapping[str, Any], data_type: str) -> str:
        """Return the text of the one output file of this type."""
        (path,) = [each["path"] for each in result["output_files"] if each["data_type"] == data_type]
        return Path(path).read_text(encoding="utf-8")


def run_task(**given: object) -> dict[str, Any]:
    """Run the task in this process, without a server of queues, and return its decoded result."""
    os.environ.setdefault("REDIS_URL", "memory://")
    from integrations.openrelik.src import app, tasks

    app.celery.conf.update(broker_url="memory://", result_backend="cache+memory://")
    encoded = tasks.command.apply(kwargs=given).get()
    decoded: dict[str, Any] = json.loads(base64.b64decode(encoded))
    return decoded


__all__ = ["HARMLESS", "SHELL", "Store", "run_task"]
