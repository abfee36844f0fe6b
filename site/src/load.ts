/** The site's data files: scripts that hand their JSON to `passend`, for a page opened from disk may not read a file. */
import type { Plots } from "./plots";
import type { Files, Page, PageKind, TableRows } from "./types";
import type { Workbooks } from "./workbook";

declare global {
  interface Window {
    passend: (name: string, value: unknown) => void;
  }
}

const arrived = new Map<string, unknown>();
const asked = new Map<string, Promise<unknown>>();
const release = document.documentElement.dataset["release"] ?? "";

window.passend = (name, value) => arrived.set(name, value);

/** What draws charts. */
export function loadPlots(): Promise<Plots> {
  return script("plots", "plots.js") as Promise<Plots>;
}

/** What makes workbooks. */
export function loadWorkbooks(): Promise<Workbooks> {
  return script("workbook", "workbook.js") as Promise<Workbooks>;
}

function script(name: string, file = `data/${name}.js`): Promise<unknown> {
  const found = asked.get(name);
  if (found) return found;
  const promise = new Promise((resolve, reject) => {
    const element = document.createElement("script");
    // with the release in the address a browser never shows the data of another release
    element.src = `${file}?${encodeURIComponent(release)}`;
    element.onload = () => (arrived.has(name) ? resolve(arrived.get(name)) : reject(new Error(name)));
    element.onerror = () => {
      asked.delete(name);
      reject(new Error(name));
    };
    document.head.append(element);
  });
  asked.set(name, promise);
  return promise;
}

/** One of the files that are read in one piece. */
export function load<Name extends keyof Files>(name: Name): Promise<Files[Name]> {
  return script(name) as Promise<Files[Name]>;
}

/** The values of one figure: per SWV and year the least and the greatest. */
export function loadFigure(id: string): Promise<Record<string, Record<string, [number, number]>>> {
  return script(`cijfer/${id}`) as Promise<Record<string, Record<string, [number, number]>>>;
}

/** The rows of one SWV, table by table. */
export function loadRows(swv: string): Promise<TableRows> {
  return script(`rijen/${swv}`) as Promise<TableRows>;
}

const CHUNK = { swv: 6, vestiging: 2, postcode: 2 } as const;

/** The sections of one page, as objects; null when there is no such page. */
export async function loadPage<Kind extends PageKind>(kind: Kind, key: string): Promise<Page<Kind> | null> {
  const file = (await script(`${kind}/${key.slice(0, CHUNK[kind])}`).catch(() => null)) as Packed | null;
  const rows = file?.pages[key];
  if (!file || !rows) return null;
  const sections = Object.entries(file.columns).map(([section, columns]) => [
    section,
    (rows[section] ?? []).map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]]))),
  ]);
  return Object.fromEntries(sections) as Page<Kind>;
}

interface Packed {
  columns: Record<string, string[]>;
  pages: Record<string, Record<string, unknown[][]>>;
}
