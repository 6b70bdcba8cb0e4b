"""The shipped rules: their files, and their compilation by group.

They are in the checkout's folder `signatures` and, in a wheel, in `signatures/rules` of this package.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from pathlib import Path

from webshellhunt.errors import SignatureError
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.rules import Rule
from webshellhunt.signatures.engine import Engine, compile_rules
from webshellhunt.signatures.groups import Group, group_of
from webshellhunt.signatures.hits import RuleHead, RuleText
from webshellhunt.signatures.metadata import own_rule

SUFFIXES = (".yar", ".yara")

_HERE = Path(__file__).resolve().parent
_RULE = lazy_pattern(r"^rule\s+(\w+)", re.MULTILINE)


class OwnGroup:
    """The shipped rules of a group, compiled on first use, since few hunts need every group."""

    def __init__(self, group: Group, sources: Sequence[RuleText], engine: str) -> None:
        self.group = group
        self._sources = sources
        self._wanted = engine

    def holds(self, namespace: str) -> bool:
        """Return whether a rule file belongs to this group."""
        return any(source.namespace == namespace for source in self._sources)

    @property
    def engine(self) -> Engine | None:
        """The compiled rules; ``None`` if none of them compiles."""
        return self._compiled[0]

    @property
    def rules(self) -> dict[tuple[str, str], Rule]:
        """The metadata of the rules, by namespace and name."""
        return self._described[0]

    @property
    def problems(self) -> tuple[SignatureError, ...]:
        """The contract breaches and the files that don't compile; empty until the rules are used."""
        return (*self._described[1], *self._compiled[1]) if "_compiled" in vars(self) else ()

    @cached_property
    def _compiled(self) -> tuple[Engine | None, tuple[SignatureError, ...]]:
        try:
            return compile_rules(self._sources, engine=self._wanted)
        except SignatureError as error:
            return None, (error,)

    @cached_property
    def _described(self) -> tuple[dict[tuple[str, str], Rule], list[SignatureError]]:
        problems: list[SignatureError] = []
        heads = () if self.engine is None else self.engine.heads()
        return _read_metadata(heads, self._sources, problems), problems


@lru_cache(maxsize=2)
def own_groups(sources: tuple[RuleText, ...], engine: str) -> tuple[OwnGroup, ...]:
    """Return shipped rule files by group; all catalogs of a process share them, since they are compiled for 40 MB."""
    of_each: dict[Group, list[RuleText]] = {}
    for source in sources:
        of_each.setdefault(group_of(source.namespace), []).append(source)
    return tuple(OwnGroup(group, of_group, engine) for group, of_group in of_each.items())


def own_rules_folder() -> Path | None:
    """Return the folder of the shipped rules: in the installed package, else next to it in a checkout."""
    packaged, checkout = _HERE / "rules", _HERE.parent.parent / "signatures"
    if packaged.is_dir():
        return packaged
    # Next to an installed package, a folder of this name would belong to another package.
    return checkout if (checkout.parent / "pyproject.toml").is_file() and checkout.is_dir() else None


def own_sources() -> tuple[RuleText, ...]:
    """Return the texts of the shipped rule files, sorted by name.

    Raises:
        SignatureError: there is none; the installation is damaged.
    """
    folder = own_rules_folder()
    files = rule_files(folder) if folder is not None else []
    if folder is None or not files:
        raise SignatureError("the shipped rules are missing from this installation; install webshellhunt again")
    names = {file: file.relative_to(folder).as_posix() for file in files}
    return tuple(
        RuleText(f"own:{names[file]}", f"signatures/{names[file]}", text_of(file.read_bytes())) for file in files
    )


def rule_files(folder: Path, problems: list[SignatureError] | None = None) -> list[Path]:
    """Return the rule files of a folder and its subfolders, sorted; an unreadable folder is a problem."""
    found: list[Path] = []

    def add_problem(error: OSError) -> None:
        if problems is not None:
            words = error.strerror or str(error)
            problems.append(SignatureError(f"this folder can't be read: {words}", path=str(error.filename)))

    for top, folders, names in os.walk(folder, onerror=add_problem):
        folders.sort()
        found.extend(Path(top, name) for name in names if name.lower().endswith(SUFFIXES))
    return sorted(found)


def text_of(data: bytes) -> str:
    """Return the text of a rule file."""
    # A rule file in another charset keeps its bytes: \xNN means the same byte to YARA.
    return data.decode("utf-8-sig", "backslashreplace")


def _read_metadata(
    heads: Iterable[RuleHead], sources: Sequence[RuleText], problems: list[SignatureError]
) -> dict[tuple[str, str], Rule]:
    # A compiled rule has neither its file nor, in yara-x, a private flag. Shipped rules begin a line, the private ones
    # with that word, and each has a name of its own.
    home = {match[1]: source for source in sources for match in _RULE.finditer(source.text)}
    rules: dict[tuple[str, str], Rule] = {}
    ids: dict[str, str] = {}
    for head in heads:
        source = home.get(head.name)
        if source is None:
            continue
        try:
            rule = own_rule(head, source.path)
        except SignatureError as error:
            problems.append(error)
            continue
        if rule.id in ids:
            problems.append(SignatureError(f"{rule.id} of {rule.slug} is taken by {ids[rule.id]}", path=source.path))
        ids.setdefault(rule.id, rule.slug)
        rules[source.namespace, head.name] = rule
    return rules
