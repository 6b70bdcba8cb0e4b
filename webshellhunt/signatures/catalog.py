"""The catalog: which rule files there are, compiled, and the metadata of the rules in them.

Our own rules live in the checkout's folder `signatures` and, in a wheel, in `signatures/rules` of this package.
Rule files of a user are taken as they are; a file that does not compile is left out and told as a problem.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from webshellhunt.errors import SignatureError
from webshellhunt.late import late_pattern
from webshellhunt.model.rules import Rule, RuleOrigin
from webshellhunt.signatures.engine import Engine, compile_rules
from webshellhunt.signatures.groups import Group, group_of, may_open
from webshellhunt.signatures.hits import Externals, RuleHead, RuleText, SignatureHit
from webshellhunt.signatures.metadata import own_rule, public_rule

SUFFIXES = (".yar", ".yara")

_HERE = Path(__file__).resolve().parent
_RULE = late_pattern(r"^rule\s+(\w+)", re.MULTILINE)


@dataclass(slots=True)
class Catalog:
    """Compiled rules and what is known of each.

    ``own`` are our rules, compiled by group. ``rules`` holds these from the start, by namespace and rule name; a public
    rule joins them when it first matches, so that a set of thousands starts fast. ``problems`` are the files, and the
    breaches of our own metadata contract, that were left out. A catalog does not pickle: each worker loads its own.
    """

    own: tuple[tuple[Group, Engine], ...] = ()
    public: Engine | None = None
    rules: dict[tuple[str, str], Rule] = field(default_factory=dict)
    problems: tuple[SignatureError, ...] = ()

    def scan(
        self,
        data: bytes,
        *,
        path: str,
        timeout_s: int = 20,
        is_code: bool = False,
        may_act: Callable[[], bool] = lambda: True,
    ) -> list[SignatureHit]:
        """Return the rules that match these bytes, our own first, each sorted by namespace and name.

        Args:
            data: what to scan: a file as it is, or its decoded text as UTF-8.
            path: the file's path as a report shows it; rules see it through their external variables.
            timeout_s: seconds after which the scan is given up.
            is_code: whether it is known to be server code. Else our own rules, all of which are about what a server
                runs or is told to run, are asked only where something opens such a thing.
            may_act: tells, where it is asked, whether there is a word from which a page could make a crime. Else our
                rules about what code does are not asked: each of them needs one.

        Raises:
            SignatureError: the scan took too long, or the engine gave up; its ``path`` is the file's.
        """
        asked = self._asked(data, may_act) if is_code or may_open(data) else []
        externals = Externals.of(path)
        try:
            own = [hit for engine in asked for hit in engine.scan(data, externals, timeout_s)]
            public = [] if self.public is None else self.public.scan(data, externals, timeout_s)
        except SignatureError as error:
            raise SignatureError(error.message, path=path) from error
        return [*sorted(own, key=lambda hit: (hit.namespace, hit.rule)), *public]

    def _asked(self, data: bytes, may_act: Callable[[], bool]) -> list[Engine]:
        """Return our own rules, as far as they may match."""
        return [engine for group, engine in self.own if group.opens(data) and (not group.of_code or may_act())]

    def rule_of(self, hit: SignatureHit) -> Rule:
        """Return the metadata of the rule that matched."""
        key = (hit.namespace, hit.rule)
        rule = self.rules.get(key)
        if rule is None:
            rule = self.rules[key] = public_rule(hit)
        return rule

    def own_rules(self) -> tuple[Rule, ...]:
        """Return our own rules, sorted by id."""
        own = (rule for rule in self.rules.values() if rule.origin is RuleOrigin.SIGNATURE)
        return tuple(sorted(own, key=lambda rule: rule.id))


def load_catalog(paths: Sequence[str] = (), *, own: bool = True, engine: str = "auto") -> Catalog:
    """Find, read and compile rule files.

    Args:
        paths: rule files, or folders that are searched for ``*.yar`` and ``*.yara``.
        own: whether our own rules are among them.
        engine: ``auto``, ``yara`` or ``yara-x``.

    Raises:
        SignatureError: a path does not exist or holds no rule file, or no rule at all compiles.
        UsageError: there is no engine of that name.
        MissingDependencyError: the engine is not installed.
    """
    problems: list[SignatureError] = []
    broken: Sequence[SignatureError]
    catalog = Catalog()
    ours = own_sources() if own else []
    if own:
        catalog.own, broken = _compile_groups(ours, engine)
        heads = [head for _, rules in catalog.own for head in rules.heads()]
        catalog.rules = _read_own_metadata(heads, ours, problems)
        problems += broken
    theirs = _distinct([source for path in paths for source in _sources_at(path, problems)], ours)
    if theirs or not own:
        catalog.public, broken = compile_rules(theirs, engine=engine)
        problems += broken
    catalog.problems = tuple(problems)
    return catalog


def _compile_groups(
    sources: Sequence[RuleText], engine: str
) -> tuple[tuple[tuple[Group, Engine], ...], list[SignatureError]]:
    """Compile our own rules by group, and tell which files had to be left out."""
    compiled: list[tuple[Group, Engine]] = []
    problems: list[SignatureError] = []
    for group in dict.fromkeys(group_of(source.namespace) for source in sources):
        of_group = [source for source in sources if group_of(source.namespace) is group]
        rules, broken = compile_rules(of_group, engine=engine)
        compiled.append((group, rules))
        problems += broken
    return tuple(compiled), problems


def own_rules_folder() -> Path | None:
    """Return where our own rules are: inside the installed package, else beside it in a checkout."""
    packaged, checkout = _HERE / "rules", _HERE.parent.parent / "signatures"
    if packaged.is_dir():
        return packaged
    # Beside an installed package a folder of this name would be somebody else's.
    return checkout if (checkout.parent / "pyproject.toml").is_file() and checkout.is_dir() else None


def own_sources() -> list[RuleText]:
    """Return the texts of our own rule files, sorted by name.

    Raises:
        SignatureError: there are none, so that this installation is damaged.
    """
    folder = own_rules_folder()
    files = _rule_files(folder) if folder is not None else []
    if folder is None or not files:
        raise SignatureError("our own rules are missing from this installation; install webshellhunt again")
    names = {file: file.relative_to(folder).as_posix() for file in files}
    return [RuleText(f"own:{names[file]}", f"signatures/{names[file]}", _text_of(file.read_bytes())) for file in files]


def _read_own_metadata(
    heads: Iterable[RuleHead], sources: Sequence[RuleText], problems: list[SignatureError]
) -> dict[tuple[str, str], Rule]:
    # A compiled rule tells neither its file nor, in yara-x, that it is private. Ours begin a line, the private ones
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


def _sources_at(path: str, problems: list[SignatureError]) -> Iterator[RuleText]:
    place = Path(path)
    if not place.exists():
        raise SignatureError("there is no rule file or folder of this name", path=path)
    files = _rule_files(place) if place.is_dir() else [place]
    if not files:
        raise SignatureError(f"this folder holds no rule file ({', '.join('*' + s for s in SUFFIXES)})", path=path)
    for file in files:
        try:
            yield RuleText(str(file), str(file), _text_of(file.read_bytes()))
        except OSError as error:
            words = error.strerror or str(error)
            problems.append(SignatureError(f"this rule file can't be read and is left out: {words}", path=str(file)))


def _rule_files(folder: Path) -> list[Path]:
    found: list[Path] = []
    for top, folders, names in os.walk(folder):
        folders.sort()
        found.extend(Path(top, name) for name in names if name.lower().endswith(SUFFIXES))
    return sorted(found)


def _distinct(sources: Sequence[RuleText], others: Sequence[RuleText]) -> list[RuleText]:
    # The same file named twice, or our own folder named as well, is one file: the first place wins.
    by_text = {source.text: source for source in reversed([*others, *sources])}
    return [source for source in sources if by_text[source.text] is source]


def _text_of(data: bytes) -> str:
    # A rule file in another charset keeps its bytes: \xNN means the same byte to YARA.
    return data.decode("utf-8-sig", "backslashreplace")
