/** The site: which page stands beside the map, by what the address says. */
import "leaflet/dist/leaflet.css";
import "./styles.css";
import { render, type JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { day } from "./format";
import { loadFigure, loadPage } from "./load";
import { coloured, MapPane, type Look } from "./MapPane";
import { AboutLead, AboutRest } from "./pages/About";
import { ClosedLead, Missing, PlaceLead, PlaceRest, PostcodeLead, PostcodeRest, postcodesOf } from "./pages/Answer";
import { CompareLead, CompareRest, codesIn } from "./pages/Compare";
import { DataLead, DataRest, TableLead, TableRest } from "./pages/Data";
import { GapsLead, GapsRest } from "./pages/Gaps";
import { HomeLead, HomeRest } from "./pages/Home";
import { SchoolLead, SchoolRest } from "./pages/School";
import { SwvLead, SwvRest } from "./pages/Swv";
import { address, usePlace, type Place } from "./route";
import { settle } from "./scroll";
import { SECTOR_KINDS } from "./shapes";
import { loadBase, loadClosed, loadFinder, loadPostcodes, momentOf, nameOf, useLoaded, valueOf, type Base, type Finder } from "./store";
import type { Figure, Sector } from "./types";
import { Age, Waiting } from "./ui";
import { speak, t, useLanguage } from "./words";

function App(): JSX.Element {
  const spoken = useLanguage();
  const base = useLoaded("base", loadBase);
  const ready = valueOf(base);
  return (
    <>
      <a class="skip" href="#inhoud" onClick={(event) => { event.preventDefault(); document.querySelector<HTMLElement>("h1")?.focus(); }}>{t("skip")}</a>
      <header>
        <div class="bar">
          <p class="brand"><a href={address([])}>{t("title")}</a><span>{t("tagline")}</span></p>
          <nav aria-label={t("title")}>
            <a href={address(["data"])}>{t("data")}</a>
            <a href={address(["over"])}>{t("about")}</a>
            <button type="button" class="language" lang={spoken === "nl" ? "en" : "nl"} onClick={() => speak(spoken === "nl" ? "en" : "nl")}>{t("other_language")}</button>
          </nav>
        </div>
        {ready?.index.release.fictitious && <p class="banner" role="note">{t("fictitious")}</p>}
      </header>
      {ready ? <Pages base={ready} /> : <main><Waiting loaded={base} /></main>}
    </>
  );
}

function Pages({ base }: { base: Base }): JSX.Element {
  const spoken = useLanguage();
  const place = usePlace();
  const [page = "", key = ""] = place.path;
  const [postcodes, setPostcodes] = useState<Finder["postcodes"] | null>(null);
  const [finder, setFinder] = useState<Finder | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const find = () => void loadFinder().then(setFinder, (error: Error) => setFailed(error.message));
  // the names on the map come when it stands; schools when a page or a map that is near shows them
  useEffect(() => {
    if (page !== "") find();
  }, [page]);
  useEffect(() => {
    const timer = setTimeout(() => loadPostcodes().then(setPostcodes, (error: Error) => setFailed(error.message)), 400);
    return () => clearTimeout(timer);
  }, []);
  const schoolPage = useLoaded(`school ${key} ${page}`, async () => (page === "vestiging" ? loadPage("vestiging", key) : null));
  const school = valueOf(schoolPage)?.school[0];
  const gone = useLoaded(`closed ${key} ${page} ${schoolPage !== null && !school}`, async () =>
    (page === "vestiging" && schoolPage && !school ? ((await loadClosed()).get(key) ?? null) : null));
  const closed = valueOf(gone);
  const sector = sectorOf(base, place, school?.soort);
  const figure = figureOf(base, place, sector);
  const values = valueOf(useLoaded(`figure ${figure.id}`, () => loadFigure(figure.id)));
  const code = page === "swv" ? key : null;
  const moment = useMemo(() => momentOf(base, sector, figure.years[sector] ?? [], place.year, code), [base, sector, figure, place.year, code]);
  const { year } = moment;
  const shown = useMemo(() => values && coloured(base, figure, year, sector, values), [base, figure, year, sector, values]);
  const swv = page === "swv" ? base.swvs.get(key) : undefined;
  const swvPage = useLoaded(`swv ${key} ${page}`, async () => (swv ? loadPage("swv", key) : null));
  const look = lookOf(page, key, finder, school);
  const here = { ...place, sector };

  let lead: JSX.Element;
  let rest: JSX.Element | null = null;
  let title = "";
  const waiting = <Waiting loaded={failed ? { failed } : null} />;
  if (page === "swv") {
    const found = valueOf(swvPage);
    lead = swv ? <SwvLead base={base} swv={swv} page={found} /> : <Missing base={base} text={t("not_found_swv", { what: key })} />;
    rest = swv ? (found ? <SwvRest key={key} base={base} swv={swv} page={found} /> : <Waiting loaded={swvPage} />) : null;
    title = swv ? `${key} ${nameOf(swv)}` : key;
  } else if (page === "vestiging") {
    const found = valueOf(schoolPage);
    if (!schoolPage || "failed" in schoolPage) lead = <Waiting loaded={schoolPage} />;
    else if (!found || !school) {
      lead = closed ? <ClosedLead base={base} finder={finder} school={closed} /> : <Missing base={base} text={t("not_found_school", { what: key })} />;
    }
    else {
      lead = <SchoolLead base={base} page={found} code={key} />;
      rest = <SchoolRest key={key} page={found} finder={finder} />;
      title = school.naam;
    }
  } else if (page === "postcode") {
    lead = finder ? <PostcodeLead base={base} finder={finder} code={key} /> : waiting;
    rest = finder && <PostcodeRest finder={finder} code={key} />;
    title = key;
  } else if (page === "plaats") {
    lead = finder ? <PlaceLead base={base} finder={finder} name={key} /> : waiting;
    rest = finder && <PlaceRest finder={finder} name={key} />;
    title = key;
  } else if (page === "witte-vlekken") {
    [lead, rest, title] = [<GapsLead />, <GapsRest base={base} finder={finder} wanted={key} />, t("gaps")];
  } else if (page === "vergelijk") {
    const codes = codesIn(key);
    [lead, rest, title] = [<CompareLead base={base} codes={codes} />, <CompareRest key={key} base={base} finder={finder} codes={codes} />, t("compare")];
  } else if (page === "data") {
    [lead, rest, title] = key
      ? [<TableLead key={key} name={key} />, <TableRest key={key} name={key} />, key]
      : [<DataLead base={base} />, <DataRest base={base} />, t("data")];
  } else if (page === "over") {
    [lead, rest, title] = [<AboutLead />, <AboutRest base={base} />, t("about")];
  } else if (page) {
    lead = <Missing base={base} text={t("not_found_page", { what: place.path.join("/") })} />;
    title = t("not_found");
  } else {
    lead = <HomeLead base={base} place={here} figure={figure} shown={shown} />;
    rest = <HomeRest base={base} place={here} moment={moment} shown={shown} />;
  }
  useArrival(`${page}/${key}`, title, lead !== waiting);
  return (
    <main id="inhoud" class={["swv", "vestiging", "vergelijk", "witte-vlekken"].includes(page) ? "wide" : page === "" ? "home" : "find"}>
      <div class="lead">{lead}<Age base={base} of={restsOn(place, sector, school?.bron)} /></div>
      <MapPane base={base} finder={finder} postcodes={postcodes} onNear={find} place={here} moment={moment} shown={shown} look={look} spoken={spoken} />
      <div class="rest">
        {rest}
        <footer>
          <a href={address(["witte-vlekken"])}>{t("gaps")}</a>
          <a href={address(["vergelijk"])}>{t("compare")}</a>
          <a href={address(["data"])}>{t("data")}</a>
          <a href={address(["over"])}>{t("about")}</a>
          <span>{t("about_release", { version: base.index.release.version, day: day(base.index.release.created) })}</span>
        </footer>
      </div>
    </main>
  );
}

/** The registries that a page rests on. */
function restsOn(place: Place, sector: Sector, register: string | undefined): string[] {
  const [page = ""] = place.path;
  const registers = { PO: ["vestigingen_bo"], VO: ["vestigingen_vo", "leerlingen_vo"] };
  if (page === "vestiging") return register ? [register] : [];
  if (page === "swv" || page === "") return registers[sector];
  return page === "postcode" || page === "plaats" ? ["vestigingen_bo", "vestigingen_vo", "swv_regio_wettelijk"] : [];
}

/** An SWV decides the sector of the map beside it, and so does a school of one sector; elsewhere the reader does. */
function sectorOf(base: Base, place: Place, soort: string | undefined): Sector {
  const swv = place.path[0] === "swv" ? base.swvs.get(place.path[1] ?? "") : undefined;
  const only = (["PO", "VO"] as const).filter((each) => soort && SECTOR_KINDS[each]?.includes(soort));
  return swv?.sector ?? (only.length === 1 ? only[0]! : place.sector);
}

/** What the reader chose, where this sector has it; else the first that has values. */
function figureOf(base: Base, place: Place, sector: Sector): Figure {
  const { figures } = base.index;
  const chosen = figures.find((each) => each.id === place.figure);
  return chosen ?? figures.find((each) => each.years[sector]) ?? figures[0]!;
}

function lookOf(page: string, key: string, finder: Finder | null, school?: { lat: number | null; lon: number | null }): Look {
  if (page === "swv") return { swv: key };
  if (page === "vestiging" && school?.lat != null && school.lon != null) return { lat: school.lat, lon: school.lon, zoom: 12.5, school: key };
  const at = page === "postcode" ? finder?.postcodes.get(key) : page === "plaats" && finder ? postcodesOf(finder, key)[0] : undefined;
  return at?.lat != null && at.lon != null ? { lat: at.lat, lon: at.lon, zoom: 11, pin: page === "postcode" } : null;
}

/** A page that is new begins at its top, with the focus on its heading, and its title in the tab. */
function useArrival(where: string, title: string, there: boolean): void {
  const before = useRef(where);
  useEffect(() => {
    document.title = [title, t("title")].filter(Boolean).join(" · ");
    if (!there || before.current === where) return;
    before.current = where;
    settle();
    document.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
  });
}

render(<App />, document.getElementById("app")!);
