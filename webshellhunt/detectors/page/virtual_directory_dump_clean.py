"""The settings of a virtual directory were saved as a file, without a script in them.

What it finds:
    A property list of an Exchange virtual directory in a file, with an ordinary external address.

Why it matters:
    Exchange was made to reset a virtual directory to this file. An attempt of an intruder that failed, or was undone,
    leaves such a file.

Looks like:
    About thirty lines ``Name : value``, about two kilobytes, often under an executable name.

Benign look-alikes:
    A backup of the settings by an administrator, which is in another folder and ends in ``.txt``.

Blind spots:
    The same list in a log or a mailbox.

References:
    CVE-2021-27065
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, may_have_dump
from webshellhunt.model.rules import Confidence
from webshellhunt.views.sample import Layer

RULE = define_rule(__name__, "WSH2002", "medium", "medium", "T1190")


@detector(RULE, on=Layer, prefilter=may_have_dump)
def find(layer: Layer) -> Findings:
    """Report a dump without server code."""
    dump = layer.directory_dump
    if dump is None or dump.name_at(block.start for block in layer.page.blocks) is not None:
        return
    is_certain = layer.sample.nature.executable
    address = dump.properties["externalurl"]
    facts = {"written_at": dump.changed_utc, "server": dump.value("server") or dump.value("originatingserver")}
    message = "the settings of a virtual directory were saved to this file: an attempt that failed or was undone"
    yield claim(
        RULE,
        message,
        layer.evidence(address.start, address.end),
        confidence=Confidence.HIGH if is_certain else Confidence.LOW,
        facts=facts,
    )
