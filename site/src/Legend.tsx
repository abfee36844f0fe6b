/** The legend of the map: its classes, with how many SWVs are in each. */
import type { JSX } from "preact";
import { classOf, colour } from "./classes";
import { figureValue } from "./format";
import type { Coloured } from "./MapPane";
import { both, t } from "./words";

export function Legend({ shown, total, open }: { shown: Coloured; total: number; open: boolean }): JSX.Element {
  const { figure, classes, values } = shown;
  const counts = new Map<number, number>();
  let uncertain = 0;
  for (const [low, high] of values.values()) {
    const [from, to] = [classOf(classes, low), classOf(classes, high)];
    if (from === to) counts.set(from, (counts.get(from) ?? 0) + 1);
    else uncertain += 1;
  }
  const name = (index: number): string => {
    const [a, b] = [classes.breaks[index - 1], classes.breaks[index]];
    const text = (value: number) => figureValue(figure, [value, value]);
    if (a === undefined && b === undefined) return t("between", { a: "", b: "" });
    if (a === undefined) return t("below", { b: text(b!) });
    return b === undefined ? t("above", { a: text(a) }) : t("between", { a: text(a), b: text(b) });
  };
  const none = total - values.size;
  return (
    <details class="legend" open={open}>
      <summary>{both(figure)}{shown.year && <span class="legend-year"> {shown.year}</span>}</summary>
      <ul>
        {values.size > 0 && Array.from({ length: classes.breaks.length + 1 }, (_, index) => (
          <li><span class="swatch" style={{ background: colour(classes, index) }} /><span>{name(index)}</span><span class="legend-count">{counts.get(index) ?? 0}</span></li>
        ))}
        {uncertain > 0 && (
          <li><span class="swatch striped" /><span>{t("legend_uncertain")}</span><span class="legend-count">{uncertain}</span></li>
        )}
        {none > 0 && <li><span class="swatch none" /><span>{t("legend_none")}</span><span class="legend-count">{none}</span></li>}
      </ul>
    </details>
  );
}
