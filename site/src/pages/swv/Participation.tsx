import type { JSX } from "preact";
import { Chart, Years, type Year } from "../../charts";
import { percent, rankOf } from "../../format";
import type { Bounds, Page, Participation as Row, Swv } from "../../types";
import { Note, Reason, Table } from "../../ui";
import { kind, language, t, tMaybe } from "../../words";
import { Part } from "./Part";

export function Participation({ swv, page }: { swv: Swv; page: Page<"swv"> }): JSX.Element {
  const kinds = [...new Set(page.deelname.map((each) => each.soort))];
  const known = kinds.filter((soort) => page.deelname.some((each) => each.soort === soort && each.ondergrens !== null));
  const why = [...new Set(page.deelname.filter((each) => !known.includes(each.soort)).map((each) => each.reden))].filter(Boolean);
  return (
    <Part id="deelname" heading={t("h_participation")}>
      {known.length > 0 ? <p>{t("participation_intro")}</p> : <Note>{t("participation_none")} {why.map((each, index) => <>{index > 0 && "; "}<Reason>{each}</Reason></>)}</Note>}
      <div class="charts">
        {known.map((soort) => <Kind key={soort} soort={soort} swv={swv} rows={page.deelname.filter((each) => each.soort === soort)} page={page} />)}
      </div>
    </Part>
  );
}

function Kind({ soort, swv, rows, page }: { soort: string; swv: Swv; rows: Row[]; page: Page<"swv"> }): JSX.Element {
  const own = bounds(rows, "ondergrens", "bovengrens");
  const nation = bounds(rows, "landelijk_ondergrens", "landelijk_bovengrens");
  const last = rows.filter((each) => each.ondergrens !== null).at(-1)!;
  const now = `${last.jaar}: ${percent(last.ondergrens, last.bovengrens)}; ${t("nation")} ${percent(last.landelijk_ondergrens, last.landelijk_bovengrens)}`;
  const place = last.rang_hoogst !== null && rankText([last.rang_hoogst, last.rang_laagst ?? last.rang_hoogst], last.aantal_swv ?? 0);
  const roles = [...new Set(rows.map((each) => each.rol))].map((rol) => tMaybe("role_", rol)).join(", ");
  return (
    <Chart title={kind(soort)} source="deelname_swv" note={<>{now}<br />{place}<br />{roles}.{last.zonder_cluster_1_en_2 === false && <> {t("with_clusters", { all: percent(last.alle_clusters_ondergrens, last.alle_clusters_bovengrens) })}</>}</>}
      table={<Table caption={kind(soort)} hideCaption rows={[...rows].reverse()} columns={[
        { head: t("year"), rowHead: true, cell: (each) => each.jaar },
        { head: swv.code, numeric: true, cell: (each) => each.ondergrens === null ? (each.reden ? <Reason>{each.reden}</Reason> : t("unknown")) : percent(each.ondergrens, each.bovengrens) },
        { head: t("nation"), numeric: true, cell: (each) => percent(each.landelijk_ondergrens, each.landelijk_bovengrens) },
      ]} />}>
      <Years label={`${kind(soort)}: ${now}`} own={own} nation={nation} unit="%" decimals={1} redraw={[page, language()]} />
    </Chart>
  );
}

function rankText(places: Bounds, n: number): string {
  return rankOf(places, n) === t("cannot_say") ? t("rank_none", { n }) : t("rank", { rank: rankOf(places, n), n });
}

function bounds(rows: Row[], low: "ondergrens" | "landelijk_ondergrens", high: "bovengrens" | "landelijk_bovengrens"): Year[] {
  return rows.flatMap((each) => {
    const [from, to] = [each[low], each[high]];
    return from === null || to === null ? [] : [{ jaar: each.jaar, ondergrens: from, bovengrens: to, telwijze: `${each.telwijze}, ${each.rol}` }];
  });
}
