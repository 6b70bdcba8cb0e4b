r"""Steps that remove an autostart of the registry, or restore the one that Windows and Exchange need.

A key of an account (``HKU\…``) has no command: its name has the name of the account, not its SID.
"""

from collections.abc import Callable, Iterator
from typing import Final

from webshellhunt.knowledge.stock_services import find_stock_service
from webshellhunt.knowledge.stock_tasks import find_stock_task
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Finding
from webshellhunt.model.report import Step

_PLAIN = lazy_pattern(r"(?:[\w .,()\\/:{}+-]{0,299}[\w.,()/:{}+-])")
_LISTENER = lazy_pattern(r"([\w.*:]{1,80})/(\d{1,5})")
_ADDRESS = lazy_pattern(r"https?://[\w.*+:-]{1,255}/[\w./-]{0,300}")
_OWN_VALUES: Final = ("\\exclusions\\", "\\specialaccounts\\userlist")
"""Parts of keys of settings whose values Windows does not have: these are removed, and not set back."""

_STARTS: Final = {"disabled": "it is disabled now, and can be enabled again", "on demand": "it starts on demand"}


def registry_step(finding: Finding, place: str, doubt: str) -> Step:
    """Return the step for a finding about an autostart.

    ``place``: the key as the report shows it. ``doubt``: the clause for an autostart that may be legitimate; empty if
    it is certain.
    """
    build = _BY_RULE.get(finding.rule.slug, _value)
    text, *commands = build(finding, doubt)
    return Step(text, (place, *commands))


def _fact(finding: Finding, name: str) -> str:
    return str(finding.facts.get(name) or "")


def _plain(*texts: str) -> bool:
    """Return True if texts have no characters that cmd.exe, PowerShell or the program interprets.

    The attacker chose them: ``*`` names all tasks, ``$`` begins a variable, and a last backslash hides a quote.
    """
    return all(_PLAIN.fullmatch(text) is not None for text in texts)


def _commands(command: str, *names: str) -> Iterator[str]:
    if _plain(*names):
        yield command


def _service(finding: Finding, doubt: str) -> Iterator[str]:
    name = _fact(finding, "name")
    if "each time it fails" in finding.message:
        yield f"Remove the command that the service {name} starts each time it fails{doubt}."
        yield from _commands(f'sc.exe failure "{name}" command= ""', name)
        return
    if find_stock_service(name) is not None:
        yield (
            f"Undo the change to the service {name}{doubt}: {_sentence(finding.message)}. Do not delete the service: "
            "Windows or Exchange needs it."
        )
        return
    starts = _STARTS.get(_fact(finding, "starts"), "it starts with Windows")
    yield f"Stop and delete the service {name}{doubt}: {starts}. {_kept(finding)}"
    yield from _commands(f'sc.exe stop "{name}"', name)
    yield from _commands(f'sc.exe delete "{name}"', name)


def _kept(finding: Finding) -> str:
    """Return what to do about the program of a service before the service is deleted."""
    if finding.facts.get("program_missing"):
        return "Its program is missing: look for it in backups and in the quarantine of the antivirus."
    if finding.facts.get("program_not_collected"):
        return "Its program is not in the evidence: look for it on the server, and keep it first if it is there."
    return "Keep its program as evidence first."


def _known_service(finding: Finding, doubt: str) -> Iterator[str]:
    name = _fact(finding, "name")
    if "each time it fails" in finding.message:
        yield from _service(finding, doubt)
        return
    yield (
        f"Set the program of the service {name} back to the one of its product{doubt}; another server of the same "
        "version shows it. Do not delete the service: the product needs it."
    )


def _environment(finding: Finding, doubt: str) -> Iterator[str]:
    yield (
        f"Remove these variables from the environment{doubt}, leave the others, and restart the server: each program "
        "that runs now has loaded the code already."
    )


def _task(finding: Finding, doubt: str) -> Iterator[str]:
    name = _fact(finding, "name")
    if find_stock_task(name) is not None:
        yield f"Set the task {name} back to that of Windows{doubt}: {_sentence(finding.message)}."
        return
    yield f"Delete the scheduled task {name}{doubt}; a hidden one only the account SYSTEM can delete, by its key."
    yield from _commands(f'schtasks /Delete /TN "{name}" /F', name)
    yield from _delete(finding)


def _delete(finding: Finding, value: str = "") -> Iterator[str]:
    key = _fact(finding, "registry_key")
    if key.startswith("HKLM\\"):
        named = f' /v "{value}"' if value else ""
        yield from _commands(f'reg delete "{key}"{named} /f', key, *filter(None, [value]))


def _value(finding: Finding, doubt: str) -> Iterator[str]:
    name, command = _fact(finding, "name"), _fact(finding, "command")
    if finding.facts.get("needed_by_windows"):
        yield (
            f"Set the value {name or '(Default)'} back to that of Windows, without {command}{doubt}: another server of "
            "the same version shows it. Delete the value only if that server does not have it."
        )
        return
    yield f"Remove the value {name}{doubt}: {_sentence(finding.message)}."
    yield from _delete(finding, name)


def _sentence(message: str) -> str:
    return message.rstrip(".")


def _setting(finding: Finding, doubt: str) -> Iterator[str]:
    name = _fact(finding, "name")
    if any(part in f"{_fact(finding, 'registry_key')}\\".lower() for part in _OWN_VALUES):
        yield from _value(finding, doubt)
        return
    yield f"Set {name} back to the value of Windows{doubt}: {_sentence(finding.message)}."


def _class(finding: Finding, doubt: str) -> Iterator[str]:
    yield (
        f"Set the library of this COM class back{doubt}, or, in the hive of an account, delete the class: "
        f"{_sentence(finding.message)}."
    )


def _port(finding: Finding, doubt: str) -> Iterator[str]:
    yield f"Remove the port proxy{doubt}: {_sentence(finding.message)}."
    listener = _LISTENER.fullmatch(_fact(finding, "name"))
    family = _fact(finding, "registry_key").lower().rpartition("\\portproxy\\")[2].partition("\\")[0]
    if listener is not None:
        yield f"netsh interface portproxy delete {family} listenaddress={listener[1]} listenport={listener[2]}"


def _address(finding: Finding, doubt: str) -> Iterator[str]:
    name = _fact(finding, "name")
    yield f"Remove the reservation of the address {name}{doubt}, and find the program that listens there."
    if _ADDRESS.fullmatch(name) is not None:
        yield f"netsh http delete urlacl url={name}"


def _opening(finding: Finding, doubt: str) -> Iterator[str]:
    is_rule = _fact(finding, "registry_key").lower().endswith("\\firewallrules")
    yield from _rule(finding, doubt) if is_rule else _setting(finding, doubt)


def _rule(finding: Finding, doubt: str) -> Iterator[str]:
    name = _fact(finding, "name")
    yield f"Remove the rule of the firewall{doubt}: {_sentence(finding.message)}."
    yield from _commands(f'Remove-NetFirewallRule -Name "{name}"', name)


_BY_RULE: Final[dict[str, Callable[[Finding, str], Iterator[str]]]] = {
    "service-runs-odd-program": _service,
    "service-among-files-of-windows": _service,
    "known-service-with-other-program": _known_service,
    "variable-loads-code-into-programs": _environment,
    "task-hidden-from-scheduler": _task,
    "registered-task-runs-odd-program": _task,
    "com-class-leads-elsewhere": _class,
    "port-led-elsewhere": _port,
    "address-reserved-outside-iis": _address,
    "server-opened-to-remote-control": _opening,
    "protection-switched-off-in-registry": _setting,
}
"""Steps by the idea of the rule; that for any other value removes it."""
