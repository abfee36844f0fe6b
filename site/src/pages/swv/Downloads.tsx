import type { JSX } from "preact";
import { save, toCsv, type Form } from "../../csv";
import { number } from "../../format";
import { loadRows } from "../../load";
import { useLoaded, valueOf } from "../../store";
import type { Cell, Swv } from "../../types";
import { Table, Waiting } from "../../ui";
import { t } from "../../words";
import { Sources } from "../Sources";
import { Part } from "./Part";

interface Listed {
  table: string;
  columns: string[];
  rows: Cell[][];
}

const FORMS: readonly Form[] = ["excel", "csv"];

export function Downloads({ swv }: { swv: Swv }): JSX.Element {
  const loaded = useLoaded(swv.code, () => loadRows(swv.code));
  const found = valueOf(loaded);
  const tables: Listed[] = Object.entries(found?.rows ?? {}).map(([table, rows]) => ({ table, rows, columns: found?.columns[table] ?? [] }));
  return (
    <Part id="bronnen" heading={t("h_sources")}>
      <h3>{t("download_heading", { code: swv.code })}</h3>
      {!found ? <Waiting loaded={loaded} /> : (
        <Table caption={t("download_heading", { code: swv.code })} hideCaption rows={tables} columns={[
          { head: t("download_table"), rowHead: true, cell: (each) => <span class="code">{each.table}</span> },
          { head: t("rows"), numeric: true, cell: (each) => number(each.rows.length) },
          ...FORMS.map((form) => ({ head: t(`download_${form}`), cell: (each: Listed) => <Download code={swv.code} listed={each} form={form} /> })),
        ]} />
      )}
      <h3>{t("about_sources_h")}</h3>
      <Sources />
    </Part>
  );
}

function Download({ code, listed, form }: { code: string; listed: Listed; form: Form }): JSX.Element {
  const name = `${code}-${listed.table}${form === "excel" ? "-excel" : ""}.csv`;
  return (
    <button type="button" class="more" onClick={() => save(name, toCsv(listed.columns, listed.rows, form))}>
      {t(`download_${form}`)}<span class="hidden"> {listed.table}</span>
    </button>
  );
}
