"""The one door to YARA: two engines, `yara` and `yara_x`, behind one protocol and with equal results.

yara-python is the first choice (it compiles faster and releases the GIL); it has no wheel from Python
3.14 on, where yara-x replaces it. Compiled rules are never saved or loaded: neither engine validates them well
enough to load a file that an attacker could have written.
"""

from __future__ import annotations

import heapq
import re
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from time import thread_time
from types import ModuleType
from typing import Any, Protocol, TypeVar

from webshellhunt.errors import MissingDependencyError, SignatureError, UsageError
from webshellhunt.signatures.hits import Externals, RuleHead, RuleText, SignatureHit

HITS_PER_STRING = 20
"""Largest number of hits of a string in a result, lowest offsets first; conditions count all hits."""

FIRST_PLACE_ONLY_FROM_BYTES = 256 * 1024
"""Size from which an engine stores only one offset of a string whose count no condition uses.

A hostile file can make a short string match a million times, at 200 bytes of memory each. The matching rules
are the same; the stored offset may differ between the engines.
"""

_MOST_TRIES = 6
T = TypeVar("T")

__all__ = ["ENGINES", "Engine", "Externals", "RuleHead", "RuleText", "SignatureHit", "compile_rules", "engine_name"]

ENGINES = ("auto", "yara", "yara-x")


class Engine(Protocol):
    """Compiled rules, ready to scan. It may be shared between threads; it does not pickle."""

    name: str

    def scan(self, data: bytes, externals: Externals, timeout_s: int) -> list[SignatureHit]:
        """Return the rules that match, sorted by namespace and name.

        Raises:
            SignatureError: the scan exceeded the timeout, or the engine failed on this data.
        """
        ...

    def names(self, data: bytes, timeout_s: int) -> frozenset[str]:
        """Return the names of the rules that match, without offsets.

        Raises:
            SignatureError: as ``scan`` does.
        """
        ...

    def heads(self) -> tuple[RuleHead, ...]:
        """Return each rule's name and metadata, in the order of the sources; private rules may be included."""
        ...


def engine_name(wanted: str = "auto") -> str:
    """Return the name of the engine to use on this Python.

    Raises:
        UsageError: there is no engine of that name.
    """
    if wanted not in ENGINES:
        raise UsageError(f"unknown YARA engine {wanted!r}; choose one of {', '.join(ENGINES)}")
    if wanted == "auto":
        return "yara" if sys.version_info < (3, 14) else "yara-x"
    return wanted


def require_engine(wanted: str) -> None:
    """Raise an error if an engine can't be used.

    Raises:
        UsageError: there is no engine of that name.
        MissingDependencyError: the engine is not installed.
    """
    _builder(wanted)


def compile_rules(sources: Sequence[RuleText], *, engine: str = "auto") -> tuple[Engine, tuple[SignatureError, ...]]:
    """Compile rule files, each in its own namespace; return the engine and the errors of files that don't compile.

    Includes are refused: a rule file could otherwise read any file of the examiner's machine.

    Raises:
        SignatureError: no file compiles, or there is none.
        MissingDependencyError: the engine is not installed.
    """
    build = _builder(engine)
    if not sources:
        raise SignatureError("no signature was found, and a hunt without rules would prove nothing; pass a rule file")
    try:
        return build(sources), ()
    except SignatureError:
        good, problems = _divide(sources, build)
    if not good:
        raise problems[0]
    return build(good), tuple(problems)


def _divide(sources: Sequence[RuleText], build: _Build) -> tuple[list[RuleText], list[SignatureError]]:
    good: list[RuleText] = []
    problems: list[SignatureError] = []
    for source in sources:
        try:
            build([source])
            good.append(source)
        except SignatureError as error:
            problems.append(error)
    return good, problems


def _builder(wanted: str) -> _Build:
    name = engine_name(wanted)
    try:
        if name == "yara":
            import yara

            return lambda sources: _YaraRules(yara, sources)
        import yara_x
    except ImportError as error:
        extra = "pip install 'webshellhunt[yara-x]'" if name == "yara-x" else "pip install yara-python"
        raise MissingDependencyError(f"the YARA engine {name!r} is not installed: {extra}") from error
    return lambda sources: _YaraXRules(yara_x, sources)


class _YaraRules:
    """Rules compiled by yara-python."""

    name = "yara"

    def __init__(self, yara: ModuleType, sources: Sequence[RuleText]) -> None:
        self._yara = yara
        texts = {source.namespace: source.text for source in sources}
        try:
            self._rules = yara.compile(sources=texts, includes=False, externals=Externals().values())
        except (yara.Error, ValueError) as error:
            raise _broken(sources, str(error)) from error

    def heads(self) -> tuple[RuleHead, ...]:
        return tuple(_head(r.identifier, r.tags, r.meta.items()) for r in self._rules)

    def scan(self, data: bytes, externals: Externals, timeout_s: int) -> list[SignatureHit]:
        matches = self._match(data, timeout_s, externals.values(), first_place_only=True)
        if matches and len(data) < FIRST_PLACE_ONLY_FROM_BYTES:
            # Few files match, and only matches need offsets.
            matches = self._match(data, timeout_s, externals.values(), first_place_only=False)
        hits = []
        for match in matches:
            found = ((s.identifier, ((i.offset, i.matched_length) for i in s.instances)) for s in match.strings)
            hits.append(_hit(match.namespace, _head(match.rule, match.tags, match.meta.items()), found))
        return sorted(hits, key=lambda hit: (hit.namespace, hit.rule))

    def names(self, data: bytes, timeout_s: int) -> frozenset[str]:
        return frozenset([match.rule for match in self._match(data, timeout_s, None, first_place_only=True)])

    def _match(
        self, data: bytes, timeout_s: int, externals: dict[str, str] | None, *, first_place_only: bool
    ) -> list[Any]:
        yara = self._yara
        try:
            matches: list[Any] = _within(
                timeout_s,
                lambda seconds: self._rules.match(
                    data=data,
                    externals=externals,
                    timeout=seconds,
                    fast=first_place_only,
                    # Without it a string that matches too often causes a Python warning; the cap is intended.
                    warnings_callback=self._continue,
                ),
                yara.TimeoutError,
            )
        except yara.TimeoutError as error:
            raise _timed_out(timeout_s) from error
        except yara.Error as error:
            raise SignatureError(f"the YARA engine failed on this file: {error}") from error
        return matches

    def _continue(self, *_: object) -> int:
        return int(self._yara.CALLBACK_CONTINUE)


class _YaraXRules:
    """Rules compiled by yara-x; each thread has its own scanner, as a scanner is bound to its thread."""

    name = "yara-x"

    def __init__(self, yara_x: ModuleType, sources: Sequence[RuleText]) -> None:
        self._yara_x = yara_x
        # Public rule sets rely on YARA's lenient regular expressions.
        compiler = yara_x.Compiler(relaxed_re_syntax=True)
        compiler.enable_includes(False)
        for name, value in Externals().values().items():
            compiler.define_global(name, value)
        for source in sources:
            compiler.new_namespace(source.namespace)
            try:
                compiler.add_source(source.text, origin=source.path)
            except (yara_x.CompileError, ValueError) as error:
                first: dict[str, Any] = next(iter(compiler.errors()), {})
                raise _broken([source], first.get("title", str(error)), first.get("line")) from error
        self._rules = compiler.build()
        self._scanners = threading.local()

    def heads(self) -> tuple[RuleHead, ...]:
        return tuple(_head(r.identifier, r.tags, r.metadata) for r in self._rules)

    def scan(self, data: bytes, externals: Externals, timeout_s: int) -> list[SignatureHit]:
        hits = []
        matches = self._match(data, timeout_s, externals, first_place_only=len(data) >= FIRST_PLACE_ONLY_FROM_BYTES)
        for match in matches:
            found = ((p.identifier, ((m.offset, m.length) for m in p.matches)) for p in match.patterns)
            hits.append(_hit(match.namespace, _head(match.identifier, match.tags, match.metadata), found))
        return sorted(hits, key=lambda hit: (hit.namespace, hit.rule))

    def names(self, data: bytes, timeout_s: int) -> frozenset[str]:
        matches = self._match(data, timeout_s, Externals(), first_place_only=True)
        return frozenset([match.identifier for match in matches])

    def _match(self, data: bytes, timeout_s: int, externals: Externals, *, first_place_only: bool) -> Iterable[Any]:
        yara_x = self._yara_x
        scanner = getattr(self._scanners, "scanner", None)
        if scanner is None:
            scanner = self._scanners.scanner = yara_x.Scanner(self._rules)
        scanner.fast_scan(first_place_only)
        for name, value in externals.values().items():
            scanner.set_global(name, value)

        def scan(seconds: int) -> Iterable[Any]:
            scanner.set_timeout(seconds)
            found: Iterable[Any] = scanner.scan(data).matching_rules
            return found

        try:
            matches = _within(timeout_s, scan, yara_x.TimeoutError)
        except yara_x.TimeoutError as error:
            raise _timed_out(timeout_s) from error
        except yara_x.ScanError as error:
            raise SignatureError(f"the YARA engine failed on this file: {error}") from error
        return matches


def _within(timeout_s: int, scan: Callable[[int], T], timed_out: type[Exception]) -> T:
    """Return the result of a scan that takes so much time of the processor, however busy that is with other work.

    The engines have clocks of the wall: a scan that these stopped too early is made again with twice the time.

    Raises:
        Exception: The error for a scan that took longer.
    """
    seconds = max(1, timeout_s) + max(1, timeout_s // 4)
    for _ in range(_MOST_TRIES):
        begun = thread_time()
        try:
            found = scan(seconds)
        except timed_out:
            if thread_time() - begun >= timeout_s:
                raise
            seconds *= 2
            continue
        if thread_time() - begun < max(1, timeout_s):
            return found
        break
    raise timed_out


def _head(name: str, tags: Iterable[str], meta: Iterable[tuple[str, Any]]) -> RuleHead:
    plain = {key: value.decode("utf-8", "ignore") if isinstance(value, bytes) else value for key, value in meta}
    return RuleHead(name, tuple(sorted(tags)), plain)


def _hit(namespace: str, head: RuleHead, found: Iterable[tuple[str, Iterable[tuple[int, int]]]]) -> SignatureHit:
    strings = [
        (identifier, offset, length)
        for identifier, places in found
        for offset, length in heapq.nsmallest(HITS_PER_STRING, places)
    ]
    return SignatureHit(namespace, head.name, head.tags, head.meta, tuple(sorted(strings)))


def _broken(sources: Sequence[RuleText], words: str, line: int | None = None) -> SignatureError:
    where = re.match(r"line (\d+): ", words)
    if line is None and where is not None:
        line, words = int(where[1]) or None, words[where.end() :]  # 0 where the file ends too early
    path = sources[0].path if len(sources) == 1 else None
    return SignatureError(f"this rule file does not compile: {words}", path=path, line=line)


def _timed_out(timeout_s: int) -> SignatureError:
    return SignatureError(f"the signatures took longer than {timeout_s} s on this file and were stopped")


_Build = Callable[[Sequence[RuleText]], Engine]
