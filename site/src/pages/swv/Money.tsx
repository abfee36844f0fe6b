import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Bars, Chart } from "../../charts";
import { day, euro, euros, number, range } from "../../format";
import type { MoneyLine, Page } from "../../types";
import { Dutch, Note, Table } from "../../ui";
import { language, t } from "../../words";
import { Part } from "./Part";

export function Money({ page }: { page: Page<"swv"> }): JSX.Element {
  const periods = [...new Set(page.bekostiging.map((each) => each.periode))];
  const fullest = page.bekostiging.find((each) => each.meest_compleet)?.periode;
  const [period, setPeriod] = useState(fullest ?? "");
  const rows = page.bekostiging.filter((each) => each.periode === period);
  return (
    <Part id="geld" heading={t("h_money")}>
      {periods.length === 0 ? <Note>{t("money_none")}</Note> : (
        <>
          <p>{t("money_intro")}</p>
          <div class="pick year">
            <label for="period">{t("period")}</label>
            <select id="period" value={period} onChange={(event) => setPeriod(event.currentTarget.value)}>
              {periods.map((each) => <option value={each}>{each}</option>)}
            </select>
          </div>
          <Period key={period} period={period} rows={rows} />
        </>
      )}
    </Part>
  );
}

function Period({ period, rows }: { period: string; rows: MoneyLine[] }): JSX.Element {
  const lines = rows.filter((each) => each.component !== "netto");
  const net = rows.find((each) => each.component === "netto");
  const counting = lines.filter((each) => each.telt_mee);
  const incomplete = counting.filter((each) => each.status === "onvolledig").length;
  const known = lines.filter((each) => each.bedrag_bovengrens !== null && (each.bedrag_ondergrens !== 0 || each.bedrag_bovengrens !== 0));
  const table = (
    <Table caption={`${t("h_money")} ${period}`} hideCaption rows={lines} columns={[
      { head: t("line"), rowHead: true, cell: (each) => <Line line={each} /> },
      { head: t("count"), numeric: true, cell: (each) => each.telling_naam === null ? "" : range(each.aantal_ondergrens, each.aantal_bovengrens) },
      { head: t("amount_each"), numeric: true, cell: (each) => each.bedrag_per_eenheid === null ? "" : euro(each.bedrag_per_eenheid, 2) },
      { head: t("amount"), numeric: true, cell: (each) => each.bedrag_ondergrens === null ? <em>{t("incomplete")}</em> : euros(each.bedrag_ondergrens, each.bedrag_bovengrens) },
    ]} />
  );
  return (
    <>
      <p class="net">
        <span>{t("net")} {period}</span>
        <strong>{net ? euros(net.bedrag_ondergrens, net.bedrag_bovengrens) : t("incomplete")}</strong>
        {net && incomplete > 0 && (
          <span class="small">
            {t("net_incomplete", { n: incomplete, total: counting.length, known: euros(net.bekend_ondergrens, net.bekend_bovengrens) })}
          </span>
        )}
      </p>
      {known.length > 0 && (
        <Chart title={t("money_bars")} note={period} source="ondersteuningsbekostiging_swv"
          table={<Table caption={t("money_bars")} hideCaption rows={known} columns={[
            { head: t("line"), rowHead: true, cell: (each) => <Dutch>{each.omschrijving}</Dutch> },
            { head: t("amount"), numeric: true, cell: (each) => euros(each.bedrag_ondergrens, each.bedrag_bovengrens) },
          ]} />}>
          <Bars label={known.map((each) => `${each.omschrijving}: ${euros(each.bedrag_ondergrens, each.bedrag_bovengrens, 0)}`).join("; ")} left={180} redraw={[period, rows, language()]}
            tick={(value) => (Math.abs(value) >= 1e6 ? `${number(value / 1e6, value % 1e6 ? 1 : 0)} mln` : number(value))}
            bars={known.map((each) => ({ naam: each.omschrijving, ondergrens: each.bedrag_ondergrens!, bovengrens: each.bedrag_bovengrens! }))} />
        </Chart>
      )}
      {table}
    </>
  );
}

function Line({ line }: { line: MoneyLine }): JSX.Element {
  return (
    <>
      <Dutch>{line.omschrijving}</Dutch>
      <span class="line-detail"><Dutch>{[line.teldatum && `${t("reference_date").toLowerCase()} ${day(line.teldatum)}`, line.wetsartikel].filter(Boolean).join("; ")}</Dutch></span>
      {!line.telt_mee && <span class="line-detail">{t("outside_net")}</span>}
      {line.indicatief_bedrag_ondergrens !== null && (
        <span class="line-detail">
          {t("indicative", { day: day(line.indicatief_teldatum), amount: euros(line.indicatief_bedrag_ondergrens, line.indicatief_bedrag_bovengrens) })}
        </span>
      )}
      {line.ontbreekt && <span class="line-detail missing">{t("missing")} <Dutch>{line.ontbreekt}</Dutch></span>}
    </>
  );
}
