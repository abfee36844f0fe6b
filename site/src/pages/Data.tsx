/** Everything that can be taken along: the files of the release, what its tables hold, how to cite it, and on which terms. */
import type { JSX } from "preact";
import { day, number, size } from "../format";
import { load } from "../load";
import { address } from "../route";
import { useLoaded, valueOf, type Base } from "../store";
import type { ReleaseFile } from "../types";
import { Dutch, Note, Table, Waiting } from "../ui";
import { t, tMaybe } from "../words";
import { Back } from "./Answer";
import { Sources } from "./Sources";

export function DataLead({ base }: { base: Base }): JSX.Element {
  const { version, created } = base.index.release;
  return (
    <>
      <Back />
      <h1 tabIndex={-1}>{t("data")}</h1>
      <p class="intro">{t("data_intro")}</p>
      <p>{t("about_release", { version, day: day(created) })}</p>
    </>
  );
}

export function DataRest({ base }: { base: Base }): JSX.Element {
  const loaded = useLoaded("bestanden", () => load("bestanden"));
  const found = valueOf(loaded);
  if (!found) return <Waiting loaded={loaded} />;
  const { version, created } = base.index.release;
  const cited = `${found.uitgever} (${created.slice(0, 4)}). ${found.titel}. ${t("data_version")} ${version}.`;
  return (
    <>
      <section>
        <h2>{t("data_whole")}</h2>
        <Table caption={t("data_whole")} hideCaption rows={found.bestanden} columns={[
          { head: t("file"), rowHead: true, cell: (each) => <><FileLink file={each} /><span class="why">{tMaybe("file_", each.naam)}</span></> },
          { head: t("size"), numeric: true, cell: (each) => each.bytes != null && size(each.bytes) },
        ]} />
        <Note>{t("data_beside")}</Note>
      </section>
      <section>
        <h2>{t("data_tables")}</h2>
        <p>{t("data_tables_intro")}</p>
        <Table caption={t("data_tables")} hideCaption rows={found.tabellen} sorted={{ column: 0, down: false }} columns={[
          { head: t("download_table"), rowHead: true, by: (each) => each.naam, cell: (each) => <><a href={address(["data", each.naam])}>{each.naam}</a><span class="why"><Dutch>{each.titel}</Dutch></span></> },
          { head: t("rows"), numeric: true, by: (each) => each.rijen, cell: (each) => (each.rijen === null ? "" : number(each.rijen)) },
          { head: "Parquet", numeric: true, by: (each) => each.bytes, cell: (each) => <FileLink file={each} words={size(each.bytes)} /> },
        ]} />
        <p>{t("data_formats")}</p>
      </section>
      <section>
        <h2>{t("data_cite")}</h2>
        <p class="cite">{cited}</p>
        <p>{t("licence")}: {found.licenties.map((each, index) => <>{index > 0 && ", "}{each.path ? <a href={each.path} rel="noreferrer">{each.title}</a> : each.title}</>)}. {t("data_terms")}</p>
      </section>
      <section>
        <h2>{t("about_sources_h")}</h2>
        <Sources />
      </section>
    </>
  );
}

export function TableLead({ name }: { name: string }): JSX.Element {
  const found = valueOf(useLoaded("bestanden", () => load("bestanden")));
  const file = found?.tabellen.find((each) => each.naam === name);
  return (
    <>
      <p class="back"><a href={address(["data"])}>← {t("data")}</a></p>
      <p class="eyebrow">{t("download_table")}</p>
      <h1 tabIndex={-1}>{name}</h1>
      {file && <p class="intro"><Dutch>{file.titel}</Dutch></p>}
      {file && <p><FileLink file={file} /> · {size(file.bytes)} · {number(file.rijen ?? 0)} {t("rows")}</p>}
    </>
  );
}

export function TableRest({ name }: { name: string }): JSX.Element {
  const loaded = useLoaded("woordenboek", () => load("woordenboek"));
  const words = valueOf(loaded);
  if (!words) return <Waiting loaded={loaded} />;
  const table = words[name];
  if (!table) return <Note>{t("not_found_table", { what: name })}</Note>;
  const columns = table.kolommen.map(([naam, type, omschrijving]) => ({ kolom: naam, type, omschrijving }));
  return (
    <section lang="en">
      <p>{table.omschrijving}</p>
      {table.sleutel.length > 0 && <p>{t("primary_key")}: {table.sleutel.map((each, index) => <>{index > 0 && ", "}<span class="code">{each}</span></>)}</p>}
      <Table caption={t("columns")} rows={columns} columns={[
        { head: t("column"), rowHead: true, by: (each) => each.kolom, cell: (each) => <span class="code wraps">{each.kolom}</span> },
        { head: t("type"), by: (each) => each.type, cell: (each) => each.type },
        { head: t("meaning"), cell: (each) => <span class="small">{each.omschrijving}</span> },
      ]} />
    </section>
  );
}

/** A file of the release, which lies beside the folder of the site. */
function FileLink({ file, words }: { file: ReleaseFile; words?: string }): JSX.Element {
  return <a href={`../${file.pad}`} download={file.vorm === "html" ? undefined : file.pad}>{words ?? file.pad}</a>;
}
