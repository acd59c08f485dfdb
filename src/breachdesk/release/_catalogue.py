"""The closed lists of words that a manifest may use (PROTOCOL sections 3.2, 4, 6.5 and 8.2)."""

from types import MappingProxyType

FIELD_TYPES = MappingProxyType(
    {
        "name": 1,
        "birth_date": 2,
        "phone": 3,
        "email": 4,
        "rrn": 5,
        "customer_number": 6,
        "bank_account": 7,
        "card_number": 8,
        "channel_token": 128,
    }
)

ITEM_BITS = MappingProxyType(
    {
        code: bit
        for bit, code in enumerate(
            (
                "name",
                "rrn",
                "phone",
                "email",
                "address",
                "card_number",
                "card_expiry",
                "bank_account",
                "customer_number",
                "usim_number",
                "subscription",
                "rate_plan",
                "birth_date",
                "password_hash",
                "password",
                "sex",
                "passport_number",
                "driver_licence",
                "foreigner_number",
                "ip_address",
                "device_id",
                "location",
                "call_records",
                "purchase_history",
                "delivery_address",
                "entry_code",
                "health",
                "card_cvc",
                "account_holder",
            )
        )
    }
)

ASSURANCES = ("open", "code")
CHANNEL_TYPES = MappingProxyType({"phone": 1, "email": 2, "letter": 3})
REVEALS = ("membership", "items")
REJECTIONS = ("encoding", "shape", "no-subject", "no-lookup")
CHANGES = ("first", "added", "replaced", "reread", "retired")


def item_mask(codes: tuple[str, ...]) -> int:
    """The bits of these items."""
    return sum(1 << ITEM_BITS[code] for code in codes)
