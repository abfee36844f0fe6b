import type { JSX } from "preact";
import { percent, range } from "../../format";
import type { Coverage as Row, Page } from "../../types";
import { Reason, Table } from "../../ui";
import { kind, t } from "../../words";
import { Part } from "./Part";

export function Coverage({ page }: { page: Page<"swv"> }): JSX.Element {
  return (
    <Part id="aanbod" heading={t("h_coverage")}>
      <p>{t("coverage_intro")}</p>
      <Table caption={t("h_coverage")} hideCaption rows={page.dekking} columns={[
        { head: t("provision"), rowHead: true, cell: (each) => kind(each.voorziening) },
        { head: t("present"), cell: (each) => <Present row={each} /> },
        { head: t("locations"), numeric: true, cell: (each) => each.vestigingen },
        { head: t("within_10km"), numeric: true, cell: (each) => each.aanwezig === "niet van toepassing" ? "" : <Share low={each.binnen_ondergrens} high={each.binnen_bovengrens} /> },
        { head: t("mean_distance"), numeric: true, cell: (each) => range(each.km_ondergrens, each.km_bovengrens, 1, each.km_ondergrens === null ? "" : " km") },
      ]} />
    </Part>
  );
}

function Present({ row }: { row: Row }): JSX.Element {
  return (
    <>
      <span class={`present ${row.aanwezig.replaceAll(" ", "-")}`}>{t(`present_${row.aanwezig}`)}</span>
      {row.reden && row.aanwezig === "onbekend" && <span class="why"><Reason>{row.reden}</Reason></span>}
    </>
  );
}

/** The number, with a bar to the least share and lighter to the greatest. */
function Share({ low, high }: { low: number | null; high: number | null }): JSX.Element {
  if (low === null || high === null) return <>{t("unknown")}</>;
  return (
    <>
      {percent(low, high)}
      <span class="share" aria-hidden="true"><span style={{ width: `${high}%` }} /><span style={{ width: `${low}%` }} /></span>
    </>
  );
}
