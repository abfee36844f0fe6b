/** Numbers, amounts and dates as people read them. A number that is only known between bounds is a range. */
import { language, t } from "./words";
import type { Bounds, Figure } from "./types";

export const locale = (): string => (language() === "nl" ? "nl-NL" : "en-GB");

export function number(value: number, decimals = 0): string {
  return value.toLocaleString(locale(), { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** "12", "1–4", or what says that nothing is known. */
export function range(low: number | null | undefined, high: number | null | undefined, decimals = 0, unit = ""): string {
  if (low == null || high == null) return t("unknown");
  const [a, b] = [number(low, decimals), number(high, decimals)];
  if (a === b) return a + unit;
  // two negative numbers with a dash between them cannot be read
  return low < 0 ? `${a} ${t("to")} ${b}${unit}` : `${a}–${b}${unit}`;
}

export function percent(low: number | null | undefined, high: number | null | undefined): string {
  if (low != null && high != null && saysNothing(high - low, 100)) return t("cannot_say");
  return range(low, high, 1, low == null ? "" : language() === "nl" ? " %" : "%");
}

export function euro(value: number, decimals = 0): string {
  return value.toLocaleString(locale(), {
    style: "currency", currency: "EUR", minimumFractionDigits: decimals, maximumFractionDigits: decimals,
  });
}

/** An amount, or the two that it lies between. */
export function euros(low: number | null, high: number | null, decimals = 2): string {
  if (low == null || high == null) return t("incomplete");
  return low === high ? euro(low, decimals) : `${euro(low, decimals)} ${t("to")} ${euro(high, decimals)}`;
}

export function kilometres(value: number | null): string {
  if (value == null) return t("unknown");
  return `${number(value, value < 10 ? 1 : 0)} km`;
}

/** Bytes as people read them. */
export function size(bytes: number | null): string {
  if (bytes == null) return t("unknown");
  return bytes < 1e6 ? `${number(Math.max(1, Math.round(bytes / 1e3)))} kB` : `${number(bytes / 1e6, bytes < 1e7 ? 1 : 0)} MB`;
}

export function day(iso: string | null | undefined): string {
  if (!iso) return t("unknown");
  return new Date(`${iso.slice(0, 10)}T12:00:00`).toLocaleDateString(locale(), { day: "numeric", month: "long", year: "numeric" });
}

export function month(iso: string): string {
  return new Date(`${iso.slice(0, 10)}T12:00:00`).toLocaleDateString(locale(), { month: "long", year: "numeric" });
}

/** Since when something holds, as well as that is known: since a day, at least since it, or since one between two days. */
export function since(first: string | null, exact: boolean, after: string | null): string {
  if (after) return t("since_between", { after: day(after), day: day(first) });
  return t(exact ? "since" : "since_least", { day: day(first) });
}

/** The same of a link, of which a row says how its first day is known. */
export function linkedSince(ground: string, first: string, after: string | null): string {
  return since(first, ground !== "eerst gezien", after);
}

/** A place in a list of `n`; that it may be nearly any says nothing. */
export function rankOf(places: Bounds | undefined, n: number): string {
  if (!places) return t("unknown");
  return saysNothing(places[1] - places[0], n - 1) ? t("cannot_say") : range(...places);
}

/** Whether bounds lie so far apart that they leave open nearly all of what is possible. */
export function saysNothing(width: number, possible: number): boolean {
  return possible > 2 && width > possible / 2;
}

/** A figure's value in its own unit. */
export function figureValue(figure: Figure, bounds: readonly [number, number] | undefined): string {
  if (!bounds) return t("unknown");
  if (figure.kind === "percent") return percent(...bounds);
  if (figure.kind === "euro") return euros(...bounds, 0);
  return range(...bounds);
}
