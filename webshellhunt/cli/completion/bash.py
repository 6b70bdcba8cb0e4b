"""The completion for bash, from version 3.2 on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from webshellhunt.cli.completion.command_tree import Command


def lines(commands: Sequence[Command]) -> Iterator[str]:
    """Yield the lines of a script that bash sources."""
    yield "# Completion of webshellhunt for bash. To use it: source <(webshellhunt completion bash)"
    yield "_webshellhunt() {"
    yield "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= words= i"
    yield "    COMPREPLY=()"
    yield "    for ((i = 1; i < COMP_CWORD; i++)); do"
    yield '        case "$command ${COMP_WORDS[i]}" in'
    for command in commands[1:]:
        before = "_".join(command.words[:-1])
        yield f'            "{before} {command.words[-1]}") command={command.key} ;;'
    yield "        esac"
    yield "    done"
    yield from _values(commands)
    yield from _words(commands)
    yield '    COMPREPLY=($(compgen -W "$words" -- "$cur"))'
    yield "}"
    yield "complete -o default -F _webshellhunt webshellhunt"


def _values(commands: Sequence[Command]) -> Iterator[str]:
    """Yield the branch for the value of an option; for a path bash completes files itself."""
    yield '    case "$command $prev" in'
    for command in commands:
        for option in command.options:
            if not option.takes_value:
                continue
            names = "|".join(f'"{command.key} {name}"' for name in option.names)
            found = f'COMPREPLY=($(compgen -W "{" ".join(option.values)}" -- "$cur")); ' if option.values else ""
            yield f"        {names}) {found}return ;;"
    yield "    esac"


def _words(commands: Sequence[Command]) -> Iterator[str]:
    """Yield the branch for an option, a command or an argument."""
    yield '    case "$command $cur" in'
    for command in commands:
        options = " ".join(name for option in command.options for name in option.names)
        yield f'        "{command.key} -"*) words="{options}" ;;'
    for command in commands:
        values = [*(name for name, _ in command.actions), *(v for each in command.arguments for v in each.values)]
        if values:
            yield f'        "{command.key} "*) words="{" ".join(values)}" ;;'
    yield "    esac"
