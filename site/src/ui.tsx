/** Small things that pages share. */
import type { AriaRole, ComponentChildren, JSX, RefObject } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { save, toCsv } from "./csv";
import { fold } from "./finding";
import { translated } from "./reasons";
import { address, opened, read, sortBy } from "./route";
import { nameOf, type Base, type Loaded } from "./store";
import type { Cell, School } from "./types";
import { month } from "./format";
import { kind, language, t, tMaybe } from "./words";
import { SHAPES } from "./shapes";

/** Words of a registry or a table, which are Dutch in both languages. */
export function Dutch({ children }: { children: ComponentChildren }): JSX.Element {
  return language() === "nl" ? <>{children}</> : <span lang="nl">{children}</span>;
}

/** A section that is closed until its reader opens it, which the address keeps. */
export function Details({ name, kind: look, summary, children }: { name: string; kind?: string; summary: ComponentChildren; children: ComponentChildren }): JSX.Element {
  const id = named(name);
  const [open, setOpen] = useState(() => read(location.hash).open.includes(id));
  const turn = (now: boolean) => {
    if (now === open) return;
    setOpen(now);
    opened(id, now);
  };
  return (
    <details class={look} open={open} onToggle={(event) => turn(event.currentTarget.open)}>
      <summary>{summary}</summary>
      {children}
    </details>
  );
}

/** A text as a name in an address or of a file. */
function named(text: string): string {
  return fold(text).replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 60);
}

/** Why something is not known, in the reader's language where it has words for it. */
export function Reason({ children }: { children: string | null }): JSX.Element {
  const told = children && translated(children);
  return told ? <>{told}</> : <Dutch>{children}</Dutch>;
}

export function Note({ children }: { children: ComponentChildren }): JSX.Element {
  return <p class="note">{children}</p>;
}

/** What is shown while something is on its way, and when it did not come. */
export function Waiting({ loaded }: { loaded: Loaded<unknown> }): JSX.Element {
  if (loaded && "failed" in loaded) return <p class="note failed" role="alert">{t("failed", { what: loaded.failed })}</p>;
  return <p class="note" role="status">{t("loading")}</p>;
}

/** A line where a page rests on registries that are older than they should be. */
export function Age({ base, of }: { base: Base; of: string[] }): JSX.Element | null {
  const old = of.flatMap((each) => (base.index.old[each] ? [[each, base.index.old[each]!] as const] : []));
  if (!old.length) return null;
  const told = old.map(([name, date]) => t("age_of", { what: tMaybe("source_", name), month: month(date) }));
  return <p class="age" role="note">{told.join("; ")}. {t("age_newer")}</p>;
}

export function SwvLink({ base, code, sectors = false }: { base: Base; code: string; sectors?: boolean }): JSX.Element {
  const swv = base.swvs.get(code);
  if (!swv) return <Dutch>{code}</Dutch>;
  return (
    <a href={address(["swv", code], { sector: swv.sector })} class="swv-link">
      <span class="code">{code}</span> {nameOf(swv)}{sectors ? ` (${swv.sector.toLowerCase()})` : ""}
    </a>
  );
}

export function SchoolLink({ schools, code }: { schools: Map<string, School> | undefined; code: string }): JSX.Element {
  const school = schools?.get(code);
  return (
    <>
      <a href={address(["vestiging", code])}>{school?.naam ?? code}</a>
      {school?.plaats && <span class="aside"> {titled(school.plaats)}</span>}
    </>
  );
}

export function Mark({ soort }: { soort: string }): JSX.Element {
  return (
    <svg class="mark" viewBox="-7 -7 14 14" width="14" height="14" aria-hidden="true" style={{ fill: `var(--kind-${soort})` }}>
      <path d={SHAPES[soort] ?? SHAPES["BO"]} />
    </svg>
  );
}

export function KindLabel({ soort }: { soort: string }): JSX.Element {
  return <span class="kind-label"><Mark soort={soort} /> {kind(soort)}</span>;
}

/** An address that a browser can open; a register's column also holds telephone numbers. */
export function website(written: string | null): string | null {
  const found = written?.trim().replace(/^https?:\/\//i, "") ?? "";
  return /^[\w-]+(\.[\w-]+)+(\/\S*)?$/.test(found) && /[a-z]/i.test(found) ? `https://${found}` : null;
}

export interface Column<Row> {
  head: string;
  cell: (row: Row) => ComponentChildren;
  numeric?: boolean;
  /** what the column sorts by; without it, it does not */
  by?: (row: Row) => string | number | null;
  rowHead?: boolean;
  /** left out on a phone */
  minor?: boolean;
}

interface TableProps<Row> {
  /** the name of a table whose order stands in the address */
  name?: string;
  caption: string;
  hideCaption?: boolean;
  columns: Column<Row>[];
  rows: Row[];
  sorted?: { column: number; down: boolean };
  max?: number;
  current?: (row: Row) => boolean;
  /** what a file of the table has of a row; all that the page knows of it, where nothing is said */
  record?: (row: Row) => Record<string, Cell>;
}

// what a column needs at least to be read, in pixels
const TEXT = 118;
const NUMBER = 74;

/** A table with a caption, whose columns can be sorted; where its place is too narrow, a card for each row. */
export function Table<Row extends object>({ name, caption, hideCaption, columns, rows, sorted, max, current, record }: TableProps<Row>): JSX.Element {
  const id = useId();
  const [order, setOrder] = useState(() => (name && orderIn(read(location.hash).order[name])) || sorted);
  const [all, setAll] = useState(false);
  const { place, stacked } = useStacked(columns.reduce((sum, column) => sum + (column.numeric ? NUMBER : TEXT), 0));
  const by = order && columns[order.column]?.by;
  const ordered = by ? [...rows].sort((a, b) => compared(by(a), by(b), order.down)) : rows;
  const shown = max && !all ? ordered.slice(0, max) : ordered;
  const role = (name: AriaRole) => (stacked ? { role: name } : {});
  const sort = (index: number) => {
    const down = order?.column === index ? !order.down : Boolean(columns[index]?.numeric);
    setOrder({ column: index, down });
    if (name) sortBy(name, `${index}${down ? "-" : ""}`);
  };
  const sortable = columns.map((column, index) => ({ column, index })).filter(({ column }) => column.by);
  return (
    <div class={stacked ? "scroll stacked" : "scroll"} ref={place}>
      {stacked && sortable.length > 1 && rows.length > 2 && (
        <p class="sort-by">
          <label for={`${id}-sort`}>{t("sort_by")}</label>
          <select id={`${id}-sort`} value={String(order?.column ?? "")} onChange={(event) => sort(Number(event.currentTarget.value))}>
            {!order && <option value="">{t("sort_as_given")}</option>}
            {sortable.map(({ column, index }) => <option value={String(index)}>{column.head}</option>)}
          </select>
        </p>
      )}
      <table {...role("table")}>
        <caption class={hideCaption ? "hidden" : ""}>{caption}</caption>
        <thead {...role("rowgroup")}>
          <tr {...role("row")}>
            {columns.map((column, index) => (
              <th scope="col" class={look(column)} {...role("columnheader")}
                aria-sort={order?.column === index ? (order.down ? "descending" : "ascending") : undefined}>
                {column.by && !stacked
                  ? <button type="button" class="sort" onClick={() => sort(index)}>{column.head}<span aria-hidden="true" class="arrow" /></button>
                  : column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody {...role("rowgroup")}>
          {shown.map((row) => (
            <tr class={current?.(row) ? "current" : ""} {...role("row")}>
              {columns.map((column) => column.rowHead
                ? <th scope="row" {...role("rowheader")}>{column.cell(row)}</th>
                : <td class={look(column)} data-head={column.head} {...role("cell")}><span class="cell">{column.cell(row)}</span></td>)}
            </tr>
          ))}
        </tbody>
      </table>
      <p class="under">
        {max && rows.length > max && (
          <button type="button" class="more" aria-expanded={all} onClick={() => setAll(!all)}>{all ? t("show_fewer") : t("show_all", { n: rows.length })}</button>
        )}
        {rows.length > 0 && (
          <button type="button" class="save" onClick={() => saveRows(caption, ordered.map(record ?? plain))}>
            {t("download_excel")}<span class="hidden">: {caption}</span>
          </button>
        )}
      </p>
    </div>
  );
}

function orderIn(written: string | undefined): { column: number; down: boolean } | undefined {
  const found = written?.match(/^(\d+)(-?)$/);
  return found ? { column: Number(found[1]), down: found[2] === "-" } : undefined;
}

/** Whether a table has too little room: as soon as something of it would be cut, until there is room for all of it again. */
function useStacked(least: number): { place: RefObject<HTMLDivElement | null>; stacked: boolean } {
  const place = useRef<HTMLDivElement>(null);
  const needed = useRef(least);
  const [stacked, setStacked] = useState(false);
  useLayoutEffect(() => {
    const element = place.current;
    const table = element?.querySelector("table");
    if (!element || !table) return;
    const measure = () => {
      const room = element.clientWidth;
      if (!room) return;
      if (!element.classList.contains("stacked")) needed.current = Math.max(least, table.scrollWidth > room + 1 ? table.scrollWidth : 0);
      setStacked(room < needed.current);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    observer.observe(table);
    return () => observer.disconnect();
  }, [least]);
  return { place, stacked };
}

/** A row as its data file has it, without what is no value. */
function plain(row: object): Record<string, Cell> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value === null || typeof value !== "object"));
}

function saveRows(caption: string, records: Record<string, Cell>[]): void {
  const columns = [...new Set(records.flatMap((each) => Object.keys(each)))];
  save(`${named(caption) || "tabel"}.csv`, toCsv(columns, records.map((each) => columns.map((column) => each[column] ?? null)), "excel"));
}

function look(column: { numeric?: boolean; minor?: boolean }): string {
  return [column.numeric && "numeric", column.minor && "minor"].filter(Boolean).join(" ");
}

/** What is not known comes last, whichever way is up. */
function compared(a: string | number | null, b: string | number | null, down: boolean): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const order = typeof a === "string" && typeof b === "string" ? a.localeCompare(b, "nl") : a < b ? -1 : a > b ? 1 : 0;
  return down ? -order : order;
}

/** A register writes places in capitals. */
export function titled(place: string): string {
  if (place !== place.toUpperCase()) return place;
  return place.toLowerCase().replace(/(^|[\s-])(ij|\p{L})/gu, (_, before: string, first: string) => before + first.toUpperCase())
    .replace(/^'S /, "'s-").replace(/ (Aan|Op|De|Den|Der|Het|Van|Bij|In|Ten|Ter|En)(?= )/g, (word) => word.toLowerCase());
}
