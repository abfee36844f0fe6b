/** Which SWVs a postcode or place belongs to, and what special education is near. */
import type { JSX } from "preact";
import { day, since } from "../format";
import { loadPage } from "../load";
import { address } from "../route";
import { Search } from "../Search";
import { nameOf, regionOf, useLoaded, valueOf, type Base, type Finder } from "../store";
import type { Closed, Nearest, Postcode, Sector } from "../types";
import { KindLabel, Mark, Note, SchoolLink, SwvLink, Table, titled, Waiting } from "../ui";
import { kind, t, tMaybe, type Word } from "../words";
import { NextSteps } from "./NextSteps";
import { Provision, type Offer } from "./Provision";

export function PostcodeLead({ base, finder, code }: { base: Base; finder: Finder; code: string }): JSX.Element {
  const postcode = finder.postcodes.get(code);
  if (!postcode) return <Missing base={base} text={t("not_found_postcode", { what: code })} />;
  const place = [postcode.plaats, postcode.gemeente === postcode.plaats ? null : postcode.gemeente].filter(Boolean).join(", ");
  return (
    <>
      <Back />
      <h1 tabIndex={-1}>{t("postcode_heading", { pc: code })}</h1>
      <p class="intro">{place}</p>
      {postcode.adressoort === "Postbus" ? <Note>{t("postcode_boxes", { what: code })}</Note> : <Answers base={base} of={postcode} />}
      <Note>{t("school_decides")} {t("reformed_note")}</Note>
      <Search base={base} />
    </>
  );
}

const ORDINARY = ["BO", "VO", "VBO", "MAVO", "HAVO", "VWO"];

export function PostcodeRest({ finder, code }: { finder: Finder; code: string }): JSX.Element | null {
  const loaded = useLoaded(`postcode ${code}`, async () => (finder.postcodes.has(code) ? loadPage("postcode", code) : null));
  if (!finder.postcodes.has(code)) return null;
  const found = valueOf(loaded)?.voorzieningen.filter((each) => !ORDINARY.includes(each.voorziening));
  return (
    <>
      <NextSteps />
      <section>
        <h2>{t("nearby")}</h2>
        <p>{t("nearby_intro")}</p>
        {!found ? (loaded && "value" in loaded ? <Note>{t("nearby_none")}</Note> : <Waiting loaded={loaded} />) : (["PO", "VO"] as Sector[]).map((sector) => (
          <Provision key={sector} finder={finder} heading={t(sector)} offers={found.filter((each) => each.sector === sector).flatMap(offersOf)} />
        ))}
      </section>
    </>
  );
}

/** The nearest inside the region, and the nearest of all where that is another. */
function offersOf(each: Nearest): Offer[] {
  const { voorziening } = each;
  const inside = { voorziening, code: each.binnen, km: each.km_binnen, inside: true, reden: each.reden_binnen };
  const outside = { voorziening, code: each.overal, km: each.km_overal, inside: false, reden: each.reden_overal };
  return each.overal !== null && each.overal === each.binnen ? [inside] : [inside, outside];
}

interface Region {
  base: Base;
  sector: Sector;
  code: string | null;
  first: string | null;
  after: string | null;
  how: string | null;
}

function Answers({ base, of }: { base: Base; of: Postcode }): JSX.Element {
  const nameless = [of.po, of.vo].some((code) => code && !base.swvs.get(code)?.naam);
  return (
    <>
      <div class="answers">
        <AnswerCard base={base} sector="PO" code={of.po} first={of.po_sinds} after={of.po_sinds_na} how={of.po_bron} />
        <AnswerCard base={base} sector="VO" code={of.vo} first={of.vo_sinds} after={of.vo_sinds_na} how={of.vo_bron} />
      </div>
      {nameless && <Note>{t("no_name")}</Note>}
    </>
  );
}

function AnswerCard({ base, sector, code, first, after, how }: Region): JSX.Element {
  const swv = code ? base.swvs.get(code) : undefined;
  const method = how === "rio" ? "rio_regio" : (how ?? "");
  return (
    <div class={`answer ${sector.toLowerCase()}`}>
      <h2>{t(sector === "PO" ? "belongs_PO" : "belongs_VO")}</h2>
      {swv ? (
        <>
          <p class="answer-name"><a href={address(["swv", swv.code], { sector, figure: null, year: null })}>{nameOf(swv)}</a></p>
          {swv.naam && <p class="answer-region">{regionOf(swv, 4)}</p>}
          {swv.website && <p class="answer-region"><a href={swv.website} rel="noreferrer">{swv.website.replace(/^https?:\/\/(www\.)?/, "").replace(/\/$/, "")}</a></p>}
          <p class="answer-code"><span class="code">{swv.code}</span> {since(first, how === "rio", after)}</p>
          <p class="answer-how">{t("how_known")}: {tMaybe("method_", method)}.</p>
        </>
      ) : <p class="answer-name">{t("no_swv")}<span class="why">{t("no_swv_postcode")}</span></p>}
    </div>
  );
}

/** The postcodes of a place, or of a gemeente of that name. */
export function postcodesOf(finder: Finder, name: string): Postcode[] {
  const all = [...finder.postcodes.values()];
  return all.filter((each) => each.plaats === name || each.gemeente === name);
}

export function PlaceLead({ base, finder, name }: { base: Base; finder: Finder; name: string }): JSX.Element {
  const postcodes = postcodesOf(finder, name);
  if (!postcodes.length) return <Missing base={base} text={t("not_found_place", { what: name })} />;
  // a postcode of boxes is in no list of regions, and makes no place lie in two
  const placed = postcodes.filter((each) => each.po || each.vo);
  const several = (["po", "vo"] as const).some((side) => new Set(placed.map((each) => each[side])).size > 1);
  const one = placed[0] ?? postcodes[0]!;
  return (
    <>
      <Back />
      <h1 tabIndex={-1}>{titled(name)}</h1>
      <p class="intro">{several ? t("several_regions", { place: titled(name) }) : t("one_region", { place: titled(name) })}</p>
      {several ? (
        <Table caption={t("postcodes")} rows={postcodes}
          columns={[
            { head: t("postcode"), rowHead: true, by: (each) => each.postcode4, cell: (each) => <a href={address(["postcode", each.postcode4])}>{each.postcode4}</a> },
            { head: t("place"), by: (each) => each.plaats, cell: (each) => each.plaats ?? "" },
            { head: "po", by: (each) => each.po, cell: (each) => each.po ? <SwvLink base={base} code={each.po} /> : t("no_swv") },
            { head: "vo", by: (each) => each.vo, cell: (each) => each.vo ? <SwvLink base={base} code={each.vo} /> : t("no_swv") },
          ]} max={40} />
      ) : (
        <>
          <Answers base={base} of={one} />
          <p>{t("postcodes")}: {postcodes.map((each, index) => <>{index > 0 && ", "}<a href={address(["postcode", each.postcode4])}>{each.postcode4}</a></>)}</p>
        </>
      )}
      <Note>{t("school_decides")} {t("reformed_note")}</Note>
      <Search base={base} />
    </>
  );
}

export function PlaceRest({ finder, name }: { finder: Finder; name: string }): JSX.Element | null {
  const codes = new Set(postcodesOf(finder, name).map((each) => each.postcode4));
  const schools = [...finder.schools.values()].filter((each) => codes.has(each.postcode?.slice(0, 4) ?? ""));
  if (!schools.length) return null;
  return (
    <section>
      <h2>{t("schools_here", { place: titled(name) })}</h2>
      <Table caption={t("schools_here", { place: titled(name) })} hideCaption rows={schools} max={25}
        columns={[
          { head: t("name"), rowHead: true, by: (each) => each.naam, cell: (each) => <a href={address(["vestiging", each.code])}>{each.naam}</a> },
          { head: t("kind"), by: (each) => each.soort, cell: (each) => <><Mark soort={each.soort} /> {kind(each.soort)}</> },
          { head: t("postcode"), by: (each) => each.postcode, cell: (each) => each.postcode ?? "" },
        ]} />
    </section>
  );
}

export function Back(): JSX.Element {
  return <p class="back"><a href={address([])}>← {t("back")}</a></p>;
}

/** A school that has closed, with what stands in its place now. */
export function ClosedLead({ base, finder, school }: { base: Base; finder: Finder | null; school: Closed }): JSX.Element {
  const now: [Word, string | null][] = [["closed_postcode", school.zelfde_postcode], ["closed_institution", school.zelfde_instelling]];
  const there = now.filter(([, code], index) => code && code !== now[index - 1]?.[1]);
  return (
    <>
      <Back />
      <p class="eyebrow"><KindLabel soort={school.soort} /> · {school.code}</p>
      <h1 tabIndex={-1}>{school.naam}</h1>
      <p class="intro">{school.plaats && titled(school.plaats)}</p>
      <Note>{t("closed")}. {school.laatst_gezien && t("closed_seen", { day: day(school.laatst_gezien) })} {there.length > 0 && t("closed_successor")}</Note>
      {there.map(([word, code]) => <p>{t(word)} <SchoolLink schools={finder?.schools} code={code!} /></p>)}
      <Search base={base} />
    </>
  );
}

export function Missing({ base, text }: { base: Base; text: string }): JSX.Element {
  return (
    <>
      <Back />
      <h1 tabIndex={-1}>{t("not_found")}</h1>
      <p class="intro">{text}</p>
      <Search base={base} />
    </>
  );
}

