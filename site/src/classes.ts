/** From values to the classes of a choropleth map. Colours are CSS variables, so that light and dark have their own. */
import type { Bounds } from "./types";

export interface Classes {
  /** upper ends, exclusive, of all classes but the last */
  breaks: number[];
  diverging: boolean;
}

const COUNT = 5;

/** Classes that hold about as many SWVs each, with breaks that are easy to read. */
export function classes(values: Iterable<Bounds>, diverging: boolean): Classes {
  const all = [...values].flat().sort((a, b) => a - b);
  if (diverging) {
    const sizes = all.map(Math.abs).sort((a, b) => a - b);
    const steps = unique([quantile(sizes, 1 / 3), quantile(sizes, 2 / 3)].map(nice)).filter((each) => each > 0);
    return { breaks: [...steps.map((each) => -each).reverse(), 0, ...steps], diverging };
  }
  const cuts = Array.from({ length: COUNT - 1 }, (_, index) => nice(quantile(all, (index + 1) / COUNT)));
  const least = all[0] ?? 0;
  return { breaks: unique(cuts).filter((each) => each > least), diverging };
}

export function classOf({ breaks }: Classes, value: number): number {
  const found = breaks.findIndex((each) => value < each);
  return found < 0 ? breaks.length : found;
}

/** The colour of a class, spread over the whole palette when there are few classes. */
export function colour({ breaks, diverging }: Classes, index: number): string {
  if (diverging) {
    const half = (breaks.length + 1) / 2;
    return index < half ? `var(--min${half - index})` : `var(--plus${index - half + 1})`;
  }
  return `var(--class${breaks.length === 0 ? 3 : Math.round((index * (COUNT - 1)) / breaks.length) + 1})`;
}

function quantile(sorted: number[], share: number): number {
  if (!sorted.length) return 0;
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** Two significant digits. */
function nice(value: number): number {
  return value === 0 ? 0 : Number(value.toPrecision(2));
}

function unique(values: number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
