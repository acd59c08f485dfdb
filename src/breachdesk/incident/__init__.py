"""What leaked, from whom, when, and who may ask: incident files and the item catalogue."""

from breachdesk.incident._assurance import (
    ITEMS_OVERRIDE,
    SENSITIVITIES,
    TOKEN_CHANNELS,
    TOKEN_FIELD,
)
from breachdesk.incident._catalogue import (
    HELP,
    ITEMS,
    Advice,
    HelpRoute,
    Item,
    bitmap,
    by_urgency,
    codes_of,
    in_catalogue_order,
    item_of_header,
)
from breachdesk.incident._lookups import LOOKUP_FIELDS, RRN_OVERRIDE
from breachdesk.incident._model import Channels, Contact, Incident, Lookup, Period
from breachdesk.incident._schema import CHANNELS, CONTACT_KINDS, FORMAT, load, parse
from breachdesk.incident._text import Text
from breachdesk.incident.errors import IncidentError, Problem

__all__ = [
    "CHANNELS",
    "CONTACT_KINDS",
    "FORMAT",
    "HELP",
    "ITEMS",
    "ITEMS_OVERRIDE",
    "LOOKUP_FIELDS",
    "RRN_OVERRIDE",
    "SENSITIVITIES",
    "TOKEN_CHANNELS",
    "TOKEN_FIELD",
    "Advice",
    "Channels",
    "Contact",
    "HelpRoute",
    "Incident",
    "IncidentError",
    "Item",
    "Lookup",
    "Period",
    "Problem",
    "Text",
    "bitmap",
    "by_urgency",
    "codes_of",
    "in_catalogue_order",
    "item_of_header",
    "load",
    "parse",
]
