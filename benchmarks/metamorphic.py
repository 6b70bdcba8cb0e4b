"""Benchmark: of the shells that are found as they are, how many stay found under each metamorphic law.

usage: python -m benchmarks.metamorphic CORPUS_DIR [--law NAME …] [--limit N] [--lost]
       python -m benchmarks.metamorphic --smoke

CORPUS_DIR holds files, in folders or not; those that IIS would not run are left out. Variants live in memory only. With
``--smoke`` the fixtures are the corpus, and a law that loses more than is known is an error.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from benchmarks.variants.judged import disposition_of, page_of
from benchmarks.variants.known_losses import KNOWN_LOSSES
from benchmarks.variants.laws import LAWS, Law, laws_for
from benchmarks.variants.page_file import PageFile
from webshellhunt.defang import FixtureClass, load_fixture
from webshellhunt.model.settings import PageSettings
from webshellhunt.model.verdict import Disposition
from webshellhunt.pages.kinds import nature_of

FIXTURES = Path(__file__).parents[1] / "fixtures"
PROCESSES = 2
STAYED, LOST, MILDER = "stayed", "lost", "milder"


def read_page(path: Path) -> PageFile | None:
    """Read a file of a corpus, or a malicious fixture; ``None`` for what IIS would not run."""
    if path.suffix != ".defanged":
        executable = nature_of(path.name, PageSettings()).executable
        return PageFile(f"site/{path.name}", path.read_bytes()) if executable else None
    fixture = load_fixture(path)
    return page_of(fixture) if fixture.fixture_class is FixtureClass.MALICIOUS else None


def measure(laws: Sequence[str], path: Path) -> list[tuple[str, str]]:
    """Return what became of one found shell under each law that applies to it; an empty list if it isn't found."""
    page = read_page(path)
    if page is None:
        return []
    before = disposition_of(page)
    if before < Disposition.SUSPICIOUS:
        return []
    outcomes = []
    for law in laws_for(path.parent.name):
        variant = law.apply(page) if law.name in laws else None
        if variant is not None:
            after = disposition_of(variant)
            outcome = STAYED if after >= before else LOST if after < Disposition.SUSPICIOUS else MILDER
            outcomes.append((law.name, outcome))
    return outcomes


def measured(paths: Sequence[Path], laws: Sequence[str]) -> Iterator[tuple[Path, list[tuple[str, str]]]]:
    """Measure all files, two at a time."""
    with ProcessPoolExecutor(PROCESSES) as pool:
        yield from zip(paths, pool.map(partial(measure, laws), paths, chunksize=4), strict=True)


def main() -> int:
    """Measure, and print a table: each law with the shells it applies to, and the share that stays found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, nargs="?", help="a folder of shells")
    parser.add_argument("--law", action="append", choices=[law.name for law in LAWS], help="only this law; repeatable")
    parser.add_argument("--limit", type=int, help="only the first N files")
    parser.add_argument("--lost", action="store_true", help="also name the files that a law loses")
    parser.add_argument("--smoke", action="store_true", help="measure the fixtures, to prove that the benchmark runs")
    options = parser.parse_args()
    if options.corpus is None and not options.smoke:
        parser.error("name a folder, or --smoke")
    folder = FIXTURES if options.smoke else options.corpus
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".host")[: options.limit]
    laws = options.law or [law.name for law in LAWS]
    counts: Counter[tuple[str, str]] = Counter()
    found = 0
    for path, outcomes in measured(paths, laws):
        found += bool(outcomes)
        counts.update(outcomes)
        if options.lost:
            for law, outcome in outcomes:
                if outcome != STAYED:
                    print(f"{outcome:7} {law:32} {path.relative_to(folder)}")
    print(f"{found} shells are found as they are; of those that a law applies to, these stay found:")
    for each in (law for law in LAWS if law.name in laws):
        print(row(each, counts))
    known = Counter(law for laws_lost in KNOWN_LOSSES.values() for law in laws_lost)
    lost = sum(count > known[name] for (name, outcome), count in counts.items() if outcome == LOST)
    return 1 if options.smoke and (lost or not found) else 0


def row(law: Law, counts: Counter[tuple[str, str]]) -> str:
    """Return the line of one law."""
    stayed, lost, milder = (counts[law.name, outcome] for outcome in (STAYED, LOST, MILDER))
    total = stayed + lost + milder
    share = f"{(stayed + milder) / total:7.2%}" if total else "      -"
    return f"  {law.name:32} {total:5} {share}  lost {lost:3}  milder {milder:3}"


if __name__ == "__main__":
    sys.exit(main())
