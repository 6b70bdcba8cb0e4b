"""Sigma rules: one for the creation of a family's files, and one for answered requests to them.

Each is written only if pySigma reads it and its validators find nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from webshellhunt.defang import inert
from webshellhunt.errors import UsageError
from webshellhunt.knowledge.sigma_check import problems_of, require_sigma
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.pivot.case import Case, Product, uuid_of
from webshellhunt.pivot.families import Family
from webshellhunt.pivot.places import file_ending, is_common, stems
from webshellhunt.pivot.shells import Shell
from webshellhunt.reports.platforms import registry_key
from webshellhunt.reports.printable import plain_text

FOLDER: Final = "sigma"

_MOST_VALUES: Final = 200
_CONTROL_SET = lazy_pattern(r"(?i)\\ControlSet\d{3}\\")
_KEY_CHARACTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")
Value = str | int | Sequence["Value"] | Mapping[str, "Value"]
_PLAIN = lazy_pattern(r"[A-Za-z][A-Za-z0-9_.|-]*")
_WORDS_OF_YAML = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


class _Draft(NamedTuple):
    """A rule before it is checked: its name, title, level, and its parts about the log."""

    name: str
    title: str
    about: str
    source: Mapping[str, Value]
    detection: Mapping[str, Value]
    alarms: tuple[str, ...]
    techniques: tuple[str, ...] = ("T1505.003",)


def sigma_rules(case: Case) -> Product:
    """Return the Sigma rules of a case, and the reasons for families without one.

    Raises:
        MissingDependencyError: pySigma is not installed.
    """
    require_sigma()
    files: dict[str, str] = {}
    left_out: list[str] = []
    for family in case.families:
        registered = _registered(family)
        for draft in (_creation(family), _requests(family)) if registered is None else (registered,):
            if isinstance(draft, str):
                left_out.append(f"{plain_text(family.shells[0].path, 120)}: {draft}")
                continue
            text = yaml_text(_rule(draft, family, case))
            problems = problems_of(text)
            if inert(text) != text:
                left_out.append(f"{draft.name}: the rule would itself be taken for a shell")
            elif problems:
                left_out.append(f"{draft.name}: the checks of pySigma found: {plain_text(problems[0], 150)}")
            else:
                files[f"{FOLDER}/{draft.name}.yml"] = text
    together = problems_of("---\n".join(files.values())) if files else ()
    if together:
        raise UsageError(f"the Sigma rules are not valid together: {plain_text(together[0], 150)}")
    return Product(files, len(files), "Sigma rules", tuple(left_out))


def _rule(draft: _Draft, family: Family, case: Case) -> dict[str, Value]:
    """Return a rule as plain data."""
    digests = f" SHA-256: {', '.join(family.hashes[:10])}." if family.hashes else ""
    return {
        "title": draft.title,
        "id": uuid_of("sigma", draft.name, repr(draft.detection)),
        "status": "experimental",
        "description": f"{draft.about} Convicted by {plain_text(', '.join(family.rules), 200)}.{digests} Made by "
        f"{case.origin}.",
        "references": [f"https://attack.mitre.org/techniques/{each.replace('.', '/')}/" for each in draft.techniques],
        "author": "webshellhunt",
        "date": f"{case.made_utc:%Y-%m-%d}",
        "tags": ["attack.persistence", *(f"attack.{each.lower()}" for each in draft.techniques)],
        "logsource": draft.source,
        "detection": draft.detection,
        "falsepositives": list(draft.alarms),
        "level": "high",
    }


def _registered(family: Family) -> _Draft | None:
    """Return the rule for the writing of the keys of the registry of a family; ``None`` if its subjects are others."""
    keys = [key for shell in family.shells if (key := registry_key(shell.verdict)) is not None]
    names = [_CONTROL_SET.sub(r"\\CurrentControlSet\\", f"\\{key.key}\\{key.value}") for key in keys]
    usual = [name for name in dict.fromkeys(names) if inert(name) == name and name.isprintable()][:_MOST_VALUES]
    if not usual:
        return None
    techniques = {each for shell in family.shells for found in shell.verdict.findings for each in found.rule.techniques}
    return _Draft(
        f"registry_key_written_{family.name}",
        f"Registry Key of a Back Door Written ({family.name})",
        "A key of the registry was written that starts a back door which webshellhunt found.",
        {"category": "registry_set", "product": "windows"},
        {"selection": {"TargetObject|contains": usual}, "condition": "selection"},
        ("An honest product with a key of the same name.",),
        tuple(sorted(techniques)) or ("T1112",),
    )


def _creation(family: Family) -> _Draft | str:
    """Return the rule for the creation of the files of a family, or the reason that there is none."""
    endings = [ending for shell in _particular(family) if (ending := file_ending(shell)) is not None]
    if not endings:
        return _reason(family, "a path of Windows", "no Sigma rule for its creation")
    detection: dict[str, Value] = {
        "selection": {"TargetFilename|endswith": list(dict.fromkeys(endings))[:_MOST_VALUES]},
        "condition": "selection",
    }
    return _Draft(
        f"web_shell_created_{family.name}",
        f"Web Shell {_name(family)} Created ({family.name})",
        "A file was created at the path of a web shell that webshellhunt found.",
        {"category": "file_event", "product": "windows"},
        detection,
        ("A file of another content at this path; compare its digest.",),
    )


def _requests(family: Family) -> _Draft | str:
    """Return the rule for answered requests to the pages of a family, or the reason that there is none."""
    shells = list(_particular(family))
    addresses = list(dict.fromkeys(stem for shell in shells for stem in stems(shell)))[:_MOST_VALUES]
    if not addresses:
        return _keyed_requests(family)
    selection: dict[str, Value] = {"cs-uri-stem|endswith": addresses}
    method = _only_method(shells)
    if method is not None:
        selection["cs-method"] = method
    return _request_draft(family, selection, "A scanner, if the server answers each address with a page of its own.")


def _keyed_requests(family: Family) -> _Draft | str:
    """Return the rule for requests with the shell's key to a page that honest servers have, too."""
    addresses = list(dict.fromkeys(stem for shell in family.shells for stem in stems(shell)))[:_MOST_VALUES]
    keys = [f"{key}=" for shell in family.shells for key in shell.keys if len(key) > 1 and set(key) <= _KEY_CHARACTERS]
    if not addresses or not keys:
        return _reason(family, "an address", "no Sigma rule for requests to it")
    query = list(dict.fromkeys(keys))[:_MOST_VALUES]
    selection: dict[str, Value] = {"cs-uri-stem|endswith": addresses, "cs-uri-query|contains": query}
    return _request_draft(family, selection, "An honest use of a query with this name at the same address.")


def _request_draft(family: Family, selection: Mapping[str, Value], alarm: str) -> _Draft:
    detection: dict[str, Value] = {
        "selection": selection,
        "filter_missing": {"sc-status": 404},
        "condition": "selection and not filter_missing",
    }
    return _Draft(
        f"web_shell_requested_{family.name}",
        f"Request to Web Shell {_name(family)} ({family.name})",
        "The server answered a request to the address of a web shell that webshellhunt found, or refused it otherwise "
        "than with 404.",
        {"category": "webserver"},
        detection,
        (alarm,),
    )


def _particular(family: Family) -> Iterator[Shell]:
    """Yield the shells with a path of their own; one with code in it would make a shell of the rule."""
    return (shell for shell in family.shells if not is_common(shell) and inert(shell.path) == shell.path)


def _only_method(shells: list[Shell]) -> str | None:
    """Return the method of all logged requests to these pages, if it is the same; ``None`` if a page has none."""
    methods = {count.value for shell in shells if shell.verdict.use is not None for count in shell.verdict.use.methods}
    is_logged = all(shell.verdict.use is not None and shell.verdict.use.answered for shell in shells)
    only = next(iter(methods)) if len(methods) == 1 and is_logged else None
    return only if only in ("GET", "POST", "PUT") else None


def _name(family: Family) -> str:
    shell = next(_particular(family), family.shells[0])
    return plain_text(inert(shell.path.replace("\\", "/").rpartition("/")[2]), 40)


def _reason(family: Family, wanted: str, result: str) -> str:
    if all(is_common(shell) for shell in family.shells):
        return f"{result}: honest servers have a file of this name here, or it has many visitors"
    return f"{result}: it has no {wanted.removeprefix('a ').removeprefix('an ')} that is known"


def yaml_text(value: Mapping[str, Value]) -> str:
    r"""Return a mapping as a document of YAML, in ASCII; texts are quoted, so that none is read as anything else.

    Source: YAML 1.2, section 7.3.1: in double quotes, ``\xNN``, ``\uNNNN`` and ``\UNNNNNNNN`` are characters.
    """
    return "".join(f"{line}\n" for line in _mapping(value, ""))


def _mapping(value: Mapping[str, Value], indent: str) -> list[str]:
    lines: list[str] = []
    for name, each in value.items():
        if isinstance(each, Mapping):
            lines += [f"{indent}{_scalar(name)}:", *_mapping(each, f"{indent}    ")]
        elif isinstance(each, str | int):
            lines.append(f"{indent}{_scalar(name)}: {_scalar(each)}")
        else:
            lines += [f"{indent}{_scalar(name)}:", *(f"{indent}    - {_item(item)}" for item in each)]
    return lines


def _item(item: Value) -> str:
    if not isinstance(item, str | int):
        raise TypeError("a list has texts and numbers only")
    return _scalar(item)


def _scalar(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    if _PLAIN.fullmatch(value) and value.lower() not in _WORDS_OF_YAML:
        return value
    return '"' + "".join(map(_character, value)) + '"'


def _character(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if " " <= character <= "~":
        return character
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
