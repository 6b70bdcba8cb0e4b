"""Calls in PHP: the results of functions, and the acts of those that execute, start, write or call back."""

from __future__ import annotations

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.php.acts import Call, execute, replace, run_command, source_of, write
from webshellhunt.php.folding import fold
from webshellhunt.php.state import MAX_DEPTH, MAX_RUNS, Function, Place, Run, Scope
from webshellhunt.php.values import HERE, UNKNOWN, Value, join, known, visitor
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
)

_EVALUATOR = lazy_pattern(r"\b(?:assert|eval|system|exec|shell_exec|passthru)\s{0,4}\(\s{0,4}\$\w", 2)
_REMOTE = lazy_pattern(r"(?:https?|ftp)://", 2)
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


def call_own(function: Function, values: list[Value], run: Run, place: Place | None) -> Value:
    """Return the result of a call of a function of the page, and find the acts in it."""
    is_asked = any(each.is_tainted for each in values)
    key = function.name if all(each.is_plain for each in values) else f"{function.name}{'?!' if is_asked else '!'}"
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


def call_value(callee: Value, call: Call) -> Value:
    """Return the result of a call of a function whose name is a value."""
    if callee.text is not None and not callee.is_tainted:
        named = callee.text.lower().rpartition("\\")[2]
        return call_by_name(call._replace(name=named)) if named.isidentifier() or named in EXECUTES else UNKNOWN
    if callee.listed:
        call.run.report("listed", "calls a function that it chooses from a list", call.place, callee.source)
        results = [call_value(known(each), call) for each in callee.listed]
        return next((each for each in results if each.is_tainted), UNKNOWN)
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
    if own is not None and own.is_method and call.values and kind in call.run.classes:
        call_own(own, call.values, call.run, None)
    return Value(items={"<class>": known(kind), "<name>": call.value(0)})


def _check_callback(call: Call, callback: Value) -> None:
    """Report a function that is called by name, if a request value names it, or if it executes its argument."""
    if callback.listed:
        call_value(callback, call._replace(values=[each for each in call.values if each is not callback]))
    elif callback.source is not None and callback.leads and not callback.uploaded:
        call.run.report("code", f"calls the function that it names ({call.name})", call.place, callback.source)
    elif callback.text is not None and callback.text.lower() in EXECUTES:
        taint = call.tainted
        if taint is None and call.name not in ("ob_start", "set_error_handler", "header_register_callback"):
            return
        words = f"passes it to {callback.text.lower()} ({call.name})"
        call.run.report("code", words, call.place, None if taint is None else source_of(taint))


def call_by_name(call: Call, *, of_php: bool = False) -> Value:
    """Return the result of a call of a function, which is one of PHP or of the page, and report its act."""
    name, run = call.name, call.run
    run.used[name] = run.used.get(name, 0) + 1
    own = run.functions.get(name)
    if own is not None and not own.is_method and not of_php:
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
        replace(call)
        if "[^" in (call.value(0).text or "") and call.value(1).text == "":  # only the listed characters remain
            return UNKNOWN
    if name in CALLS_BACK:
        _call_back(call)
    if name in WRITES or name in COPIES or name in ("fopen", "chmod"):
        write(call)
    return _result(call)


def _result(call: Call) -> Value:
    name, value = call.name, call.value(0)
    if name == "getcwd":
        return HERE
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
    for each in call.values:
        call.run.budget.spend(each)
    call.run.budget.spend(result, 8)
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


def _call_back(call: Call) -> None:
    callback = call.value(CALLS_BACK[call.name])
    if callback.items and not call.name.startswith("filter_var"):
        return  # a method of an object
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
