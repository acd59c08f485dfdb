/** E-mail addresses (PROTOCOL section 3.6). */
import { InvalidField } from "./errors.ts";
import { fold } from "./fold.ts";

const LOCAL = /^[a-z0-9.!#$%&'*+/=?^_{|}~-]*$/;
const DOMAIN = /^[a-z0-9.-]*$/;
const LABEL = /^(?!-)[a-z0-9-]{1,63}$(?<!-)/;
const DIGITS = /^\d+$/;

/**
 * The address in lower case. Throws InvalidField; characters are looked at first, then length, then
 * format. Without an `@`, all is a local part.
 */
export function email(text: string): string {
  const address = fold("email", text);
  const at = address.lastIndexOf("@");
  const local = at < 0 ? address : address.slice(0, at);
  const domain = at < 0 ? "" : address.slice(at + 1);
  if (!LOCAL.test(local) || !DOMAIN.test(domain)) throw new InvalidField("email", "characters");
  if (address.length > 254 || local.length > 64) throw new InvalidField("email", "length");
  if (local === "" || !isDomain(domain)) throw new InvalidField("email", "format");
  return address;
}

function isDomain(domain: string): boolean {
  const labels = domain.split(".");
  return (
    labels.length >= 2 &&
    labels.every((label) => LABEL.test(label)) &&
    !DIGITS.test(labels[labels.length - 1] ?? "")
  );
}
