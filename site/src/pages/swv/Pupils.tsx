import type { JSX } from "preact";
import { Chart, Years } from "../../charts";
import { range } from "../../format";
import type { Count, Page } from "../../types";
import { Note, Table } from "../../ui";
import { kind, language, t } from "../../words";
import { Part } from "./Part";

export function Pupils({ page }: { page: Page<"swv"> }): JSX.Element {
  const at = page.leerlingen.filter((each) => each.rol === "vestiging");
  const living = page.leerlingen.filter((each) => each.rol === "woon");
  return (
    <Part id="leerlingen" heading={t("h_pupils")}>
      {at.length === 0 ? <Note>{t("pupils_none")}</Note> : <p>{t("pupils_intro")}</p>}
      <div class="charts">{byKind(at).map(([soort, years]) => <PupilChart key={soort} soort={soort} years={years} page={page} />)}</div>
      {living.length > 0 && (
        <Table caption={t("role_woon")} rows={byKind(living).map(([soort, years]) => ({ soort, last: years.at(-1)! }))} columns={[
          { head: t("kind"), rowHead: true, cell: (each) => kind(each.soort) },
          { head: t("year"), numeric: true, cell: (each) => each.last.jaar },
          { head: t("pupils"), numeric: true, cell: (each) => range(each.last.ondergrens, each.last.bovengrens) },
        ]} />
      )}
    </Part>
  );
}

function PupilChart({ soort, years, page }: { soort: string; years: Count[]; page: Page<"swv"> }): JSX.Element {
  const [first, last] = [years[0]!, years.at(-1)!];
  const now = `${last.jaar}: ${range(last.ondergrens, last.bovengrens)}`;
  return (
    <Chart title={kind(soort)} note={now} source="leerlingen_swv"
      table={<Table caption={kind(soort)} hideCaption rows={[...years].reverse()} columns={[
        { head: t("year"), rowHead: true, cell: (each) => each.jaar },
        { head: t("pupils"), numeric: true, cell: (each) => range(each.ondergrens, each.bovengrens) },
      ]} />}>
      <Years label={`${kind(soort)}, ${first.jaar}–${last.jaar}; ${now}`} own={years} redraw={[page, language()]} />
    </Chart>
  );
}

function byKind(counts: Count[]): [string, Count[]][] {
  const found = new Map<string, Count[]>();
  for (const each of counts) found.set(each.soort, [...(found.get(each.soort) ?? []), each]);
  return [...found];
}
