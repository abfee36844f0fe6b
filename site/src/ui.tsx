/** Small things that pages share. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { address } from "./route";
import { nameOf, type Base, type Loaded } from "./store";
import type { School } from "./types";
import { kind, language, t } from "./words";
import { SHAPES } from "./shapes";

/** Words of a registry or a table, which are Dutch in both languages. */
export function Dutch({ children }: { children: ComponentChildren }): JSX.Element {
  return language() === "nl" ? <>{children}</> : <span lang="nl">{children}</span>;
}

export function Note({ children }: { children: ComponentChildren }): JSX.Element {
  return <p class="note">{children}</p>;
}

/** What is shown while something is on its way, and when it did not come. */
export function Waiting({ loaded }: { loaded: Loaded<unknown> }): JSX.Element {
  if (loaded && "failed" in loaded) return <p class="note failed" role="alert">{t("failed", { what: loaded.failed })}</p>;
  return <p class="note" role="status">{t("loading")}</p>;
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

/** A table with a caption, whose columns can be sorted, and that scrolls sideways by itself where it is wider than the screen. */
export function Table<Row>({ caption, hideCaption, columns, rows, sorted, max, current }: {
  caption: string; hideCaption?: boolean; columns: Column<Row>[]; rows: Row[]; sorted?: { column: number; down: boolean };
  max?: number; current?: (row: Row) => boolean;
}): JSX.Element {
  const [order, setOrder] = useState(sorted);
  const [all, setAll] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const [wide, setWide] = useState(false);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    // only what scrolls is a stop for the keyboard
    const observer = new ResizeObserver(() => setWide(element.scrollWidth > element.clientWidth + 1));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const by = order && columns[order.column]?.by;
  const ordered = by ? [...rows].sort((a, b) => compared(by(a), by(b), order.down)) : rows;
  const shown = max && !all ? ordered.slice(0, max) : ordered;
  return (
    <div class="scroll" ref={place} tabIndex={wide ? 0 : undefined} role="group" aria-label={caption}>
      <table>
        <caption class={hideCaption ? "hidden" : ""}>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column, index) => (
              <th scope="col" class={look(column)}
                aria-sort={order?.column === index ? (order.down ? "descending" : "ascending") : undefined}>
                {column.by
                  ? <button type="button" class="sort" onClick={() => setOrder({ column: index, down: order?.column === index ? !order.down : Boolean(column.numeric) })}>{column.head}<span aria-hidden="true" class="arrow" /></button>
                  : column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr class={current?.(row) ? "current" : ""}>
              {columns.map((column) => column.rowHead
                ? <th scope="row">{column.cell(row)}</th>
                : <td class={look(column)}>{column.cell(row)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
      {max && rows.length > max && (
        <button type="button" class="more" aria-expanded={all} onClick={() => setAll(!all)}>{all ? t("show_fewer") : t("show_all", { n: rows.length })}</button>
      )}
    </div>
  );
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
