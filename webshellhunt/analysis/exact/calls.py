"""Calls of an exact evaluation: functions of the page, functions and methods of the library, items in brackets."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from webshellhunt.analysis import library
from webshellhunt.analysis.calling.by_reference import REFERENCES
from webshellhunt.analysis.calling.found_members import find_member
from webshellhunt.analysis.calling.language_functions import SPECIAL
from webshellhunt.analysis.calling.outside.sources import request_names
from webshellhunt.analysis.domain.texts import MAX_TEXT
from webshellhunt.analysis.domain.values import ClassValue, Closure, Opaque, Thing, Value
from webshellhunt.analysis.exact.compiler import Compiler, UncompiledError
from webshellhunt.analysis.exact.functions import Known, call_compiled, library_function, names_of_call, solved
from webshellhunt.analysis.exact.items import item
from webshellhunt.analysis.exact.scope import UNITS_TO_COMPILE, Evaluate, Scope, UnknownError
from webshellhunt.analysis.execution.names import read
from webshellhunt.analysis.library.dotnet.builders import TEXT
from webshellhunt.analysis.machine.frames import Frame
from webshellhunt.lang.language_names import VB
from webshellhunt.lang.symbols import ClassSymbol
from webshellhunt.lang.tree import Argument, Call, Function, Member, Name, Node, name_path

_WORDS = frozenset({"this", "base", "super", "me", "mybase", "myclass"})
_CHARACTERS_OF_UNIT = 2_048


def plain_nodes(nodes: Sequence[Node]) -> list[Node]:
    """Return arguments without names and directions.

    Raises:
        UncompiledError: One has a name or a direction.
    """
    found: list[Node] = []
    for node in nodes:
        if isinstance(node, Argument):
            if node.by != "value" or node.name:
                raise UncompiledError
            found.append(node.value)
        else:
            found.append(node)
    return found


def compile_call(compiler: Compiler, node: Call) -> Evaluate:
    """Return a call as a function."""
    callee = node.callee
    if isinstance(callee, Name):
        return _call_name(compiler, node, callee)
    if isinstance(callee, Member) and callee.subject is not None and not callee.is_key and not callee.is_conditional:
        return _call_member(compiler, node, callee, callee.subject)
    raise UncompiledError


def _is_variable(compiler: Compiler, name: str) -> bool:
    """True if a name is that of a variable."""
    machine = compiler.machine
    if name in compiler.own or name in compiler.targets or name in machine.page.fields:
        return True
    if compiler.function is None and (name in machine.frame.variables or name in machine.frame.own):
        return True
    return name in machine.symbols.page.fields


def _call_name(compiler: Compiler, node: Call, callee: Name) -> Evaluate:
    known = compiler.library.get(callee.text)
    if known is not None:
        return _call_known(compiler, node, known)
    name, machine = compiler.fold(callee.text), compiler.machine
    if callee.text in _WORDS or callee.text.lower() in SPECIAL or machine.symbols.opened:
        raise UncompiledError
    functions = _functions(compiler, name)
    if functions:
        return _call_page(compiler, node, functions)
    if _is_variable(compiler, name):
        if compiler.language in VB:
            return _item(compiler, node, callee)
        return _call_variable(compiler, node, name)
    if request_names(Opaque(path=(name,))) is not None:
        raise UncompiledError
    known = compiler.library[callee.text] = library_function((callee.text.lower(),), compiler.language)
    return _call_known(compiler, node, known)


def _functions(compiler: Compiler, name: str) -> Sequence[Function]:
    """Return the functions of the page that a name means."""
    machine, function = compiler.machine, compiler.function
    is_itself = function is not None and compiler.language in VB and compiler.fold(function.name) == name
    if function is not None and is_itself:
        return (function,) if function.parameters else ()
    if name in compiler.own or name in machine.page.fields:
        return ()
    symbol: ClassSymbol | None = compiler.symbol if function is not None else machine.frame.symbol
    found = find_member(machine, symbol, name) if symbol is not None else None
    if found is None:
        found = find_member(machine, machine.symbols.page, name)
    if found is None or (compiler.function is None and name in machine.frame.variables):
        return ()
    if found.kind != "method":
        return ()
    return found.functions


def _item(compiler: Compiler, node: Call, callee: Name) -> Evaluate:
    """Return an item of an array of Visual Basic as a function."""
    nodes = plain_nodes(node.arguments)
    if len(nodes) != 1:
        raise UncompiledError
    subject, key = compiler.reading(callee.text), compiler.operand(nodes[0])
    return lambda scope: item(scope, subject(scope), key(scope))


def _call_variable(compiler: Compiler, node: Call, name: str) -> Evaluate:
    """Return a call of a variable that is a function."""
    if name in compiler.own:
        raise UncompiledError
    arguments = [compiler.expression(each) for each in plain_nodes(node.arguments)]

    def call(scope: Scope) -> Value:
        machine = scope.evaluation.machine
        value = machine.page.fields.get(name) if compiler.function is not None else read(machine, name, 0)
        if value.__class__ is not Closure or value.frame is not None or value.overloads[1:]:
            raise UnknownError
        return _run(scope, value.function, [each(scope) for each in arguments], value.this)[0]

    return call


def _run(scope: Scope, function: Function, arguments: list[Value], this: Value) -> tuple[Value, Scope, dict[int, str]]:
    from webshellhunt.analysis.exact.compiler import compile_function

    evaluation = scope.evaluation
    if function not in evaluation.compiled:
        made = evaluation.compiled[function] = compile_function(evaluation.machine, function)
        evaluation.use(UNITS_TO_COMPILE * (made.cost if made is not None else UNITS_TO_COMPILE))
    compiled = evaluation.compiled[function]
    if compiled is None:
        raise UnknownError
    value, inner = call_compiled(evaluation, compiled, arguments, this)
    return value, inner, compiled.assigned


def _call_page(compiler: Compiler, node: Call, functions: Sequence[Function]) -> Evaluate:
    """Return a call of a function of the page; the values of its parameters by reference come back."""
    if len(functions) > 1:  # the types that the arguments are declared with decide
        raise UncompiledError
    (function,) = functions
    nodes = plain_nodes(node.arguments)
    arguments = [compiler.operand(each) for each in nodes]
    writers = {
        at: compiler.writing(each)
        for at, each in enumerate(nodes)
        if isinstance(each, Name) and not isinstance(node.arguments[at], Argument) and _is_reference(functions, at)
    }
    is_own = [isinstance(each, (Member, Call)) for each in node.arguments]
    in_class = compiler.function is not None

    def call(scope: Scope) -> Value:
        given = [each(scope) for each in arguments]
        this = scope.this if in_class else scope.evaluation.machine.frame.this
        value, inner, assigned = _run(scope, function, given, this)
        for at, parameter in assigned.items():
            if at in writers:
                writers[at](scope, inner[parameter])
            elif at < len(is_own) and is_own[at]:
                raise UnknownError
        return value

    return call


def _is_reference(functions: Sequence[Function], at: int) -> bool:
    return any(at < len(each.parameters) and each.parameters[at].by in REFERENCES for each in functions)


def _call_known(compiler: Compiler, node: Call, function: Known) -> Evaluate:
    """Return a call of a function of the library."""
    arguments = [compiler.operand(each) for each in plain_nodes(node.arguments)]
    if len(arguments) == 1:
        (only,) = arguments
        return lambda scope: function(scope.evaluation, [only(scope)], 0)
    return lambda scope: function(scope.evaluation, [each(scope) for each in arguments], 0)


# Members --------------------------------------------------------------------------------------------------------------


def _call_member(compiler: Compiler, node: Call, callee: Member, subject: Node) -> Evaluate:
    path = name_path(subject)
    if path and path[0] in _WORDS:
        raise UncompiledError
    if path and not _is_variable(compiler, compiler.fold(path[0])):
        return _call_named(compiler, node, callee, subject)
    value = compiler.expression(subject)
    arguments = [compiler.operand(each) for each in plain_nodes(node.arguments)]
    name = callee.name if compiler.language == "jscript" else callee.name.lower()
    fast = _FAST["jscript" if compiler.language == "jscript" else "c#"].get(name)

    def call(scope: Scope) -> Value:
        owner = value(scope)
        given = [each(scope) for each in arguments]
        if fast is not None and owner.__class__ is str:
            made = fast(owner, given)
            if made is not None:
                return made
        return _method(scope, owner, name, given)

    return call


def _method(scope: Scope, owner: Value, name: str, given: list[Value]) -> Value:
    """Return the result of a method of the library."""
    evaluation = scope.evaluation
    if name == "append" and owner.__class__ is Thing and len(given) == 1 and isinstance(given[0], str):
        before = owner.fields.get(TEXT)
        if isinstance(before, str) and len(before) + len(given[0]) <= MAX_TEXT:
            owner.fields[TEXT] = before + str(given[0])
            evaluation.use(len(before) // _CHARACTERS_OF_UNIT)
            return owner
    if evaluation.machine.kept.prototypes or any(map(_is_pattern, (owner, *given))):
        raise UnknownError
    return solved(library.call_method(evaluation, owner, name, given, 0))


def _is_pattern(value: Value) -> bool:
    return value.__class__ is Thing and value.type in ("regexp", "regex")


def _call_named(compiler: Compiler, node: Call, callee: Member, subject: Node) -> Evaluate:
    """Return a call of a static method: of a class of the page, or of a library."""
    machine = compiler.machine
    frame = Frame(symbol=compiler.symbol or machine.symbols.page)
    machine.frames.append(frame)
    try:
        value = machine.value(subject)
    finally:
        machine.frames.pop()
    if value.__class__ is ClassValue:
        found = find_member(machine, value.symbol, compiler.fold(callee.name))
        if found is None or found.kind != "method":
            raise UncompiledError
        return _call_page(compiler, node, found.functions)
    if request_names(value) is not None:
        raise UncompiledError
    try:
        names = names_of_call(value, callee.name)
    except UnknownError:
        raise UncompiledError from None
    if value.type:
        arguments = [compiler.operand(each) for each in plain_nodes(node.arguments)]
        name = callee.name if compiler.language == "jscript" else callee.name.lower()
        return lambda scope: _of_named(scope, value, names, name, [each(scope) for each in arguments])
    return _call_known(compiler, node, library_function(names, compiler.language))


def _of_named(scope: Scope, value: Value, names: tuple[str, ...], name: str, given: list[Value]) -> Value:
    return solved(library.call_function(scope.evaluation, names, given, 0))


def _char_code_at(text: str, given: list[Value]) -> Value:
    if len(given) == 1 and given[0].__class__ is int and 0 <= given[0] < len(text):
        code = ord(text[given[0]])
        return code if code < 0x10000 else None
    return None


def _char_at(text: str, given: list[Value]) -> Value:
    if len(given) == 1 and given[0].__class__ is int and 0 <= given[0] < len(text):
        return text[given[0]]
    return None


def _sub_length(text: str, given: list[Value]) -> Value:
    if len(given) == 2 and given[0].__class__ is given[1].__class__ is int and given[0] >= 0 and given[1] >= 0:
        return text[given[0] : given[0] + given[1]]
    return None


def _from(text: str, given: list[Value]) -> Value:
    """``text.Substring(start[, length])`` of .NET."""
    if not all(each.__class__ is int and 0 <= each <= len(text) for each in given):
        return None
    if len(given) == 1:
        return text[given[0] :]
    return text[given[0] : given[0] + given[1]] if len(given) == 2 and given[0] + given[1] <= len(text) else None


_FAST: dict[str, dict[str, Callable[[str, list[Value]], Value]]] = {
    "jscript": {"charCodeAt": _char_code_at, "charAt": _char_at, "substr": _sub_length},
    "c#": {"substring": _from, "chars": _char_at},
}
"""The most frequent methods of texts, for arguments of the most frequent kinds; ``None`` where it is another case."""
