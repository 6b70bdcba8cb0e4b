"""Constants: what expressions without a variable part are at run time, folded on the tokens."""

from webshellhunt.code.constants.folding import Constant, fold, iter_constants

__all__ = ["Constant", "fold", "iter_constants"]
