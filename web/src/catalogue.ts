/** The closed lists of words that a manifest may use (PROTOCOL sections 4.1, 6.5 and 8.2). */

/** The item with bit i stands at i. */
export const ITEMS = (
  "name rrn phone email address card_number card_expiry bank_account customer_number usim_number " +
  "subscription rate_plan birth_date password_hash password sex passport_number driver_licence " +
  "foreigner_number ip_address device_id location call_records purchase_history delivery_address " +
  "entry_code health card_cvc account_holder"
).split(" ");
export const ASSURANCES = ["open", "code"] as const;
export const REVEALS = ["membership", "items"] as const;
export const REJECTIONS = ["encoding", "shape", "no-subject", "no-lookup"] as const;
export const CHANGES = ["first", "added", "replaced", "reread", "retired"] as const;
/** Kinds of OPRF key that a client asks; the index is the kind's number (section 2). */
export const KINDS = ["open", "code"] as const;
/** Every kind of OPRF key; the index is its number. */
export const KEY_KINDS = [...KINDS, "channel"] as const;
export type KeyKind = (typeof KEY_KINDS)[number];
/** Channels of a token; the type of each is one more than its index (section 4.4). */
export const CHANNELS = ["phone", "email", "letter"] as const;
export type Channel = (typeof CHANNELS)[number];
export type Kind = (typeof KINDS)[number];
