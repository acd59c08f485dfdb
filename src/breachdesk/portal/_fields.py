"""How each field of a lookup is asked for, and what can be wrong with it (PROTOCOL section 3)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the form.

    `inputmode` chooses the keyboard of a phone. `reasons` are the codes that section 3 gives for
    this field, and `refused` for a code; the form has words for each, in each language.
    """

    name: str
    inputmode: str
    reasons: tuple[str, ...]


_ALWAYS = ("empty", "too-long", "characters")

FIELDS = {
    field.name: field
    for field in (
        Field("name", "text", (*_ALWAYS, "length")),
        Field("birth_date", "text", (*_ALWAYS, "century", "format", "date")),
        Field("phone", "tel", (*_ALWAYS, "length", "format")),
        Field("email", "email", (*_ALWAYS, "length", "format")),
        Field("rrn", "numeric", (*_ALWAYS, "length", "date")),
        Field("customer_number", "text", (*_ALWAYS, "length")),
        Field("bank_account", "numeric", (*_ALWAYS, "length")),
        Field("card_number", "numeric", (*_ALWAYS, "length", "checksum")),
        Field("letter_code", "text", (*_ALWAYS, "length", "checksum", "refused")),
        Field("desk_code", "text", (*_ALWAYS, "length", "checksum", "refused")),
    )
}
CODE = Field("code", "numeric", (*_ALWAYS, "length", "refused"))
"""What is typed after a code was sent, in a form of its own."""
