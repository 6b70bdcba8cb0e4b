"""``webshellhunt demo``: the report of a described, compromised Exchange server."""

from __future__ import annotations

from argparse import Namespace

from webshellhunt.cli.outputs import open_outputs
from webshellhunt.cli.signals import SIGNALS
from webshellhunt.pipeline import hunt
from webshellhunt.selftest.demo import demo_source


def run(arguments: Namespace) -> int:
    """Hunt through a server that exists in memory only, and write the report."""
    with SIGNALS.held(), open_outputs(arguments, evidence=(), inputs=()) as outputs:
        with SIGNALS.raised(), demo_source() as source:
            report = hunt(source)
        outputs.write([report])
    outputs.conclude()
    return 0
