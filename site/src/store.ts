/** What every page needs, loaded once: the index and the SWVs at the start, schools and postcodes when they are asked for. */
import { useEffect, useState } from "preact/hooks";
import { load } from "./load";
import { rows, type Areas, type Index, type Postcode, type School, type Swv } from "./types";
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

let finder: Promise<Finder> | undefined;

/** Schools and postcodes: a fifth of a megabyte on the way, so not before somebody searches or zooms in. */
export function loadFinder(): Promise<Finder> {
  finder ??= Promise.all([load("scholen"), load("postcodes")]).then(([schools, postcodes]) => ({
    schools: new Map(rows(schools).map((each) => [each.code, each])),
    postcodes: new Map(rows(postcodes).map((each) => [each.postcode4, each])),
  }));
  finder.catch(() => (finder = undefined));
  return finder;
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
