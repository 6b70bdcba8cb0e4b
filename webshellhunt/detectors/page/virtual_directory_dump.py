"""The settings of a virtual directory were saved as a page, with a script in them.

What it finds:
    A property list of an Exchange virtual directory (recognised by its structure, not by its words) whose external
    address, or another value, contains server code. The facts of the finding include the time, server and version that
    the list records, and the request key of the script.

Why it matters:
    ProxyLogon planted its pages this way: the intruder set the address of the directory to a script, then *reset* the
    directory to a file whose name he chose.

Looks like:
    About thirty lines ``Name : value`` in a page of about two kilobytes.

Benign look-alikes:
    None in a directory that is served. The same list with a clean address is a finding of its own rule: an attempt.

Blind spots:
    A list with fewer than six properties.

References:
    CVE-2021-27065, CVE-2021-26855
"""

from webshellhunt.decoding.oab_dump import VirtualDirectoryDump
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, may_have_dump
from webshellhunt.model.findings import FactValue
from webshellhunt.views.sample import Layer

RULE = define_rule(
    __name__, "WSH2001", "critical", "high", "T1190", "T1505.003", slug="virtual-directory-dump-with-script"
)


@detector(RULE, on=Layer, prefilter=may_have_dump)
def find(layer: Layer) -> Findings:
    """Report a dump that contains server code in a value."""
    dump = layer.directory_dump
    if dump is None:
        return
    name = dump.name_at(block.start for block in layer.page.blocks)
    if name is None:
        return
    address = dump.properties[name]
    where = "external address" if name == "externalurl" else name
    message = f"the settings of a virtual directory were saved as a page, with a script as its {where} (ProxyLogon)"
    yield claim(RULE, message, layer.evidence(address.start, address.end), facts=_facts(layer, dump))


def _facts(layer: Layer, dump: VirtualDirectoryDump) -> dict[str, FactValue]:
    keys = [
        f.trace.key
        for code in layer.codes
        for f in code.analysis.flows
        if f.trace is not None and f.trace.key is not None
    ]
    return {
        "planted_at": dump.changed_utc,
        "server": dump.value("server") or dump.value("originatingserver"),
        "server_version": dump.value("admindisplayversion"),
        "virtual_directory": dump.value("identity") or dump.value("metabasepath"),
        "request_key": keys[0] if keys else None,
    }
