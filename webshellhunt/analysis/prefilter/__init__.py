"""The prefilter of the analysis: cheap questions that most pages leave it by, each erring on the side of a look.

`is_relevant` looks at the text of a page or a code, before any token is made. `may_call_across` looks at the texts of
codes in several languages. `may_flow`, `may_be_visited` and `may_fold` look at the names of a code, before its
tree is built. Without
them all findings are the same.
"""

from webshellhunt.analysis.prefilter.folding import may_fold
from webshellhunt.analysis.prefilter.names import may_be_visited, may_flow, may_harm
from webshellhunt.analysis.prefilter.text import is_relevant, may_call_across

__all__ = ["is_relevant", "may_be_visited", "may_call_across", "may_flow", "may_fold", "may_harm"]
