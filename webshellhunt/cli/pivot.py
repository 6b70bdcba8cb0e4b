"""``webshellhunt pivot``: write the convicted findings of saved reports as YARA, Sigma, CSV and STIX."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from webshellhunt.cli.inputs.opening import source_options
from webshellhunt.cli.output import complain, standard_output
from webshellhunt.cli.status import Status
from webshellhunt.model.verdict import Disposition
from webshellhunt.pivot.case import Case, case_of
from webshellhunt.pivot.file_contents import FileContents
from webshellhunt.pivot.outputs import ABOUT, make_products, require_new, write_products
from webshellhunt.reports.printable import one_line
from webshellhunt.saved_reports import SavedReport, read_reports
from webshellhunt.sources import open_with

_MOST_REASONS = 10
"""The most reasons for a kind that are printed; all of them are in a file."""


def run(arguments: Namespace) -> int:
    """Read the reports, make and check all outputs, and write them into a new folder."""
    first = Path(arguments.reports[0])
    folder = arguments.output or str(first.with_name(f"{first.stem}-pivot"))
    require_new(folder)
    saved = tuple(each for path in arguments.reports for each in read_reports(path))
    case = _case(saved, arguments)
    if not case.shells:
        complain("nothing is written: no subject in the report is malicious, and only convicted findings are used")
        return Status.INCOMPLETE
    products = make_products(case, arguments.kinds)
    if not any(product.files for product in products.values()):
        for product in products.values():
            for sentence in product.left_out:
                complain(sentence)
        complain("nothing is written: no output could be made from the convicted findings")
        return Status.INCOMPLETE
    write_products(case, products, folder)
    with standard_output() as stream:
        for kind, product in products.items():
            left = f"; {len(product.left_out)} not made" if product.left_out else ""
            stream.write(f"{kind}: {product.made_words}{left}\n")
            for sentence in product.left_out[:_MOST_REASONS]:
                stream.write(f"  not made: {one_line(sentence)}\n")
            if len(product.left_out) > _MOST_REASONS:
                stream.write(f"  the others and their reasons are in {ABOUT}\n")
        stream.write(f"written to {one_line(folder)}\n")
    return Status.NOTHING if all(product.files for product in products.values()) else Status.INCOMPLETE


def _case(saved: tuple[SavedReport, ...], arguments: Namespace) -> Case:
    if arguments.files is None:
        return case_of(saved)
    verdicts = [each for one in saved for each in one.report.verdicts if each.disposition is Disposition.MALICIOUS]
    with open_with(arguments.files, source_options(arguments)) as source:
        return case_of(saved, FileContents(source, verdicts).content_of)
