/** Where the reader is: the path after `#`, and what the map shows, which stands in the address so that it can be shared. */
import { useEffect, useState } from "preact/hooks";
import type { Sector } from "./types";

export interface Place {
  path: string[];
  sector: Sector;
  figure: string | null;
  year: number | null;
  /** how tables of the page are sorted: the name of each, with its column, and a minus where the greatest is first */
  order: Record<string, string>;
  /** which sections of the page are open, where they are closed at first */
  open: string[];
  /** kinds of school that the map leaves out */
  without: string[];
}

export function read(hash: string): Place {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const asked = new URLSearchParams(query);
  return {
    path: path.split("/").filter(Boolean).map(decoded),
    sector: asked.get("sector") === "VO" ? "VO" : "PO",
    figure: asked.get("cijfer"),
    year: Number(asked.get("jaar")) || null,
    order: Object.fromEntries((asked.get("orde") ?? "").split(",").filter(Boolean).map((each) => each.split("."))),
    open: asked.get("open")?.split(",").filter(Boolean) ?? [],
    without: asked.get("zonder")?.split(",").filter(Boolean) ?? [],
  };
}

/** An address, with what the map shows carried along. */
export function address(path: string[], shows: Partial<Place> = {}): string {
  const here = read(location.hash);
  const now = { ...here, ...shows };
  const query = new URLSearchParams();
  if (now.sector === "VO") query.set("sector", now.sector);
  if (now.figure) query.set("cijfer", now.figure);
  if (now.year) query.set("jaar", String(now.year));
  if (now.without.length) query.set("zonder", now.without.join(","));
  // another page has other tables and sections
  const same = path.join("/") === here.path.join("/");
  if (same && now.open.length) query.set("open", now.open.join(","));
  const order = same ? Object.entries(now.order).map((each) => each.join(".")).join(",") : "";
  if (order) query.set("orde", order);
  const tail = query.toString();
  return `#/${path.map(encodeURIComponent).join("/")}${tail ? `?${tail}` : ""}`;
}

export function go(path: string[], shows: Partial<Place> = {}): void {
  location.hash = address(path, shows);
}

/** Keep in the address how a table is sorted. */
export function sortBy(table: string, order: string): void {
  keep({ order: { ...read(location.hash).order, [table]: order } });
}

/** Keep in the address whether a section is open. */
export function opened(section: string, open: boolean): void {
  const others = read(location.hash).open.filter((each) => each !== section);
  keep({ open: open ? [...others, section] : others });
}

/** Without a step in the history. */
function keep(shows: Partial<Place>): void {
  history.replaceState(history.state, "", address(read(location.hash).path, shows));
}

export function usePlace(): Place {
  const [place, set] = useState(() => read(location.hash));
  useEffect(() => {
    const changed = () => set(read(location.hash));
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return place;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
