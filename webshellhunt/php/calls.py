"""Calls in PHP: the acts of functions that execute, start, write or call back, and the results of all others."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.php.folding import fold
from webshellhunt.php.lexer import tokenize
from webshellhunt.php.state import MAX_DEPTH, MAX_RUNS, Function, Place, Ref, Run, Scope, declare
from webshellhunt.php.values import UNKNOWN, Value, join, known, visitor
from webshellhunt.php.vocabulary import (
    CALLS_BACK,
    COMMANDS,
    COPIES,
    EVALUATES,
    EXECUTES,
    FETCHES,
    FILTERS,
    HEADERS,
    METHODS_CALL_BACK,
    OF_VISITOR,
    REPLACES,
    WRITES,
)  # fmt: skip

_PAGE = lazy_pattern(r"<\?(?:php|=)|<%")
_EVALUATOR = lazy_pattern(r"\b(?:assert|eval|system|exec|shell_exec|passthru)\s{0,4}\(\s{0,4}\$\w", 2)
_REMOTE = lazy_pattern(r"(?:https?|ftp)://", 2)
_SHELL = lazy_pattern(
    r"(?:\S*[\\/])?(?:(?:ba|z|k|c)?sh(?: -\w+)*|cmd(?:\.exe)?(?: /\w.*)?|powershell(?:\.exe)?.*|nc(?:\.exe)? -.*"
    r")(?: 2>&1)?",
    2,
)
_CUTS = frozenset({"md5", "sha1", "crc32", "substr_replace", "strstr", "strrchr", "strtok", "range", "getdoccomment"})
"""Functions that authors of web shells cut names out of."""
_TAINTS_ARGUMENT = {
    "preg_match": 2,
    "preg_match_all": 2,
    "parse_str": 1,
    "mb_parse_str": 1,
    "ereg": 2,
    "eregi": 2,
    "sscanf": 2,
}


class Call(NamedTuple):
    """A call: its name in lower case, its arguments, and the variables of those that are plain variables."""

    name: str
    values: list[Value]
    refs: list[Ref | None]
    run: Run
    scope: Scope
    place: Place
    assign: Callable[[Ref, Value], None]

    def value(self, index: int) -> Value:
        """Return an argument, or an unknown value if it is missing."""
        return self.values[index] if -len(self.values) <= index < len(self.values) else UNKNOWN

    @property
    def tainted(self) -> Value | None:
        """The first argument that contains a request value."""
        return next((each for each in self.values if each.is_tainted), None)


def source_of(value: Value) -> int | None:
    """Return the place of the request value in a value or in its elements."""
    return next((each.source for each in (value, *value.items.values()) if each.source is not None), None)


def execute_text(text: str, run: Run, scope: Scope, place: Place) -> None:
    """Analyse a known text that the page executes."""
    if run.budget.may_nest(len(text)):
        run.budget.level += 1
        run.budget.depth += 4
        tokens = tokenize(text, in_code=not text.lstrip().startswith(("?>", "<?")))
        declare(tokens, run)
        run.read(tokens, run, scope, place, (0, len(tokens)))
        run.budget.level -= 1
        run.budget.depth -= 4


def call_own(function: Function, values: list[Value], run: Run, place: Place | None) -> Value:
    """Return the result of a call of a function of the page, and find the acts in it."""
    key = function.name if all(each.is_plain for each in values) else f"{function.name}!"
    if run.calls.get(key, 0) >= (MAX_RUNS if key[-1] == "!" else 1) or run.budget.depth >= MAX_DEPTH:
        return run.results.get(function.name, UNKNOWN)
    run.calls[key] = run.calls.get(key, 0) + 1
    run.calls.setdefault(function.name, 0)
    scope = Scope(dict(zip(function.parameters, values, strict=False)))
    run.budget.depth += 4
    result = run.read(function.tokens, run, scope, place, (function.start, function.end))
    run.budget.depth -= 4
    run.results[function.name] = join(run.results.get(function.name, UNKNOWN), result)
    if (
        result.is_plain
        and values
        and all(each.text is not None for each in values)
        and any(len(each.text or "") > 3 for each in values)
    ):
        return Value(decoded=True)
    return result


def execute(name: str, values: list[Value], run: Run, scope: Scope, place: Place) -> None:
    """Report a text that is executed as PHP, and analyse it if it is known."""
    value = values[-1] if values and name == "create_function" else values[0] if values else UNKNOWN
    run.used[name] = run.used.get(name, 0) + 1
    if value.is_tainted:
        run.report("code", f"executes it as PHP ({name})", place, source_of(value))
    elif value.text is not None:
        if value.decoded:
            run.report("unpacked", f"unpacks a text and executes it ({name})", place)
        if name != "assert" or value.decoded or "(" in value.text:
            execute_text(value.text if name != "assert" else f"{value.text};", run, scope, place)
    elif value.fetched:
        run.report("fetched", f"fetches a text and executes it ({name})", place)
    elif value.decoded:
        run.report("unpacked", f"unpacks a text and executes it ({name})", place)


def run_command(name: str, values: list[Value], run: Run, place: Place) -> None:
    """Report a command that contains a request value, or that starts a shell."""
    value = values[0] if values else UNKNOWN
    run.used[name] = run.used.get(name, 0) + 1
    if value.is_tainted:
        is_whole = value.leads or value.source is None
        words = f"runs it as a command ({name})" if is_whole else f"makes it a part of a command ({name})"
        run.report("command" if is_whole else "part", words, place, source_of(value))
    elif value.text is not None and _SHELL.fullmatch(value.text.strip()) is not None:
        run.report("shell", f"starts a shell ({name})", place)


def include(path: Value, run: Run, scope: Scope, place: Place) -> None:
    """Report a path that a request value begins, or that names data or another server."""
    text = path.text or ""
    if path.source is not None and path.leads and not path.uploaded:
        run.report("code", "executes the file that it names (include)", place, path.source)
    elif text.lower().startswith("php://input"):
        run.report("code", "executes the body of the request (include)", place, place[0])
    elif _REMOTE.match(text) is not None:
        run.report("fetched", "fetches a text and executes it (include)", place)
    elif text.startswith("data:") and "," in text:
        execute("include", [fold("base64_decode", [known(text.partition(",")[2])])], run, scope, place)


def call_value(callee: Value, call: Call) -> Value:
    """Return the result of a call of a function whose name is a value."""
    if callee.text is not None and not callee.is_tainted:
        named = callee.text.lower().rpartition("\\")[2]
        return call_by_name(call._replace(name=named)) if named.isidentifier() or named in EXECUTES else UNKNOWN
    if callee.source is not None and callee.leads:
        if call.values:
            call.run.report("code", "calls the function that it names", call.place, callee.source)
        return call.values[0] if call.tainted else visitor(callee.source)
    taint = call.tainted
    if taint is not None:
        if callee.decoded:
            words = "passes it to a function whose name the page decodes"
            call.run.report("dispatch", words, call.place, source_of(taint))
        return Value(source=source_of(taint), leads=True, decoded=True)
    return Value(decoded=callee.decoded and any(each.text or each.decoded for each in call.values))


def call_method(value: Value, call: Call) -> Value:
    """Return the result of a call of a method."""
    own = call.run.functions.get(call.name)
    if call.name in METHODS_CALL_BACK:
        is_named = "create" in call.name
        if not is_named or call.value(0).text is not None:
            _check_callback(call, call.value(1 if is_named else 0))
    shell = value.items.get("<class>", UNKNOWN).text
    if shell == "com" and call.name in ("exec", "run", "shellexecute") and call.tainted is not None:
        call.run.report("command", f"runs it as a command (COM {call.name})", call.place, source_of(call.tainted))
    if shell == "reflectionfunction" and call.name in ("invoke", "invokeargs"):
        return call_value(value.items.get("<name>", UNKNOWN), call)
    if own is not None and own.is_method:
        return call_own(own, call.values, call.run, None)
    return Value(decoded=True) if call.name == "getdoccomment" else UNKNOWN


def construct(name: Value, call: Call) -> Value:
    """Return an object."""
    kind = (name.text or "").lower().rpartition("\\")[2]
    own = call.run.functions.get("__construct") or call.run.functions.get(kind)
    if own is not None and own.is_method and call.values:
        call_own(own, call.values, call.run, None)
    if name.source is not None and name.leads and call.tainted is not None:
        call.run.report("dispatch", "makes an object of the class that it names", call.place, name.source)
    return Value(items={"<class>": known(kind), "<name>": call.value(0)})


def _check_callback(call: Call, callback: Value) -> None:
    """Report a function that is called by name, if a request value names it, or if it executes its argument."""
    if callback.source is not None and callback.leads and not callback.uploaded:
        call.run.report("code", f"calls the function that it names ({call.name})", call.place, callback.source)
    elif callback.text is not None and callback.text.lower() in EXECUTES:
        taint = call.tainted
        if taint is None and call.name not in ("ob_start", "set_error_handler", "header_register_callback"):
            return
        words = f"passes it to {callback.text.lower()} ({call.name})"
        call.run.report("code", words, call.place, None if taint is None else source_of(taint))


def _is_shell(content: Value, run: Run) -> bool:
    """Return True if a page that is written was packed, or executes a request value."""
    text = content.text or ""
    if content.decoded or not run.budget.may_nest(len(text)):
        return content.decoded
    inner = Run(run.read, budget=run.budget)
    execute_text(text, inner, inner.top, (0, 1))
    return any(act.kind in ("code", "command") for act in inner.found.values())


def call_by_name(call: Call) -> Value:
    """Return the result of a call of a function, and report its act."""
    name, run = call.name, call.run
    run.used[name] = run.used.get(name, 0) + 1
    own = run.functions.get(name)
    if own is not None and not own.is_method:
        return call_own(own, call.values, run, None)
    if name in EVALUATES:
        execute(name, call.values, run, call.scope, call.place)
        taint = call.tainted
        if taint is not None:
            return visitor(source_of(taint) or 0)
        is_evaluator = name == "create_function" and _EVALUATOR.search(call.value(-1).text or "") is not None
        return known("eval" if is_evaluator else "<code>")
    if name in COMMANDS:
        run_command(name, call.values, run, call.place)
        return UNKNOWN
    if name in REPLACES:
        _replace(call)
        if "[^" in (call.value(0).text or "") and call.value(1).text == "":  # only the listed characters remain
            return UNKNOWN
    if name in CALLS_BACK:
        _call_back(call)
    if name in WRITES or name in COPIES or name in ("fopen", "chmod"):
        _write(call)
    return _result(call)


def _result(call: Call) -> Value:
    name, value = call.name, call.value(0)
    if name in HEADERS:
        return visitor(call.place[0])
    if name in FILTERS:
        text = (call.value(1).text if name == "filter_input" and call.value(1).text else value.text) or ""
        return visitor(call.place[0]) if name == "filter_input" or text.startswith(OF_VISITOR) else UNKNOWN
    if name in FETCHES:
        return _fetched(call)
    if name in ("define",) and value.text is not None:
        call.run.constants[value.text] = call.value(1)
    if name == "extract" and value.is_tainted:
        call.scope.default = Value(source=source_of(value), leads=True)
    index = _TAINTS_ARGUMENT.get(name)
    taint = call.tainted
    if index is not None and taint is not None and index < len(call.refs) and (ref := call.refs[index]) is not None:
        call.assign(ref, Value(source=source_of(taint), leads=True))
    result = fold(name, call.values)
    if result.is_plain and name in _CUTS and call.values and all(each.text is not None for each in call.values):
        return Value(decoded=True)
    return result


def _fetched(call: Call) -> Value:
    value = call.value(0)
    if value.text is not None and value.text.lower().startswith("php://input"):
        return visitor(call.place[0])
    if value.source is not None and value.leads:
        return Value(source=value.source, leads=True, fetched=True, uploaded=value.uploaded)
    if value.source is None and (value.fetched or _REMOTE.match(value.text or "") is not None):
        return Value(fetched=True)
    return Value(fetched=call.name in ("curl_exec",))


def _replace(call: Call) -> None:
    """Report a replacement that is executed, since its pattern has the modifier e."""
    pattern, new, subject = call.value(0), call.value(1), call.value(2)
    place, run = call.place, call.run
    if pattern.source is not None and pattern.leads and (new.is_tainted or subject.is_tainted):
        run.report("code", f"executes it as PHP ({call.name}, whose pattern it sets)", place, pattern.source)
        return
    is_mb = call.name.startswith("mb_")
    modifiers = (call.value(3).text or "") if is_mb else _modifiers(pattern)
    if "e" not in modifiers:
        return
    if new.is_tainted:
        run.report("code", f"executes it as PHP ({call.name} with modifier e)", place, source_of(new))
    elif new.text is not None and new.text.strip("\"'{};@") in ("\\1", "\\0", "$1", "$0", "\\\\1", "\\\\0"):
        execute("eval", [subject], run, call.scope, place)
    elif new.text is not None:
        execute_text(new.text, run, call.scope, place)


def _modifiers(pattern: Value) -> str:
    text = (pattern.text or "").strip()
    if len(text) < 3:
        return ""
    closing = {"(": ")", "[": "]", "{": "}", "<": ">"}.get(text[0], text[0])
    return text.rpartition(closing)[2]


def _call_back(call: Call) -> None:
    callback = call.value(CALLS_BACK[call.name])
    if callback.items:
        callback = next((item for item in callback.items.values() if item.text or item.leads), UNKNOWN)
    _check_callback(call, callback)
    named = (callback.text or "").lower()
    others = [each for each in call.values if each is not callback]
    if named in EXECUTES and not any(each.is_tainted for each in others):
        inner = [item for each in others for item in (each, *each.items.values()) if item.text or item.decoded]
        call_by_name(call._replace(name=named, values=inner[:1] or [UNKNOWN]))
    elif named in call.run.functions:
        given = others[-1:] if call.name.endswith("_callback") else others
        items = [next(iter(each.items.values()), each) for each in given]
        call_own(call.run.functions[named], items, call.run, None)


def _write(call: Call) -> None:
    """Report a file whose name and content are the visitor's."""
    name, run = call.name, call.run
    if name == "fopen":
        if (call.value(1).text or "r")[:1] in "waxc" and call.value(0).source is not None and call.value(0).leads:
            run.constants["<opened>"] = call.value(0)
        return
    if name in WRITES:
        target = call.value(0) if name == "file_put_contents" else run.constants.get("<opened>", UNKNOWN)
        content = call.value(1)
        if target.source is not None and target.leads and content.is_tainted:
            run.report("write", f"writes a file of the visitor's name and content ({name})", call.place, target.source)
        elif content.text is not None and _PAGE.search(content.text) is not None and _is_shell(content, run):
            run.report("plants", f"writes a page that executes text ({name})", call.place)
        return
    source, target = call.value(0), call.value(1)
    if name == "copy" and _REMOTE.match(source.text or "") is not None and (target.text or "").lower().endswith(".php"):
        run.report("fetched", "fetches a page from another server and stores it (copy)", call.place)
    if name != "rename" and source.uploaded == "content" and target.source is not None and target.leads:
        words = f"stores an upload beside itself under the visitor's name ({name})"
        run.report("upload", words, call.place, target.source)
