/** Where most pupils live farthest from a kind of special provision. */
import type { JSX } from "preact";
import { kilometres, range } from "../format";
import { load } from "../load";
import { address, go } from "../route";
import { useLoaded, valueOf, type Base, type Finder } from "../store";
import { rows, type Gap } from "../types";
import { Note, SchoolLink, SwvLink, Table, titled, Waiting } from "../ui";
import { kind, t } from "../words";
import { Back } from "./Answer";

export function GapsLead(): JSX.Element {
  return (
    <>
      <Back />
      <h1 tabIndex={-1}>{t("gaps")}</h1>
      <p class="intro">{t("gaps_intro")}</p>
      <p>{t("gaps_map")} <a href={address([], { figure: "voorzieningen_ontbreken", year: null })}>{t("gaps_map_link")}</a>.</p>
    </>
  );
}

/** `wanted` is a kind of provision with its sector, as it stands in the address. */
export function GapsRest({ base, finder, wanted }: { base: Base; finder: Finder | null; wanted: string }): JSX.Element {
  const loaded = useLoaded("witte_vlekken", () => load("witte_vlekken"));
  const found = valueOf(loaded);
  if (!found) return <Waiting loaded={loaded} />;
  const all = rows(found);
  const named = (each: Gap): string => `${each.sector} ${each.voorziening}`;
  const kinds = [...new Set(all.map(named))];
  const chosen = kinds.includes(wanted) ? wanted : (kinds.find((each) => each === "PO SBO") ?? kinds[0]);
  const shown = all.filter((each) => named(each) === chosen);
  const place = (each: Gap): string => finder?.postcodes.get(each.postcode4)?.plaats ?? "";
  return (
    <section>
      {wanted && wanted !== chosen && <Note>{t("gaps_unknown", { what: wanted })}</Note>}
      <div class="pick">
        <label for="gap">{t("provision")}</label>
        <select id="gap" value={chosen} onChange={(event) => go(["witte-vlekken", event.currentTarget.value])}>
          {kinds.map((each) => <option value={each}>{kind(each.slice(3))} ({each.slice(0, 2).toLowerCase()})</option>)}
        </select>
      </div>
      {shown.length === 0 ? <Note>{t("gaps_none")}</Note> : (
        <Table key={chosen} caption={t("gaps_table", { kind: kind(chosen!.slice(3)), year: shown[0]!.jaar })} rows={shown} max={20} columns={[
          { head: t("postcode"), rowHead: true, by: (each) => each.postcode4, cell: (each) => <><a href={address(["postcode", each.postcode4])}>{each.postcode4}</a> <span class="aside">{titled(place(each))}</span></> },
          { head: t("distance"), numeric: true, by: (each) => each.km, cell: (each) => kilometres(each.km) },
          { head: t("gaps_pupils"), numeric: true, by: (each) => each.leerlingen_bovengrens, cell: (each) => range(each.leerlingen_ondergrens, each.leerlingen_bovengrens) },
          { head: t("gaps_nearest"), cell: (each) => <SchoolLink schools={finder?.schools} code={each.school} /> },
          { head: t("region"), by: (each) => each.swv, cell: (each) => (each.swv ? <SwvLink base={base} code={each.swv} /> : t("no_swv")) },
        ]} />
      )}
    </section>
  );
}
