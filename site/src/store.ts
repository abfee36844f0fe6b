/** What every page needs, loaded once: the index and the SWVs at the start, schools and postcodes when they are asked for. */
import { useEffect, useState } from "preact/hooks";
import { load } from "./load";
import { rows, type Area, type Areas, type Closed, type Index, type Postcode, type School, type Sector, type Swv } from "./types";
import { t } from "./words";

export interface Base {
  index: Index;
  swvs: Map<string, Swv>;
  areas: Areas;
}

export interface Finder {
  schools: Map<string, School>;
  postcodes: Map<string, Postcode>;
}

export async function loadBase(): Promise<Base> {
  const [index, swvs, areas] = await Promise.all([load("index"), load("samenwerkingsverbanden"), load("gebieden")]);
  return { index, swvs: new Map(rows(swvs).map((each) => [each.code, each])), areas };
}

/** The postcodes: 60 kB on the way; the places on the map, and the half of what is searched. */
export function loadPostcodes(): Promise<Finder["postcodes"]> {
  postcodes ??= load("postcodes").then((found) => new Map(rows(found).map((each) => [each.postcode4, each])));
  postcodes.catch(() => (postcodes = undefined));
  return postcodes;
}

let postcodes: Promise<Finder["postcodes"]> | undefined;
let finder: Promise<Finder> | undefined;

/** Schools too: a fifth of a megabyte on the way, so not before somebody searches, zooms in or opens a page. */
export function loadFinder(): Promise<Finder> {
  finder ??= Promise.all([load("scholen"), loadPostcodes()]).then(([schools, found]) => ({
    schools: new Map(rows(schools).map((each) => [each.code, each])),
    postcodes: found,
  }));
  finder.catch(() => (finder = undefined));
  return finder;
}

/** Locations that have closed, which nobody asks for but who searches. */
export async function loadClosed(): Promise<Map<string, Closed>> {
  return new Map(rows(await load("gesloten")).map((each) => [each.code, each]));
}

export type Loaded<T> = { value: T } | { failed: string } | null;

/** The outcome of a promise, null until there is one. `key` names what is loaded: another key loads again. */
export function useLoaded<T>(key: string, promise: () => Promise<T>): Loaded<T> {
  const [state, set] = useState<{ key: string; loaded: Loaded<T> }>({ key: "", loaded: null });
  useEffect(() => {
    let current = true;
    promise().then(
      (value) => current && set({ key, loaded: { value } }),
      (error: Error) => current && set({ key, loaded: { failed: error.message } }),
    );
    return () => void (current = false);
  }, [key]);
  return state.key === key ? state.loaded : null;
}

export function valueOf<T>(loaded: Loaded<T>): T | null {
  return loaded && "value" in loaded ? loaded.value : null;
}

/** What the map is of: a year of the figure, with its 1 October, or without one the day of now; and the day of its regions. */
export interface Moment {
  year: number | null;
  day: string;
  /** later than the day where no region is known as early as that: then the first that are */
  regions: string;
}

/** The moment for a year; on the page of an SWV that had no area by then, the last one at which it had. */
export function momentOf(base: Base, sector: Sector, years: number[], chosen: number | null, code: string | null): Moment {
  const first = codesOf(base, sector).map((each) => base.areas.areas[each]![0]![0]).sort()[0] ?? "";
  const at = (year: number | null, day: string): Moment => ({ year, day, regions: first > day ? first : day });
  const of = (year: number): Moment => at(year, `${year}-10-01`);
  const preferred = chosen && years.includes(chosen) ? chosen : years.at(-1);
  const moment = preferred === undefined ? at(null, base.areas.today) : of(preferred);
  const last = code ? base.areas.areas[code]?.at(-1) : undefined;
  if (!code || !last || areaOn(base, code, moment.regions)) return moment;
  const [from, until] = last;
  return years.map(of).filter((each) => areaOn(base, code, each.regions)).at(-1) ?? at(null, until ? dayBefore(until) : from);
}

function dayBefore(day: string): string {
  return new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
}

function holds(from: string | null, until: string | null, day: string): boolean {
  return (from ?? "") <= day && (until === null || until > day);
}

/** The SWVs of a sector that have an area, on whichever day. */
function codesOf(base: Base, sector: Sector): string[] {
  return Object.keys(base.areas.areas).filter((code) => base.swvs.get(code)?.sector === sector);
}

function areaOn(base: Base, code: string, day: string): Area | undefined {
  return base.areas.areas[code]?.find(([from, until]) => holds(from, until, day))?.[2];
}

/** The SWVs of a sector at a moment: those that stand by their register, or have a region. */
export function swvsAt(base: Base, sector: Sector, { day }: Moment): Swv[] {
  const stands = (swv: Swv): boolean => holds(swv.begindatum, swv.einddatum, day) || areaOn(base, swv.code, day) !== undefined;
  return [...base.swvs.values()].filter((each) => each.sector === sector && (day === base.areas.today ? each.nu : stands(each)));
}

export function areasAt(base: Base, sector: Sector, { regions }: Moment): Map<string, Area> {
  const found = codesOf(base, sector).map((code) => [code, areaOn(base, code, regions)] as const);
  return new Map(found.filter((each): each is [string, Area] => each[1] !== undefined));
}

/** The name of an SWV as people may know it: its own, or the gemeenten it begins with. */
export function nameOf(swv: Swv): string {
  if (swv.naam) return swv.naam;
  if (swv.landelijk) return t("nationwide");
  return regionOf(swv, 2);
}

export function regionOf(swv: Swv, shown = 3): string {
  if (swv.landelijk) return t("nationwide");
  const rest = swv.gemeenten.length - shown;
  const names = swv.gemeenten.slice(0, shown).join(", ");
  if (rest <= 0) return names;
  return rest === 1 ? t("and_one", { names }) : t("and_more", { names, n: rest });
}
