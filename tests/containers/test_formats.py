"""Each format has its own label and a family with advice."""

from __future__ import annotations

from webshellhunt.containers.formats import ContainerFormat, Family, advice


def test_no_two_formats_have_the_same_label() -> None:
    # EVTX and EVT differ in brackets only, the raw images in what they are of.
    assert len({form.label for form in ContainerFormat}) == len(ContainerFormat)


def test_every_family_is_one_of_some_format_and_every_format_has_advice() -> None:
    assert {form.family for form in ContainerFormat} == set(Family)
    assert all(advice(form) for form in ContainerFormat)


def test_archives_are_unpacked_and_images_are_mounted() -> None:
    assert "unpack" in advice(ContainerFormat.ZIP)
    assert "mount" in advice(ContainerFormat.VMDK)


def test_an_image_that_is_opened_is_hunted_itself() -> None:
    assert "this file itself" in advice(ContainerFormat.VHDX)
    assert "this file itself" not in advice(ContainerFormat.AFF4)
