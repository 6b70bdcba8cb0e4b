"""The completion for zsh."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from webshellhunt.cli.completion.command_tree import Argument, Command


def lines(commands: Sequence[Command]) -> Iterator[str]:
    """Yield the lines of the file ``_webshellhunt``, for a folder of ``$fpath``."""
    yield "#compdef webshellhunt"
    yield "# Completion of webshellhunt for zsh."
    for command in commands:
        yield from _function(command)
    yield 'if [ "$funcstack[1]" = "_webshellhunt" ]; then'
    yield '    _webshellhunt "$@"'
    yield "else"
    yield "    compdef _webshellhunt webshellhunt"
    yield "fi"


def _function(command: Command) -> Iterator[str]:
    name = "_".join(("_webshellhunt", *command.words))
    yield f"{name}() {{"
    specs = [spec for option in command.options for spec in _option(option)]
    if command.actions:
        yield "    local -a actions"
        yield f"    actions=({' '.join(_quoted(f'{word}:{_plain(about)}') for word, about in command.actions)})"
        yield "    local curcontext=$curcontext state line"
        specs += ["'1: :->action'", "'*:: :->rest'"]
        yield f"    _arguments -C {' '.join(specs)}"
        yield "    case $state in"
        yield "        action) _describe command actions ;;"
        yield "        rest) case $words[1] in"
        for word, _ in command.actions:
            yield f"            {word}) {name}_{word} ;;"
        yield "        esac ;;"
        yield "    esac"
    else:
        specs += [_quoted(f"*:{_value(each)}") for each in command.arguments[:1]]
        yield f"    _arguments {' '.join(specs)}"
    yield "}"


def _option(option: Argument) -> Iterator[str]:
    value = f":{_value(option)}" if option.takes_value else ""
    about = _plain(option.about).replace("[", "(").replace("]", ")")
    yield from (_quoted(f"*{name}[{about}]{value}") for name in option.names)


def _value(argument: Argument) -> str:
    if argument.values:
        return f" :({' '.join(argument.values)})"
    return " :_files" if argument.is_path else " : "


def _plain(text: str) -> str:
    """Return a description without the signs that zsh takes apart."""
    return text.replace("\\", "/").replace(":", ",")


def _quoted(text: str) -> str:
    escaped = text.replace("'", "'\\''")
    return f"'{escaped}'"
