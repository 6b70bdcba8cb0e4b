"""``webshellhunt verify``: check an evidence bag against its manifest."""

from __future__ import annotations

from argparse import Namespace

from webshellhunt.cli.output import standard_output
from webshellhunt.keeping.verification import verify
from webshellhunt.reports import printable

_SHOWN = 1_000


def run(arguments: Namespace) -> int:
    """Print the result; return status 1 if something differs."""
    check = verify(arguments.bag, password=arguments.password, manifest_sha256=arguments.manifest)
    with standard_output() as stream:
        for each in check.differences[:_SHOWN]:
            stream.write(f"{printable(str(each))}\n")
        if len(check.differences) > _SHOWN:
            stream.write(f"and {len(check.differences) - _SHOWN:,} more differences\n")
        copies = f"{check.files:,} cop{'ies' if check.files != 1 else 'y'}, {check.size_bytes:,} bytes"
        if check.is_intact:
            stream.write(f"the bag is intact: {copies}, as in its manifest ({check.state})\n")
        else:
            count = len(check.differences)
            stream.write(f"the bag is NOT as it was made: {count:,} difference{'s' * (count != 1)}\n")
        if check.manifest_sha256 is not None:
            stream.write(f"SHA-256 of its manifest: {check.manifest_sha256}\n")
    return 0 if check.is_intact else 1
