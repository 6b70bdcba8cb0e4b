"""The catalog of signatures: it selects the rules for each scan and returns the metadata of matching ones.

Rule files of a user are compiled unchanged; one that does not compile is skipped and listed as a problem.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from math import ceil
from pathlib import Path
from time import thread_time

from webshellhunt.errors import SignatureError
from webshellhunt.model.rules import Rule
from webshellhunt.signatures.engine import Engine, compile_rules, require_engine
from webshellhunt.signatures.groups import Group, may_open
from webshellhunt.signatures.hits import Externals, RuleText, SignatureHit
from webshellhunt.signatures.metadata import public_rule
from webshellhunt.signatures.own import SUFFIXES, OwnGroup, own_groups, own_sources, rule_files, text_of


@dataclass(slots=True)
class Catalog:
    """Compiled rules and their metadata.

    ``own`` are the shipped rules, by group; ``public`` are the user's compiled rules, and ``broken`` are the errors of
    files that don't compile. ``digest`` is that of all texts of rules, in hexadecimal. The metadata of a public rule is
    read only when it matches, so large sets load fast. A catalog does not pickle: each worker loads its own.
    """

    own: tuple[OwnGroup, ...] = ()
    public: Engine | None = None
    broken: tuple[SignatureError, ...] = ()
    digest: str = ""
    _met: dict[tuple[str, str], Rule] = field(default_factory=dict)

    def scan(
        self,
        data: bytes,
        *,
        path: str,
        timeout_s: int = 20,
        folded: bytes | None = None,
        is_open: bool | None = None,
        may_act: Callable[[], bool] = lambda: True,
        is_read: Callable[[], bool] = lambda: True,
        opens: Callable[[Group], bool] | None = None,
    ) -> list[SignatureHit]:
        """Return the rules that match, shipped ones first, each group sorted by namespace and name.

        Args:
            data: a file's bytes, or its decoded text as UTF-8.
            path: the file's path as in reports, passed to rules as external variables.
            timeout_s: seconds after which the scan stops.
            folded: the same with lower-case ASCII letters, if already computed.
            is_open: whether the data may contain server code, configuration or a program, which every shipped rule
                requires; computed if omitted.
            may_act: returns whether the data contains a word of a capability; without one, the shipped rules about
                code are skipped, since each of them requires one.
            is_read: returns whether a page may begin in the data; otherwise, rules about pages are skipped.
            opens: returns whether rules of a group may match the data; searched for if omitted.

        Raises:
            SignatureError: the scan timed out, or the engine failed; its ``path`` is the file's.
        """
        folded = data.lower() if folded is None else folded
        if not (may_open(data, folded) if is_open is None else is_open):
            return self._scan(data, (), path, timeout_s)
        asked = (own for own in self.own if not own.group.of_pages or is_read())
        opened = (own for own in asked if (own.group.opens(data, folded) if opens is None else opens(own.group)))
        return self._scan(data, (own for own in opened if not own.group.of_code or may_act()), path, timeout_s)

    def opens(self, opens: Callable[[Group], bool], *, is_read: bool = True) -> bool:
        """Return whether shipped rules may match some data, apart from those about code, and of pages in no page."""
        asked = (own.group for own in self.own if not own.group.of_code and (is_read or not own.group.of_pages))
        return any(map(opens, asked))

    def scan_code(self, data: bytes, *, path: str, timeout_s: int = 20) -> list[SignatureHit]:
        """Return the rules that match normalised code, as ``scan`` does for a file."""
        folded = data.lower()
        return self._scan(data, (own for own in self.own if own.group.opens(data, folded)), path, timeout_s)

    def _scan(self, data: bytes, groups: Iterable[OwnGroup], path: str, timeout_s: int) -> list[SignatureHit]:
        ours = [group.engine for group in groups if group.engine is not None]
        if not ours and self.public is None:
            return []
        externals, end = Externals.of(path), thread_time() + timeout_s
        try:
            own = [hit for engine in ours for hit in engine.scan(data, externals, _left(end))]
            public = [] if self.public is None else self.public.scan(data, externals, _left(end))
        except SignatureError as error:
            raise SignatureError(error.message, path=path) from error
        return [*sorted(own, key=lambda hit: (hit.namespace, hit.rule)), *public]

    def rule_of(self, hit: SignatureHit) -> Rule:
        """Return the metadata of the rule that matched."""
        key = (hit.namespace, hit.rule)
        for own in self.own:
            if own.holds(hit.namespace):
                return own.rules.get(key) or public_rule(hit)
        if key not in self._met:
            self._met[key] = public_rule(hit)
        return self._met[key]

    def own_rules(self) -> tuple[Rule, ...]:
        """Return the shipped rules, sorted by id."""
        return tuple(sorted((rule for own in self.own for rule in own.rules.values()), key=lambda rule: rule.id))

    def compile(self) -> None:
        """Compile all rules now, so that each problem is known and forked processes need not compile them.

        Raises:
            SignatureError: no shipped rule compiles.
        """
        self.own_rules()
        if self.own and all(own.engine is None for own in self.own):
            raise self.problems[0]

    @property
    def problems(self) -> tuple[SignatureError, ...]:
        """The files that don't compile, and breaches of the metadata contract by shipped rules compiled so far."""
        return (*(problem for own in self.own for problem in own.problems), *self.broken)


def load_catalog(paths: Sequence[str] = (), *, own: bool = True, engine: str = "auto") -> Catalog:
    """Find and read rule files, and compile those of a user; the shipped rules are compiled on first use.

    Args:
        paths: rule files, or folders that are searched for ``*.yar`` and ``*.yara``.
        own: whether to include the shipped rules.
        engine: ``auto``, ``yara`` or ``yara-x``.

    Raises:
        SignatureError: a path does not exist or contains no rule file, or no file of the user can be read and compiled.
        UsageError: there is no engine of that name.
        MissingDependencyError: the engine is not installed.
    """
    require_engine(engine)
    ours = own_sources() if own else ()
    problems: list[SignatureError] = []
    named = [source for path in paths for source in _sources_at(path, problems)]
    catalog = Catalog(own_groups(ours, engine), digest=_digest_of([*ours, *named]))
    if paths and not named:
        raise problems[0]
    theirs = _distinct(named, ours)
    if theirs or not own:
        catalog.public, broken = compile_rules(theirs, engine=engine)
        problems += broken
    catalog.broken = tuple(problems)
    return catalog


def _digest_of(sources: Sequence[RuleText]) -> str:
    texts = repr([(source.namespace, source.path, source.text) for source in sources])
    return sha256(texts.encode("utf-8", "surrogatepass")).hexdigest()


def _left(end: float) -> int:
    """Return the seconds until a time of the thread_time clock, at least one: engines count whole seconds."""
    return max(1, ceil(end - thread_time()))


def _sources_at(path: str, problems: list[SignatureError]) -> Iterator[RuleText]:
    place = Path(path)
    try:
        mode = place.stat().st_mode
    except FileNotFoundError as error:
        raise SignatureError("no rule file or folder of this name exists", path=path) from error
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
        raise SignatureError("this is neither a rule file nor a folder of them", path=path)
    files = rule_files(place, problems) if stat.S_ISDIR(mode) else [place]
    if not files and not problems:
        raise SignatureError(f"this folder contains no rule file ({', '.join('*' + s for s in SUFFIXES)})", path=path)
    for file in files:
        try:
            data = _content(file)
        except OSError as error:
            problems.append(_unreadable(str(file), error))
            continue
        if b"\0" in data:  # at which one engine stops reading without an error
            words = "this rule file does not compile: it has NUL bytes, so it is not UTF-8 text; save it as UTF-8"
            problems.append(SignatureError(words, path=str(file)))
            continue
        yield RuleText(str(file), str(file), text_of(data))


def _content(file: Path) -> bytes:
    """Return the bytes of a regular file, following links; a pipe, whose reading may never end, is refused."""
    if not file.is_file():
        raise OSError("it is not a regular file")
    return file.read_bytes()


def _unreadable(path: str, error: Exception) -> SignatureError:
    words = getattr(error, "strerror", None) or str(error)
    return SignatureError(f"these signatures can't be read: {words}", path=path)


def _distinct(sources: Sequence[RuleText], others: Sequence[RuleText]) -> list[RuleText]:
    # A file that is named twice, or that is shipped too, counts once, at its first place.
    by_text = {source.text: source for source in reversed([*others, *sources])}
    return [source for source in sources if by_text[source.text] is source]
