/** Plots, each with its numbers in a table behind it. */
import type { Markish } from "@observablehq/plot";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { number, range } from "./format";
import { loadPlots } from "./load";
import type { Plots } from "./plots";
import { Details } from "./ui";
import { t } from "./words";

export interface Year {
  jaar: number;
  ondergrens: number;
  bovengrens: number;
  /** What the number counts; a line never goes from one way of counting to another. */
  telwijze?: string | null;
}

/** Years by the unbroken piece they are in: a year that is missing, or one that is counted in another way, begins a new one. */
function pieces(years: Year[]): (Year & { piece: number })[] {
  let piece = 0;
  return years.map((each, place) => {
    const before = years[place - 1];
    if (before && (each.jaar !== before.jaar + 1 || each.telwijze !== before.telwijze)) piece += 1;
    return { ...each, piece };
  });
}

/** A plot as wide as its place. `label` says in words what it shows. */
function Plot({ label, height, marks, x, y, left = 44, redraw }: {
  label: string; height: number; marks: (plots: Plots, width: number) => Markish[]; x?: object; y?: object; left?: number; redraw: unknown[];
}): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    let plots: Plots | null = null;
    const draw = () => {
      const width = element.clientWidth;
      if (!width || !plots) return;
      const drawn = plots.plot({
        width, height, marginLeft: left, marginRight: 14, marginTop: 12, marginBottom: 26, style: { background: "none", fontFamily: "inherit", fontSize: "12px" },
        x: { label: null, ...x }, y: { label: null, ...y }, marks: marks(plots, width),
      });
      drawn.setAttribute("role", "img");
      drawn.setAttribute("aria-label", label);
      // a picture is read as one; what its parts are called only disturbs
      for (const part of drawn.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label");
      element.replaceChildren(drawn);
    };
    const observer = new ResizeObserver(draw);
    // without it the numbers still stand in the table behind the chart
    loadPlots().then((found) => { plots = found; observer.observe(element); }, () => undefined);
    return () => { plots = null; observer.disconnect(); };
  }, redraw);
  return <div class="plot" ref={place} style={{ minHeight: `${height}px` }} />;
}

/** Without the years before the first pupil, and without those at the start of which nothing is known but what is possible. */
function begun(years: Year[]): Year[] {
  const first = years.findIndex((each) => each.ondergrens > 0);
  if (first < 0) return years.filter((each) => each.bovengrens > 0).length ? years.filter((each) => each.bovengrens > 0) : years;
  return years.slice(first);
}

/** A count or percentage over the years, and the nation beside it where there is one. */
export function Years({ label, own: all, nation: everywhere, unit = "", decimals = 0, top: given, redraw }: {
  label: string; own: Year[]; nation?: Year[]; unit?: string; decimals?: number;
  /** the top of the scale, where several charts have one */
  top?: number; redraw: unknown[];
}): JSX.Element {
  const own = begun(all);
  const nation = everywhere?.filter((each) => own.some((one) => one.jaar === each.jaar));
  const years = own.map((each) => each.jaar);
  // a year of which nothing is known would make the others unreadable: its bar goes beyond the top
  const telling = own.filter((each) => each.ondergrens > 0);
  const top = given ?? Math.max(...[...(telling.length ? telling : own), ...(nation ?? [])].map((each) => each.bovengrens));
  const [first, last] = [Math.min(...years), Math.max(...years)];
  // a line goes through the years that are known exactly; a year that is not is a bar between its bounds
  const exact = (each: Year) => each.ondergrens === each.bovengrens;
  const through = (found: Year[]) => pieces(found).map((each) => ({ jaar: each.jaar, piece: each.piece, waarde: exact(each) ? each.ondergrens : NaN }));
  const whole = pieces(nation ?? []);
  // a piece of one year is a point
  const alone = whole.filter((each) => whole.filter((other) => other.piece === each.piece).length === 1);
  const bars = ({ ruleX }: Plots, found: Year[], colour: string) => ruleX(found.filter((each) => !exact(each)), {
    x: "jaar", y1: "ondergrens", y2: "bovengrens", stroke: colour, strokeWidth: 9, strokeOpacity: 0.42, clip: true,
  });
  const marks = (plots: Plots) => [
    plots.gridY({ stroke: "var(--rule)", strokeOpacity: 1, ticks: 4 }),
    plots.axisX({ ticks: first === last ? [first] : [first, last], tickFormat: (year: number) => String(year), tickSize: 0, color: "var(--soft)" }),
    plots.axisY({ ticks: 4, tickFormat: (value: number) => number(value, value % 1 ? decimals : 0) + unit, tickSize: 0, color: "var(--soft)" }),
    ...(nation ? [
      plots.line(whole, { x: "jaar", y: "ondergrens", z: "piece", stroke: "var(--nation)", strokeWidth: 1.5, strokeDasharray: "5 4" }),
      plots.line(whole, { x: "jaar", y: "bovengrens", z: "piece", stroke: "var(--nation)", strokeWidth: 1.5, strokeDasharray: "5 4" }),
      plots.dot(alone, { x: "jaar", y: "bovengrens", r: 3, stroke: "var(--nation)", strokeWidth: 1.5 }),
    ] : []),
    bars(plots, own, "var(--accent)"),
    plots.line(through(own), { x: "jaar", y: "waarde", z: "piece", stroke: "var(--accent)", strokeWidth: 2 }),
    // bounds so near to each other that their bar could not be seen
    plots.dot(own.filter((each) => !exact(each) && each.bovengrens - each.ondergrens < top / 60), {
      x: "jaar", y: (each: Year) => (each.ondergrens + each.bovengrens) / 2, r: 3, fill: "var(--card)", stroke: "var(--accent)", strokeWidth: 1.5,
    }),
    plots.dot(own.filter(exact), { x: "jaar", y: "ondergrens", r: 2.8, fill: "var(--accent)", stroke: "var(--card)", strokeWidth: 1 }),
    plots.ruleY([0], { stroke: "var(--soft)" }),
    plots.tip(own, plots.pointerX({
      x: "jaar", y: (each: Year) => Math.min(each.bovengrens, top), title: (each: Year) => `${each.jaar}: ${range(each.ondergrens, each.bovengrens, decimals, unit)}`,
      fill: "var(--card)", stroke: "var(--soft)", textPadding: 7, preferredAnchor: "top", maxRadius: Infinity,
    })),
  ];
  const spread = first === last ? [first - 1, last + 1] : [first, last];
  return <Plot label={label} height={170} marks={marks} x={{ domain: spread }} y={{ domain: [0, top * 1.08 || 1] }} left={decimals ? 48 : 54} redraw={redraw} />;
}

export interface Bar {
  naam: string;
  ondergrens: number;
  bovengrens: number;
}

/** Bars from nought to the least value, and lighter from there to the greatest. */
export function Bars({ label, bars, left = 150, redraw, tick = (value) => number(value) }: {
  label: string; bars: Bar[]; left?: number; redraw: unknown[]; tick?: (value: number) => string;
}): JSX.Element {
  const marks = (plots: Plots, width: number) => [
    plots.gridX({ stroke: "var(--rule)", strokeOpacity: 1, ticks: ticksIn(width - left) }),
    plots.axisX({ ticks: ticksIn(width - left), tickFormat: tick, tickSize: 0, color: "var(--soft)" }),
    plots.axisY({ tickSize: 0, color: "var(--ink)", tickFormat: (name: string) => (name.length > 24 ? `${name.slice(0, 23)}…` : name) }),
    plots.barX(bars, { y: "naam", x1: "ondergrens", x2: "bovengrens", fill: "var(--accent)", fillOpacity: 0.3, insetTop: 3, insetBottom: 3 }),
    plots.barX(bars, { y: "naam", x1: 0, x2: "ondergrens", fill: (each: Bar) => (each.ondergrens < 0 ? "var(--nation)" : "var(--accent)"), insetTop: 3, insetBottom: 3 }),
    plots.ruleX([0], { stroke: "var(--soft)" }),
  ];
  return <Plot label={label} height={40 + bars.length * 26} marks={marks} y={{ domain: bars.map((each) => each.naam), type: "band" }} left={left} redraw={redraw} />;
}

/** As many ticks as there is room for their words. */
function ticksIn(width: number): number {
  return Math.max(1, Math.min(4, Math.floor(width / 70)));
}

/** A plot with its title, what it comes from, and its table. */
export function Chart({ title, note, children, table, source }: {
  title: string; note?: ComponentChildren; children: ComponentChildren; table: ComponentChildren; source: string;
}): JSX.Element {
  return (
    <figure class="chart">
      <figcaption><strong>{title}</strong>{note && <span class="chart-note">{note}</span>}</figcaption>
      {children}
      <Details name={`${source}-${title}`} summary={<>{t("table_behind")}<span class="hidden">: {title}</span></>}>
        {table}
        <p class="source">{t("source_table", { table: source })}</p>
      </Details>
    </figure>
  );
}
