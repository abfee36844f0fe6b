/** Finding: what somebody types, among postcodes, places, schools and SWVs. */
import { kindsMeant } from "./kindwords";
import type { Closed, Postcode, School, Swv } from "./types";
import { within } from "./typos";
import type { Word } from "./words";

export interface Found {
  type: "postcode" | "place" | "gemeente" | "school" | "closed" | "swv";
  label: string;
  detail: string;
  path: string[];
}

export interface Finding {
  found: Found[];
  /** a sentence about what was typed: why nothing is found, or what to know of what is */
  note: { word: Word; values: Record<string, string> } | null;
  /** what was likely meant, where nothing has the words that were typed */
  meant: string | null;
}

interface Entry extends Found {
  /** what is compared, folded */
  text: string;
  /** the folded name by itself */
  name: string;
  /** what decides between equals: a place with many postcodes comes first */
  weight: number;
}

const LIMIT = 8;
const NOTHING: Finding = { found: [], note: null, meant: null };
/** What people call a place, and what the registries call it. */
const SYNONYMS: readonly (readonly string[])[] = [
  ["den bosch", "s hertogenbosch"], ["den haag", "s gravenhage", "the hague"], ["sint oedenrode", "st oedenrode"], ["mokum", "amsterdam"],
  ["leeuwarden", "ljouwert"], ["sneek", "snits"],
];

export function makeSearch(swvs: Swv[], postcodes: Postcode[], schools: School[], closed: Closed[] = []): (typed: string) => Finding {
  const entries = [...swvEntries(swvs), ...placeEntries(postcodes), ...schoolEntries(schools)];
  const gone = closed.map(closedEntry);
  const byPostcode = new Map(postcodes.map((each) => [each.postcode4, each]));
  return (typed) => {
    const asked = fold(typed);
    if (asked.length < 2) return NOTHING;
    const close = asked.replaceAll(" ", "");
    if (/^(po|vo)\d{1,4}$/.test(close)) return plainly(entries.filter((each) => each.type === "swv" && each.text.startsWith(close)));
    if (/^\d{4}([a-z]{1,2})?$/.test(close)) return ofPostcode(byPostcode.get(close.slice(0, 4)), close.slice(0, 4));
    const begun = /^\d{2,3}$/.test(close) ? [...byPostcode.keys()].filter((code) => code.startsWith(close)).map((code) => postcodeFound(byPostcode.get(code)!)) : [];
    const kinds = kindsMeant(asked);
    const named = unique([...begun, ...called(asked).flatMap((each) => matches(entries, each))]);
    if (kinds && named.every((each) => each.type === "school")) return ofKinds(kinds, schools, named);
    const found = unique([...named, ...matches(gone, asked)]).slice(0, LIMIT);
    return found.length ? plainly(found) : guessed(entries, asked);
  };
}

function plainly(found: Found[]): Finding {
  return { ...NOTHING, found: found.slice(0, LIMIT) };
}

function ofPostcode(postcode: Postcode | undefined, code: string): Finding {
  if (!postcode) return { ...NOTHING, note: { word: "not_found_postcode", values: { what: code } } };
  const note = postcode.adressoort === "Postbus" ? { word: "postcode_boxes" as const, values: { what: code } } : null;
  return { ...NOTHING, found: [postcodeFound(postcode)], note };
}

/** Special schools of some kind, in a place where one is named. */
function ofKinds({ fits, place, word }: NonNullable<ReturnType<typeof kindsMeant>>, schools: School[], named: Found[]): Finding {
  const wanted = called(place);
  const there = schools.filter((each) => fits(each) && (!place || wanted.some((name) => fold(each.plaats ?? "").startsWith(name))));
  const found = unique([...there.map(schoolEntry), ...named]).slice(0, LIMIT);
  if (found.length && place) return { ...NOTHING, found };
  return { ...NOTHING, found, note: { word: found.length ? "search_add_place" : word, values: {} } };
}

/** What looks like what was typed: at most two letters differ, one in a short word. */
function guessed(entries: Entry[], asked: string): Finding {
  const most = asked.length < 6 ? 1 : 2;
  const found = asked.length < 4 ? [] : entries
    .flatMap((entry) => {
      const far = Math.min(within(asked, entry.name, most), within(asked, entry.name.slice(0, asked.length), most - 1));
      return far <= most ? [{ entry, far }] : [];
    })
    .sort((a, b) => a.far - b.far || b.entry.weight - a.entry.weight || (a.entry.label < b.entry.label ? -1 : 1))
    .slice(0, LIMIT).map(({ entry }) => entry);
  return { found, meant: found[0]?.label ?? null, note: found.length ? null : { word: "search_none", values: {} } };
}

/** The names that a place may have, the one that was typed first. */
function called(asked: string): string[] {
  const others = SYNONYMS.filter((names) => names.some((name) => name.startsWith(asked) || asked.startsWith(`${name} `) || name === asked))
    .flatMap((names) => names.flatMap((name) => (asked.startsWith(name) || name.startsWith(asked) ? names : [])));
  return [...new Set([asked, ...others])];
}

/** What begins with the words comes before what holds them, one after the other or each somewhere. */
function matches(entries: Entry[], asked: string): Entry[] {
  const words = asked.split(" ");
  const scored: [number, Entry][] = [];
  for (const entry of entries) {
    const at = entry.text.indexOf(asked);
    if (at < 0 && !words.every((word) => entry.text.includes(word))) continue;
    const begins = at === 0 ? 3 : at > 0 && entry.text[at - 1] === " " ? 2 : at > 0 ? 1 : 0;
    const whole = at === 0 && (entry.name === asked || entry.text.startsWith(`${asked} `)) ? 1 : 0;
    scored.push([begins * 10 + whole * 5 + Math.min(entry.weight, 4), entry]);
  }
  return scored.sort((a, b) => b[0] - a[0] || (a[1].label < b[1].label ? -1 : 1)).slice(0, LIMIT).map(([, entry]) => entry);
}

export function fold(text: string): string {
  return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/['’`.,-]/g, " ").replace(/\s+/g, " ").trim();
}

function postcodeFound(each: Postcode): Found {
  return { type: "postcode", label: each.postcode4, detail: [each.plaats, each.gemeente].filter(distinct).join(", "), path: ["postcode", each.postcode4] };
}

function swvEntries(swvs: Swv[]): Entry[] {
  return swvs.map((each) => ({
    type: "swv", label: each.naam ?? (each.gemeenten.slice(0, 3).join(", ") || each.code), detail: `${each.code} · ${each.gemeenten.slice(0, 3).join(", ")}`,
    path: ["swv", each.code], text: fold(`${each.code} ${each.naam ?? ""}`), name: fold(each.naam ?? each.code), weight: 2,
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
    path: ["plaats", each.name], text, name: text, weight: 2 + Math.log10(each.count),
  }));
}

function schoolEntries(schools: School[]): Entry[] {
  return schools.map(schoolEntry);
}

function schoolEntry(each: School): Entry {
  return {
    type: "school", label: each.naam, detail: [each.plaats, each.code].filter(Boolean).join(" · "),
    path: ["vestiging", each.code], text: fold(`${each.naam} ${each.code} ${each.plaats ?? ""}`), name: fold(each.naam), weight: 0,
  };
}

function closedEntry(each: Closed): Entry {
  return {
    type: "closed", label: each.naam, detail: [each.plaats, each.code].filter(Boolean).join(" · "),
    path: ["vestiging", each.code], text: fold(`${each.naam} ${each.code} ${each.plaats ?? ""}`), name: fold(each.naam), weight: 0,
  };
}

function unique(found: Found[]): Found[] {
  const seen = new Map<string, Found>();
  for (const each of found) {
    const key = each.path.join("/");
    if (!seen.has(key)) seen.set(key, each);
  }
  return [...seen.values()];
}

function distinct<T>(value: T, index: number, all: T[]): boolean {
  return Boolean(value) && all.indexOf(value) === index;
}
