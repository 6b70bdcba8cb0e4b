from __future__ import annotations

import pytest

from webshellhunt.model.artifact import EntryKind
from webshellhunt.model.times import TimesChoice
from webshellhunt.sources.archive.members import Member, MemberTable, Times
from webshellhunt.sources.archive.time_basis import archive_time_basis

DAY = 86_400 * 10**9


def table(*times: Times) -> MemberTable:
    made = MemberTable()
    for each in times:
        made.append(Member(EntryKind.FILE, 1, each))
    return made


OF_SERVER = table(*(Times(number * 3 * DAY, number * 2 * DAY, exact=True) for number in range(50)))
COPIED = table(*(Times(number * 10**9, 500 * DAY + number, exact=True) for number in range(50)))
MODIFIED = table(*(Times(number * DAY, exact=True) for number in range(50)))
COARSE = table(*(Times(number * DAY) for number in range(50)))


@pytest.mark.parametrize(
    ("members", "choice", "original", "created", "words"),
    [
        (OF_SERVER, TimesChoice.AUTO, True, True, "times of NTFS"),
        (OF_SERVER, TimesChoice.COPY, False, True, "--times copy"),
        (OF_SERVER, TimesChoice.ORIGINAL, True, True, "--times original"),
        (COPIED, TimesChoice.AUTO, False, True, "copy operations"),
        (COPIED, TimesChoice.ORIGINAL, True, False, "creation times come from a copy"),
        (COARSE, TimesChoice.AUTO, False, True, "only times of modification"),
        (COARSE, TimesChoice.ORIGINAL, True, True, "--times original"),
        (MODIFIED, TimesChoice.AUTO, False, True, "few have one of creation"),
        (table(), TimesChoice.AUTO, False, True, "only times"),
        (table(Times(1, 2, exact=True)), TimesChoice.AUTO, False, True, "too few"),
    ],
)
def test_the_basis_has_its_reason(
    members: MemberTable, choice: TimesChoice, original: bool, created: bool, words: str
) -> None:
    basis = archive_time_basis("x.zip", members, choice)
    assert (basis.place, basis.original, basis.created) == ("x.zip", original, created)
    assert words in basis.reason
