"""The figures of the plants, as the table in ``docs/explanation/detection-figures.md``.

``python -m tests.persistence.figures`` prints it. The tests of the rows prove that it is true.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby

from tests.persistence.plants import Plant
from tests.persistence.test_plants import PLANTS
from webshellhunt.model.verdict import Disposition


def lines() -> Iterator[str]:
    """Yield the lines of the table, and of the list of plants below suspicion."""
    yield "| row | plants | seen | honest twins | of these a question |"
    yield "|---|---|---|---|---|"
    for row, plants in groupby(sorted(PLANTS, key=lambda plant: plant.row), lambda plant: plant.row):
        yield _line(str(row), list(plants))
    yield _line("all", PLANTS)
    yield ""
    for plant in sorted(PLANTS, key=lambda plant: plant.row):
        if plant.rules and not _is_seen(plant):
            yield f"- {plant}: {plant.why}."


def _is_seen(plant: Plant) -> bool:
    return bool(plant.rules) and plant.least >= Disposition.SUSPICIOUS


def _line(name: str, rows: list[Plant]) -> str:
    plants = [row for row in rows if row.rules]
    honest = [row for row in rows if not row.rules]
    questions = sum(row.most > Disposition.BENIGN for row in honest)
    return f"| {name} | {len(plants)} | {sum(map(_is_seen, plants))} | {len(honest)} | {questions} |"


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in lines())
