import type { JSX } from "preact";
import { Bars, Chart } from "../../charts";
import { range } from "../../format";
import { nameOf, type Base } from "../../store";
import type { Flow, Page, Swv } from "../../types";
import { KindLabel, Note, SwvLink, Table } from "../../ui";
import { language, t } from "../../words";
import { Part } from "./Part";

const SHOWN = 8;

export function Flows({ base, swv, page }: { base: Base; swv: Swv; page: Page<"swv"> }): JSX.Element {
  const wide = page.stromen.some((each) => !each.inkomend_bruikbaar || !each.uitgaand_bruikbaar);
  return (
    <Part id="grensverkeer" heading={t("h_flows")}>
      {page.stromen.length === 0 ? <Note>{t("flows_none")}</Note> : (
        <>
          <p>{t("flows_intro")}</p>
          {wide && <Note>{t("flows_wide")}</Note>}
          <Table caption={`${swv.code}, ${page.stromen[0]!.jaar}`} rows={page.stromen} columns={[
            { head: t("kind"), rowHead: true, cell: (each) => <KindLabel soort={each.soort} /> },
            { head: t("stays"), numeric: true, cell: (each) => range(each.intern_ondergrens, each.intern_bovengrens) },
            { head: t("comes_in"), numeric: true, cell: (each) => range(each.inkomend_ondergrens, each.inkomend_bovengrens) },
            { head: t("goes_out"), numeric: true, cell: (each) => range(each.uitgaand_ondergrens, each.uitgaand_bovengrens) },
            { head: t("balance"), numeric: true, cell: (each) => range(each.saldo_ondergrens, each.saldo_bovengrens) },
          ]} />
          <div class="charts">
            <Direction base={base} title={t("flows_in")} flows={page.grensverkeer.filter((each) => each.richting === "in")} page={page} />
            <Direction base={base} title={t("flows_out")} flows={page.grensverkeer.filter((each) => each.richting === "uit")} page={page} />
          </div>
        </>
      )}
    </Part>
  );
}

function Direction({ base, title, flows, page }: { base: Base; title: string; flows: Flow[]; page: Page<"swv"> }): JSX.Element | null {
  if (!flows.length) return null;
  const name = (code: string) => {
    const swv = base.swvs.get(code);
    return swv ? `${code} ${swv.gemeenten[0] ?? nameOf(swv)}` : code;
  };
  const bars = flows.slice(0, SHOWN).map((each) => ({ naam: name(each.ander), ondergrens: each.ondergrens, bovengrens: each.bovengrens }));
  return (
    <Chart title={title} note={flows[0]!.jaar} source="grensverkeer"
      table={<Table caption={title} hideCaption rows={flows} columns={[
        { head: t("flow_other"), rowHead: true, cell: (each) => <SwvLink base={base} code={each.ander} /> },
        { head: t("pupils"), numeric: true, cell: (each) => range(each.ondergrens, each.bovengrens) },
      ]} />}>
      <Bars label={`${title}: ${bars.map((each) => `${each.naam} ${range(each.ondergrens, each.bovengrens)}`).join("; ")}`} bars={bars} redraw={[page, language()]} />
    </Chart>
  );
}
