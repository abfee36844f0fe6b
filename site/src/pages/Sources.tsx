/** The registries behind the release. */
import type { JSX } from "preact";
import { day, number } from "../format";
import { load } from "../load";
import { useLoaded, valueOf } from "../store";
import { rows } from "../types";
import { Table, Waiting } from "../ui";
import { t } from "../words";

export function Sources(): JSX.Element {
  const loaded = useLoaded("bronnen", () => load("bronnen"));
  const found = valueOf(loaded);
  if (!found) return <Waiting loaded={loaded} />;
  return (
    <Table caption={t("about_sources_h")} hideCaption rows={rows(found)} columns={[
      { head: t("dataset"), rowHead: true, by: (each) => each.dataset, cell: (each) => each.url?.startsWith("https://") ? <a href={each.url} rel="noreferrer">{each.dataset}</a> : each.dataset },
      { head: t("publisher"), by: (each) => each.uitgever, cell: (each) => each.uitgever },
      { head: t("reference_date"), by: (each) => each.laatste_peildatum, cell: (each) => <span class="small">{day(each.laatste_peildatum)}</span> },
      { head: t("retrieved"), by: (each) => each.opgehaald_op, cell: (each) => <span class="small">{day(each.opgehaald_op)}</span> },
      {
        head: t("files"), numeric: true, by: (each) => each.gelezen,
        cell: (each) => <>{number(each.gelezen)}{each.geweigerd > 0 && <span class="why">{t("refused", { n: each.geweigerd })}</span>}{each.regels_afgekeurd > 0 && <span class="why">{t("rejected", { n: number(each.regels_afgekeurd) })}</span>}</>,
      },
      { head: t("licence"), by: (each) => each.licentie, cell: (each) => <span class="small">{each.licentie ?? t("licence_none")}</span> },
    ]} />
  );
}
