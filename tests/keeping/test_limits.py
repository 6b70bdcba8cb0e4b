"""The limits of a bag."""

from webshellhunt.keeping.limits import BagLimits


def test_a_file_fits_into_a_bag() -> None:
    limits = BagLimits()
    assert 0 < limits.growth_bytes < limits.file_bytes < limits.bytes
    assert limits.files >= 10_000
