"""Constants: what expressions without a variable part are at run time, folded on the tokens."""

from webshellhunt.code.constants.brackets import OwnCode
from webshellhunt.code.constants.folding import fold, iter_constants
from webshellhunt.code.constants.functions import FUNCTIONS
from webshellhunt.code.constants.names import INTRINSIC

__all__ = ["FUNCTIONS", "INTRINSIC", "OwnCode", "fold", "iter_constants"]
