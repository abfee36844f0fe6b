/** Finding: what somebody types, among postcodes, places, schools and SWVs. */
import type { Postcode, School, Swv } from "./types";

export interface Found {
  type: "postcode" | "place" | "gemeente" | "school" | "swv";
  label: string;
  detail: string;
  path: string[];
}

interface Entry extends Found {
  /** what is compared, folded */
  text: string;
  /** what decides between equals: a place with many postcodes comes first */
  weight: number;
}

const LIMIT = 8;

export function makeSearch(swvs: Swv[], postcodes: Postcode[], schools: School[]): (typed: string) => Found[] {
  const entries = [...swvEntries(swvs), ...placeEntries(postcodes), ...schoolEntries(schools)];
  const byPostcode = new Map(postcodes.map((each) => [each.postcode4, each]));
  const codes = [...byPostcode.keys()];
  return (typed) => {
    const asked = fold(typed);
    if (asked.length < 2) return [];
    const digits = asked.match(/^(\d{2,4})(?: ?[a-z]{0,2})?$/);
    if (digits) {
      const wanted = digits[1] ?? "";
      const found = codes.filter((code) => code.startsWith(wanted)).slice(0, wanted.length === 4 ? 1 : LIMIT);
      const brin = /[a-z]/.test(asked) || wanted.length < 3 ? matches(entries, asked) : [];
      return [...found.map((code) => postcodeFound(byPostcode.get(code)!)), ...brin].slice(0, LIMIT);
    }
    return matches(entries, asked);
  };
}

/** What begins with the words comes before what holds them. */
function matches(entries: Entry[], asked: string): Found[] {
  const scored: [number, Entry][] = [];
  for (const entry of entries) {
    const at = entry.text.indexOf(asked);
    if (at < 0) continue;
    const begins = at === 0 ? 3 : entry.text[at - 1] === " " ? 2 : 1;
    const whole = entry.text === asked || entry.text.startsWith(`${asked} `) ? 1 : 0;
    scored.push([begins * 10 + whole * 5 + Math.min(entry.weight, 4), entry]);
  }
  return scored.sort((a, b) => b[0] - a[0] || (a[1].label < b[1].label ? -1 : 1)).slice(0, LIMIT).map(([, entry]) => entry);
}

export function fold(text: string): string {
  return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/['’`.,-]/g, " ").replace(/\s+/g, " ").trim();
}

function postcodeFound(each: Postcode): Found {
  return { type: "postcode", label: each.postcode4, detail: [each.plaats, each.gemeente].filter(unique).join(", "), path: ["postcode", each.postcode4] };
}

function swvEntries(swvs: Swv[]): Entry[] {
  return swvs.map((each) => ({
    type: "swv", label: each.naam ?? (each.gemeenten.slice(0, 3).join(", ") || each.code), detail: `${each.code} · ${each.gemeenten.slice(0, 3).join(", ")}`,
    path: ["swv", each.code], text: fold(`${each.code} ${each.naam ?? ""}`), weight: 2,
  }));
}

/** Places and gemeenten; of a gemeente with the name of a place only the place, which shows the same. */
function placeEntries(postcodes: Postcode[]): Entry[] {
  const found = new Map<string, { type: "place" | "gemeente"; name: string; count: number; gemeente: string }>();
  for (const each of postcodes) {
    for (const [type, name] of [["place", each.plaats], ["gemeente", each.gemeente]] as const) {
      if (!name || (type === "gemeente" && name === each.plaats)) continue;
      const known = found.get(fold(name));
      if (known) known.count += 1;
      else found.set(fold(name), { type, name, count: 1, gemeente: each.gemeente ?? "" });
    }
  }
  return [...found].map(([text, each]) => ({
    type: each.type, label: each.name, detail: each.type === "place" && each.gemeente !== each.name ? each.gemeente : "",
    path: ["plaats", each.name], text, weight: 2 + Math.log10(each.count),
  }));
}

function schoolEntries(schools: School[]): Entry[] {
  return schools.map((each) => ({
    type: "school", label: each.naam, detail: [each.plaats, each.code].filter(Boolean).join(" · "),
    path: ["vestiging", each.code], text: fold(`${each.naam} ${each.code}`), weight: 0,
  }));
}

function unique<T>(value: T, index: number, all: T[]): boolean {
  return Boolean(value) && all.indexOf(value) === index;
}
