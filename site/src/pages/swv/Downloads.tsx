import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { save, toCsv, type Form } from "../../csv";
import { number } from "../../format";
import { load, loadRows, loadWorkbooks } from "../../load";
import { sheetsOf } from "../../sheets";
import { useLoaded, valueOf, type Base } from "../../store";
import { rows, type Cell, type Page, type Swv } from "../../types";
import { Table, Waiting } from "../../ui";
import { t } from "../../words";
import { workbook } from "../../xlsx";
import { Sources } from "../Sources";
import { Part } from "./Part";

interface Listed {
  table: string;
  columns: string[];
  rows: Cell[][];
}

const FORMS: readonly Form[] = ["excel", "csv"];

/** A workbook of the whole page, made when it is asked for. */
export function Workbook({ base, swv, page }: { base: Base; swv: Swv; page: Page<"swv"> }): JSX.Element {
  const [failed, setFailed] = useState(false);
  const make = async () => {
    const [library, sources] = await Promise.all([loadWorkbooks(), load("bronnen")]);
    save(`${swv.code}.xlsx`, await workbook(library, sheetsOf(base, page, rows(sources))));
  };
  return (
    <p>
      <button type="button" class="more" onClick={() => make().then(() => setFailed(false), () => setFailed(true))}>{t("download_xlsx")}</button>
      {failed && <span class="why" role="alert">{t("download_failed")}</span>}
    </p>
  );
}

export function Downloads({ base, swv, page }: { base: Base; swv: Swv; page: Page<"swv"> }): JSX.Element {
  const loaded = useLoaded(swv.code, () => loadRows(swv.code));
  const found = valueOf(loaded);
  const tables: Listed[] = Object.entries(found?.rows ?? {}).map(([table, those]) => ({ table, rows: those, columns: found?.columns[table] ?? [] }));
  return (
    <Part id="bronnen" heading={t("h_sources")}>
      <Workbook base={base} swv={swv} page={page} />
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
