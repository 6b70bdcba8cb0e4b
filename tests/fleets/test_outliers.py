"""Files that differ from their peers, and those that must not be called so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from tests.builders.fleet_hosts import INSTALL, names, page, server
from webshellhunt.fleets.outliers import MOST_OF_A_HOST, few
from webshellhunt.fleets.tally import fleet
from webshellhunt.model.findings import Gap
from webshellhunt.model.fleet import Outlier, OutlierKind
from webshellhunt.model.places import Role
from webshellhunt.model.verdict import Disposition, Verdict

AUTH = rf"{INSTALL}\FrontEnd\HttpProxy\owa\auth"
STOCK = (page(rf"{AUTH}\logon.aspx"), page(rf"{AUTH}\errorFE.aspx", "other"))


def outliers(count: int, extra: Mapping[int, Sequence[Verdict]], stock: Sequence[Verdict] = STOCK) -> list[Outlier]:
    """Return the outliers among so many hosts with the same files, of which some have further or other ones."""
    reports = []
    for number, name in enumerate(names(count)):
        own = {each.subject.path: each for each in extra.get(number, ())}
        kept = [each for each in stock if each.subject.path not in own]
        reports.append(server(name, [*kept, *own.values()]))
    return list(fleet(reports).outliers)


def test_a_page_on_one_of_twenty() -> None:
    [outlier] = outliers(20, {6: [page(rf"{AUTH}\help.aspx")]})
    assert (outlier.kind, outlier.hosts, outlier.agreeing, outlier.compared) == (
        OutlierKind.ONLY_HERE, ("EXCH07",), 19, 20,
    )  # fmt: skip
    assert outlier.disposition is Disposition.BENIGN
    assert outlier.paths == (rf"{AUTH}\help.aspx",)


def test_another_content_than_nineteen_others() -> None:
    [outlier] = outliers(20, {6: [page(rf"{AUTH}\logon.aspx", "changed")]})
    assert (outlier.kind, outlier.hosts, outlier.agreeing, outlier.compared) == (
        OutlierKind.OTHER_CONTENT, ("EXCH07",), 19, 20,
    )  # fmt: skip


@pytest.mark.parametrize(("count", "found"), [(2, 0), (3, 0), (4, 1), (20, 1)])
def test_a_claim_needs_three_peers(count: int, found: int) -> None:
    assert len(outliers(count, {0: [page(rf"{AUTH}\help.aspx")]})) == found
    assert len(outliers(count, {0: [page(rf"{AUTH}\logon.aspx", "changed")]})) == found


@pytest.mark.parametrize(("hosts", "found"), [(1, 1), (2, 1), (3, 0), (10, 0), (19, 0)])
def test_what_many_hosts_have_is_no_outlier(hosts: int, found: int) -> None:
    assert len(outliers(20, {number: [page(rf"{AUTH}\help.aspx")] for number in range(hosts)})) == found


@pytest.mark.parametrize(("hosts", "found"), [(1, 1), (5, 1), (6, 0), (10, 0)])
def test_without_a_majority_no_content_is_the_measure(hosts: int, found: int) -> None:
    changed = {number: [page(rf"{AUTH}\logon.aspx", f"own {number}")] for number in range(hosts)}
    assert len(outliers(20, changed)) == found


def test_collections_and_unreadable_files_lack_nothing() -> None:
    extra = page(rf"{AUTH}\help.aspx")
    reports = [server(name, [*STOCK, *([extra] if name == "EXCH01" else [])]) for name in names(6)]
    assert len(fleet(reports).outliers) == 1
    gap = Gap("unreadable", "walk", extra.subject.path, "permission denied", matters=True)
    assert fleet([reports[0], *(replace(each, gaps=(gap,)) for each in reports[1:])]).outliers == ()
    made = fleet([reports[0], *(replace(each, is_collection=True) for each in reports[1:])])
    assert made.outliers == ()
    assert any("EXCH02, EXCH03" in note for note in made.notes)


def test_known_contents_and_what_differs_by_nature_are_left_out() -> None:
    extra = [
        page(rf"{AUTH}\help.aspx", disposition=Disposition.KNOWN_GOOD),
        page(rf"{AUTH}\logon.aspx", "cumulative", Disposition.KNOWN_GOOD),
        page(rf"{AUTH}\web.config", "own", role=Role.OWA),
        page(r"C:\Windows\Microsoft.NET\Temporary ASP.NET Files\x.aspx", role=Role.TEMP_ASPNET),
        page(rf"{AUTH}\15.1.2044\scripts\flogon.js", "old"),
        page(rf"{AUTH}\15.2.1118\scripts\own.js", "a script on one host"),
    ]
    assert outliers(20, {3: extra}) == []


def test_pages_of_folders_that_peers_do_not_have_are_no_outliers() -> None:
    custom = {
        number: [page(rf"C:\inetpub\wwwroot\app{number}\{at}.aspx", at, role=Role.SITE) for at in range(30)]
        for number in range(20)
    }
    assert outliers(20, custom) == []


def test_a_page_in_a_new_folder_on_one_of_twenty() -> None:
    new = [page(r"C:\inetpub\wwwroot\new\x.aspx", role=Role.SITE)]
    [outlier] = outliers(20, {4: new})
    assert (outlier.key, outlier.hosts, outlier.agreeing) == ("inetpub/wwwroot/new/x.aspx", ("EXCH05",), 19)


def test_an_application_on_one_of_twenty_is_one_row() -> None:
    app = [page(rf"C:\inetpub\wwwroot\app\{at}\page.aspx", at, role=Role.SITE) for at in range(30)]
    shell = page(r"C:\inetpub\wwwroot\app\shell.aspx", "shell", Disposition.MALICIOUS, role=Role.SITE)
    first, folder = outliers(20, {4: [*app, shell]})
    assert first.key == "inetpub/wwwroot/app/shell.aspx"
    assert (folder.kind, folder.key, folder.files, folder.hosts) == (
        OutlierKind.ONLY_HERE, "inetpub/wwwroot/app/", 30, ("EXCH05",),
    )  # fmt: skip
    assert len(folder.paths) == 3


def test_a_folder_in_which_many_hosts_have_pages_of_their_own() -> None:
    stock = [*STOCK, page(r"C:\inetpub\wwwroot\iisstart.htm", role=Role.WWWROOT)]
    own = {number: [page(rf"C:\inetpub\wwwroot\own{number}.aspx", role=Role.WWWROOT)] for number in range(20)}
    assert outliers(20, own, stock) == []
    assert len(outliers(20, {3: own[3]}, stock)) == 1


def test_hosts_of_another_build_make_no_noise() -> None:
    extra = [page(rf"{AUTH}\only{at}.aspx", at) for at in range(40)]
    reports = [server(name, [*STOCK]) for name in names(10)]
    reports += [
        server(f"OLD{at}", [page(rf"{AUTH}\logon.aspx", "old"), *extra], build="15.1.2044.4") for at in range(2)
    ]
    assert fleet(reports).outliers == ()


def test_hosts_without_the_directory_are_no_peers() -> None:
    mailbox = [page(rf"{INSTALL}\ClientAccess\ecp\default.aspx", role=Role.ECP)]
    reports = [server(name, mailbox) for name in names(10)]
    reports += [server(f"FRONT{at}", STOCK) for at in range(2)]
    assert fleet(reports).outliers == ()


def test_a_host_of_another_state_is_one_row() -> None:
    extra = [page(rf"{AUTH}\page{at}.aspx", at) for at in range(MOST_OF_A_HOST + 5)]
    accused = page(rf"{AUTH}\shell.aspx", "shell", Disposition.MALICIOUS)
    first, many = outliers(20, {3: [*extra, accused]})
    assert (first.kind, first.disposition) == (OutlierKind.ONLY_HERE, Disposition.MALICIOUS)
    assert (many.kind, many.files, many.hosts, many.agreeing) == (
        OutlierKind.MANY, MOST_OF_A_HOST + 5, ("EXCH04",), 19,
    )  # fmt: skip
    assert len(many.paths) == 3


def test_an_interrupted_hunt_lacks_nothing() -> None:
    reports = [replace(server(name, STOCK), interrupted=True) for name in names(19)]
    reports.append(server("EXCH99", [*STOCK, page(rf"{AUTH}\help.aspx")]))
    assert fleet(reports).outliers == ()


def test_the_worst_come_first() -> None:
    found = outliers(
        20,
        {
            1: [page(rf"{AUTH}\a.aspx", 1)],
            2: [page(rf"{AUTH}\b.aspx", 2, Disposition.UNEXPLAINED)],
            3: [page(rf"{AUTH}\c.aspx", 3, Disposition.MALICIOUS)],
        },
    )
    assert [each.disposition for each in found] == [
        Disposition.MALICIOUS, Disposition.UNEXPLAINED, Disposition.BENIGN,
    ]  # fmt: skip


def test_few_grows_slowly() -> None:
    assert [few(count) for count in (4, 19, 20, 30, 1000)] == [1, 1, 2, 3, 8]
