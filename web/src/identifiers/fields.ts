/** The fields by name and type (PROTOCOL section 3.2). */

export const FIELD_TYPES: ReadonlyMap<string, number> = new Map([
  ["name", 1],
  ["birth_date", 2],
  ["phone", 3],
  ["email", 4],
  ["rrn", 5],
  ["customer_number", 6],
  ["bank_account", 7],
  ["card_number", 8],
  ["channel_token", 128],
]);
