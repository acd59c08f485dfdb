/** Numbers and dates as the page's language writes them. */

const language = document.documentElement.lang === "ko" ? "ko-KR" : "en-GB";
const zone = "Asia/Seoul";

export const number = (value: number): string => new Intl.NumberFormat(language).format(value);

export const plural = (count: number): "one" | "other" =>
  new Intl.PluralRules(language).select(count) === "one" ? "one" : "other";

export const listOf = (values: readonly string[]): string => values.join(", ");

/** The day of a moment where the pages are read. */
export const dayOf = (moment: string): string =>
  new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: zone }).format(new Date(moment));

export const momentOf = (moment: string): string =>
  new Intl.DateTimeFormat(language, {
    dateStyle: "long",
    timeStyle: "short",
    timeZone: zone,
  }).format(new Date(moment));

export const timeIn = (seconds: number): string =>
  new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(Date.now() + seconds * 1000);

/** Both ends of a period: months where it spans whole months, else days. ISO dates in. */
export function period(first: string, last: string): { first: string; last: string } {
  const whole = first.endsWith("-01") && isLastOfMonth(last);
  const format = new Intl.DateTimeFormat(language, {
    timeZone: "UTC",
    year: "numeric",
    month: "long",
    ...(whole ? {} : { day: "numeric" }),
  });
  return { first: format.format(new Date(first)), last: format.format(new Date(last)) };
}

function isLastOfMonth(date: string): boolean {
  const next = new Date(date);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.getUTCDate() === 1;
}
