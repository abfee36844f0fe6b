/** A samenwerkingsverband: its parts, in the order in which people ask. */
import type { JSX } from "preact";
import type { Base } from "../store";
import { nameOf, regionOf } from "../store";
import { day, number } from "../format";
import type { Page, Swv } from "../types";
import { address } from "../route";
import { Note, SwvLink } from "../ui";
import { t, type Word } from "../words";
import { Back } from "./Answer";
import { Coverage } from "./swv/Coverage";
import { Downloads, Workbook } from "./swv/Downloads";
import { Flows } from "./swv/Flows";
import { Members } from "./swv/Members";
import { Money } from "./swv/Money";
import { Participation } from "./swv/Participation";
import { Pupils } from "./swv/Pupils";
import { Region } from "./swv/Region";

const PARTS: [string, Word][] = [
  ["leerlingen", "h_pupils"], ["deelname", "h_participation"], ["grensverkeer", "h_flows"], ["aanbod", "h_coverage"],
  ["geld", "h_money"], ["scholen", "h_schools"], ["gebied", "h_area"], ["bronnen", "h_sources"],
];

export function SwvLead({ base, swv, page }: { base: Base; swv: Swv; page: Page<"swv"> | null }): JSX.Element {
  const facts: [number, Word, Word][] = page ? [
    [page.scholen.length, "fact_school", "fact_schools"],
    [new Set(page.scholen.map((each) => each.bestuur).filter(Boolean)).size, "fact_board", "fact_boards"],
    [swv.gemeenten.length, "fact_gemeente", "fact_gemeenten"],
    [page.postcodes.length, "fact_postcode", "fact_postcodes"],
  ] : [];
  const region = swv.landelijk ? t("no_region") : regionOf(swv, 6);
  return (
    <>
      <Back />
      <p class="eyebrow"><span class="code">{swv.code}</span> {t(swv.sector)}</p>
      <h1 tabIndex={-1}>{nameOf(swv)}</h1>
      {region !== nameOf(swv) && <p class="intro">{region}</p>}
      {swv.website && <p class="intro"><a href={swv.website} rel="noreferrer">{swv.website.replace(/^https?:\/\//, "")}</a></p>}
      {!swv.naam && <Note>{t("no_name")}</Note>}
      {swv.einddatum && <Note>{t(swv.nu ? "ends" : "ended", { day: day(swv.einddatum) })}{swv.opvolger && <> → <SwvLink base={base} code={swv.opvolger} /></>}</Note>}
      {swv.begindatum && !swv.nu && !swv.einddatum && <Note>{t("begins", { day: day(swv.begindatum) })}</Note>}
      {swv.benaderd && <Note>{t("map_approximate_long")}</Note>}
      <dl class="numbers">{facts.filter(([count]) => count > 0).map(([count, one, many]) => <div><dt>{t(count === 1 ? one : many)}</dt><dd>{number(count)}</dd></div>)}</dl>
      {page && <Workbook base={base} swv={swv} page={page} />}
      <p><a href={address(["vergelijk", swv.code])}>{t("compare_this")}</a></p>
    </>
  );
}

export function SwvRest({ base, swv, page }: { base: Base; swv: Swv; page: Page<"swv"> }): JSX.Element {
  const jump = (id: string) => (event: Event) => {
    event.preventDefault();
    const part = document.getElementById(id);
    part?.scrollIntoView();
    part?.querySelector("h2")?.focus({ preventScroll: true });
  };
  return (
    <>
      <nav class="parts" aria-label={t("on_this_page")}>
        {PARTS.map(([id, word]) => <a href={`#${id}`} onClick={jump(id)}>{t(word)}</a>)}
      </nav>
      <Pupils page={page} />
      <Participation swv={swv} page={page} />
      <Flows base={base} swv={swv} page={page} />
      <Coverage page={page} />
      <Money page={page} />
      <Members page={page} />
      <Region swv={swv} page={page} />
      <Downloads base={base} swv={swv} page={page} />
    </>
  );
}
