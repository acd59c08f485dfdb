"""Numbers of releases for the operator and the regulator: tables, comparisons, pictures."""

from breachdesk.figures._compare import Difference, compare
from breachdesk.figures._compose import picture_of, picture_of_both
from breachdesk.figures._figures import Figure, figures_of, in_order, people_figures
from breachdesk.figures._picture import LANGUAGES, Picture, check_target, draw
from breachdesk.figures._table import as_csv, as_json
from breachdesk.figures._words import measure_words, of_words
from breachdesk.figures.errors import PictureError

__all__ = [
    "LANGUAGES",
    "Difference",
    "Figure",
    "Picture",
    "PictureError",
    "as_csv",
    "as_json",
    "check_target",
    "compare",
    "draw",
    "figures_of",
    "in_order",
    "measure_words",
    "of_words",
    "people_figures",
    "picture_of",
    "picture_of_both",
]
