/** A school location: its SWVs and how that is known, its pupils, and where a pupil can go. */
import type { JSX } from "preact";
import { Chart, Years } from "../charts";
import { day, linkedSince, range } from "../format";
import { address as at } from "../route";
import { Details, SwvLink, Dutch, KindLabel, Note, Reason, Table, titled, website } from "../ui";
import type { Base, Finder } from "../store";
import type { Link, Page, Route, SchoolFacts } from "../types";
import { kind, language, t, tMaybe } from "../words";
import { Back } from "./Answer";
import { NextSteps } from "./NextSteps";
import { Provision, type Offer } from "./Provision";

export function SchoolLead({ base, page, code }: { base: Base; page: Page<"vestiging">; code: string }): JSX.Element {
  const school = page.school[0]!;
  const now = page.swv.filter((each) => each.wanneer === "nu");
  const others = ([["straks", "announced_links"], ["eerder", "earlier_links"]] as const).map(([when, word]) => ({
    word, links: page.swv.filter((each) => each.wanneer === when),
  }));
  return (
    <>
      <Back />
      <p class="eyebrow"><KindLabel soort={school.soort} /> · {code}</p>
      <h1 tabIndex={-1}>{school.naam}</h1>
      <First school={school} />
      <div class="answers">{now.map((each) => <LinkCard base={base} link={each} />)}</div>
      {now.length === 0 && <Note>{t("outside_swvs")}</Note>}
      {others.filter(({ links }) => links.length > 0).map(({ word, links }) => (
        <Details name={word} kind="earlier" summary={t(word)}>
          <ul>
            {links.map((each) => (
              <li>{each.sector.toLowerCase()}, {period(each)}: {each.swv_code ? <SwvLink base={base} code={each.swv_code} /> : <Reason>{each.reden}</Reason>}</li>
            ))}
          </ul>
        </Details>
      ))}
      <p><a href={at(["vergelijk", code])}>{t("compare_this")}</a></p>
      {school.coordinaat_bron === "postcode4" && <Note>{t("coordinate_centre")}</Note>}
    </>
  );
}

/** What people ask first: where it is, what it is, whose it is, and where to read more. */
function First({ school }: { school: SchoolFacts }): JSX.Element {
  const site = website(school.website);
  const address = [school.adres, [spaced(school.postcode), school.plaats && titled(school.plaats)].filter(Boolean).join(" ")].filter(Boolean).join(", ");
  return (
    <dl class="facts first">
      <dt>{t("address")}</dt><dd>{address || t("unknown")}</dd>
      <dt>{t("kind")}</dt><dd>{kind(school.soort)}{school.cluster && `, ${t("cluster").toLowerCase()} ${school.cluster}`}</dd>
      <dt>{t("board")}</dt><dd>{school.bestuur_aanduiding ?? t("unknown")}</dd>
      <dt>{t("website")}</dt><dd>{site ? <a href={site} rel="noreferrer">{site.replace("https://", "")}</a> : t("unknown")}</dd>
    </dl>
  );
}

function spaced(postcode: string | null): string | null {
  return postcode?.replace(/^(\d{4})([A-Z]{2})$/, "$1\u00a0$2") ?? null;
}

/** When a link held that does not hold now, or is to hold. */
function period(link: Link): string {
  const begin = link.wanneer === "straks"
    ? t("from_day", { day: day(link.geldig_vanaf) })
    : linkedSince(link.geldig_vanaf_grond, link.geldig_vanaf, link.geldig_vanaf_na);
  return link.geldig_tot ? `${begin}, ${t("until_day", { day: day(link.geldig_tot) })}` : begin;
}

function LinkCard({ base, link }: { base: Base; link: Link }): JSX.Element {
  return (
    <div class={`answer ${link.sector.toLowerCase()}`}>
      <h2>{t("belongs")} ({link.sector.toLowerCase()})</h2>
      {link.swv_code ? (
        <>
          <p class="answer-name"><SwvLink base={base} code={link.swv_code} /></p>
          <p class="answer-code">{linkedSince(link.geldig_vanaf_grond, link.geldig_vanaf, link.geldig_vanaf_na)}</p>
          <p class="answer-how">{t("how_known")}: {tMaybe("method_", (link.zekerheid === "zeker" ? link.methode : link.zekerheid) ?? "")}.</p>
          {link.anders_swv_code && <p class="answer-how">{t("else_belongs")} <SwvLink base={base} code={link.anders_swv_code} />.</p>}
        </>
      ) : <p class="answer-name">{t("unresolved")}<span class="why"><Reason>{link.reden}</Reason></span></p>}
    </div>
  );
}

export function SchoolRest({ page, finder }: { page: Page<"vestiging">; finder: Finder | null }): JSX.Element {
  const school = page.school[0]!;
  const kinds = [...new Set(page.leerlingen.map((each) => each.soort))];
  return (
    <>
      <NextSteps />
      <Routes routes={page.routes} finder={finder} />
      <section>
        <h2>{t("h_pupils")}</h2>
        {kinds.length === 0 && <Note>{t("school_pupils_none")}</Note>}
        <div class="charts">
          {kinds.map((soort) => {
            const years = page.leerlingen.filter((each) => each.soort === soort);
            const last = years.at(-1)!;
            return (
              <Chart key={soort} title={kind(soort)} note={`${last.jaar}: ${range(last.ondergrens, last.bovengrens)}`} source="leerlingen_vestiging"
                table={<Table caption={kind(soort)} hideCaption rows={[...years].reverse()} columns={[
                  { head: t("year"), rowHead: true, cell: (each) => each.jaar },
                  { head: t("pupils"), numeric: true, cell: (each) => range(each.ondergrens, each.bovengrens) },
                ]} />}>
                <Years label={`${kind(soort)}, ${years[0]!.jaar}–${last.jaar}; ${last.jaar}: ${range(last.ondergrens, last.bovengrens)}`} own={years} redraw={[page, language()]} />
              </Chart>
            );
          })}
        </div>
      </section>
      <Facts school={school} />
    </>
  );
}

const SPECIAL = "speciale voorziening";

function Routes({ routes, finder }: { routes: Route[]; finder: Finder | null }): JSX.Element | null {
  if (!routes.length) return null;
  const of = (group: string) => routes.filter((each) => `${each.sector} ${each.route}` === group);
  return (
    <section>
      <h2>{t("routes")}</h2>
      <p>{t("routes_intro")}</p>
      {[...new Set(routes.map((each) => `${each.sector} ${each.route}`))].map((group) => {
        const heading = `${tMaybe("route_", group.slice(3))} (${group.slice(0, 2).toLowerCase()})`;
        const offers = of(group).map(({ voorziening, doel, km, in_swv, reden }): Offer => ({ voorziening, code: doel, km, inside: Boolean(in_swv), reden }));
        return <Provision key={group} finder={finder} heading={heading} offers={offers} plain={group.slice(3) !== SPECIAL} />;
      })}
    </section>
  );
}

function Facts({ school }: { school: SchoolFacts }): JSX.Element {
  const facts: [string, JSX.Element | string | null][] = [
    [t("denomination"), school.denominatie && <Dutch>{school.denominatie}</Dutch>],
    [t("structure"), school.onderwijsstructuur],
    [t("cluster"), school.cluster],
    [t("municipality"), school.gemeente],
    [t("last_seen"), school.laatst_gezien && `${day(school.laatst_gezien)} (${school.laatst_gezien_in})`],
    [t("register_of"), `${school.peildatum ? day(school.peildatum) : t("unknown")} (${school.bron})`],
  ];
  return (
    <section>
      <h2>{t("facts")}</h2>
      <dl class="facts">{facts.filter(([, value]) => value).map(([name, value]) => <><dt>{name}</dt><dd>{value}</dd></>)}</dl>
    </section>
  );
}
