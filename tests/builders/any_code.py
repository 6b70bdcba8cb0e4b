"""Words of all languages in any order: code that no parser expects."""

from __future__ import annotations

from hypothesis import strategies as st

LANGUAGES = ("c#", "jscript", "vb", "vbscript")
_WORDS = (
    "a b c this me page f g new with end class function sub return yield for each foreach in next if then else var dim "
    "as set let public static void int byval ( ) ( ) [ ] { } . . . , ; : = = += & + => ? ?. ! < > 1 "
    "a.b a(1).b a.b<c>() async await delegate typeof from where select using try catch case while do loop"
)


def any_code(words: str = "") -> st.SearchStrategy[str]:
    """Return codes of such words, and of these words with a blank between two."""
    return st.lists(st.sampled_from([*_WORDS.split(), *words.split(), '"s"', "\n"]), max_size=60).map(" ".join)
