import type { JSX } from "preact";
import { number } from "../../format";
import { load } from "../../load";
import { useLoaded, valueOf } from "../../store";
import type { Swv } from "../../types";
import { Table, Waiting } from "../../ui";
import { t } from "../../words";
import { Sources } from "../Sources";
import { Part } from "./Part";

export function Downloads({ swv }: { swv: Swv }): JSX.Element {
  const loaded = useLoaded("downloads", () => load("downloads"));
  const tables = Object.entries(valueOf(loaded)?.[swv.code] ?? {}).map(([table, count]) => ({ table, count }));
  return (
    <Part id="bronnen" heading={t("h_sources")}>
      <h3>{t("download_heading", { code: swv.code })}</h3>
      {!loaded || "failed" in loaded ? <Waiting loaded={loaded} /> : (
        <Table caption={t("download_heading", { code: swv.code })} hideCaption rows={tables} columns={[
          { head: t("download_table"), rowHead: true, cell: (each) => <span class="code">{each.table}</span> },
          { head: t("rows"), numeric: true, cell: (each) => number(each.count) },
          { head: "CSV", cell: (each) => <a href={`download/${swv.code}/${each.table}.csv`} download={`${swv.code}-${each.table}.csv`}>CSV<span class="hidden"> {each.table}</span></a> },
          { head: "Parquet", cell: (each) => <a href={`download/${swv.code}/${each.table}.parquet`} download={`${swv.code}-${each.table}.parquet`}>Parquet<span class="hidden"> {each.table}</span></a> },
        ]} />
      )}
      <h3>{t("about_sources_h")}</h3>
      <Sources />
    </Part>
  );
}
