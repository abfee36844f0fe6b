/** The map beside every page: one Leaflet map for as long as the site is open, told what to show. */
import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { classOf, classes, colour, type Classes } from "./classes";
import { day, figureValue } from "./format";
import { Legend } from "./Legend";
import { SCHOOLS_FROM, SwvMap } from "./map";
import { go, type Place } from "./route";
import { SECTOR_KINDS } from "./shapes";
import { areasAt, nameOf, swvsAt, type Base, type Finder, type Moment } from "./store";
import type { Bounds, Figure, Sector } from "./types";
import { KindLabel } from "./ui";
import { both, kind, t, type Language } from "./words";

/** Where the map looks: a whole country, an SWV, or a point. */
export type Look = { swv: string } | { lat: number; lon: number; zoom: number; school?: string; pin?: boolean } | null;

export interface Coloured {
  figure: Figure;
  year: number | null;
  values: Map<string, Bounds>;
  classes: Classes;
}

/** What the map is coloured by, from the values of a figure. */
export function coloured(base: Base, figure: Figure, year: number | null, sector: Sector, all: Record<string, Record<string, Bounds>>): Coloured {
  const values = new Map<string, Bounds>();
  for (const swv of base.swvs.values()) {
    const value = year === null || swv.sector !== sector ? undefined : all[swv.code]?.[year];
    if (value) values.set(swv.code, value);
  }
  return { figure, year, values, classes: classes(values.values(), Boolean(figure.diverging)) };
}

export function MapPane({ base, finder, postcodes, onNear, place, moment, shown, look, spoken }: {
  base: Base; finder: Finder | null; postcodes: Finder["postcodes"] | null; onNear: () => void; place: Place; moment: Moment;
  shown: Coloured | null; look: Look; spoken: Language;
}): JSX.Element {
  const element = useRef<HTMLDivElement>(null);
  const map = useRef<SwvMap | null>(null);
  const [zoom, setZoom] = useState(0);
  const swvs = useMemo(() => swvsAt(base, place.sector, moment), [base, place.sector, moment]);
  const areas = useMemo(() => areasAt(base, place.sector, moment), [base, place.sector, moment]);
  const schools = useMemo(() => {
    const kinds = SECTOR_KINDS[place.sector] ?? [];
    return [...(finder?.schools.values() ?? [])].filter((each) => kinds.includes(each.soort) && !place.without.includes(each.soort));
  }, [finder, place.sector, place.without.join()]);
  const selected = look && "swv" in look ? look.swv : null;
  const marked = look && "school" in look ? (look.school ?? null) : null;

  useEffect(() => {
    if (!element.current || map.current) return;
    map.current = new SwvMap(element.current, base.areas.scale, { open: (path) => go(path), zoomed: setZoom });
  }, []);
  useEffect(() => {
    const at = map.current;
    if (!at) return;
    const fill = (code: string): string => {
      const value = shown?.values.get(code);
      if (!shown || !value) return at.pattern("var(--none)", "var(--none2)");
      const [low, high] = value.map((each) => classOf(shown.classes, each)) as [number, number];
      return low === high ? colour(shown.classes, low) : at.pattern(colour(shown.classes, low), colour(shown.classes, high));
    };
    at.show({
      areas, fill, selected, schools, marked, kind, label: t("map_label"), pin: look && "pin" in look && look.pin ? look : null,
      describe: (code) => {
        const swv = base.swvs.get(code);
        const value = shown ? `${both(shown.figure)}: ${figureValue(shown.figure, shown.values.get(code))}` : "";
        const missing = shown?.figure.id === "voorzieningen_ontbreken" && swv?.ontbreekt ? `; ${t("gaps_missing", { what: swv.ontbreekt })}` : "";
        return { name: swv ? `${code} ${nameOf(swv)}` : code, value: value + missing };
      },
    });
  }, [base, areas, shown, selected, schools, marked, spoken, JSON.stringify(look)]);
  useEffect(() => {
    if (postcodes) map.current?.name(postcodes.values());
  }, [postcodes]);
  useEffect(() => {
    const at = map.current;
    if (!at) return;
    if (look === null) at.all();
    else if ("swv" in look) at.to(look.swv);
    else at.at(look.lat, look.lon, look.zoom);
  }, [JSON.stringify(look), place.sector]);

  const approximate = swvs.some((each) => each.benaderd);
  const near = zoom >= SCHOOLS_FROM.special;
  useEffect(() => {
    if (near) onNear();
  }, [near]);
  return (
    <section class="map-pane" aria-label={t("title")}>
      <div class="map" ref={element} />
      <div class="map-buttons">
        <button type="button" onClick={() => map.current?.zoom(1)} aria-label={t("zoom_in")} title={t("zoom_in")}>+</button>
        <button type="button" onClick={() => map.current?.zoom(-1)} aria-label={t("zoom_out")} title={t("zoom_out")}>−</button>
        <button type="button" onClick={() => map.current?.all()} aria-label={t("zoom_all")} title={t("zoom_all")}>
          <svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true"><path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5" /></svg>
        </button>
      </div>
      <div class="map-card">
        {shown && <Legend shown={shown} total={swvs.length} open={place.path.length === 0} />}
        {near ? <Kinds place={place} every={zoom >= SCHOOLS_FROM.every} /> : <p>{areas.size > 0 ? t("map_hint") : t("no_areas")}</p>}
        {areas.size > 0 && moment.regions > moment.day && <p>{t("map_regions_of", { day: day(moment.regions) })}</p>}
        {approximate && <p title={t("map_approximate_long")}>{t("map_approximate")}</p>}
      </div>
    </section>
  );
}

/** The kinds of school on the map: its key, and which of them it shows. */
function Kinds({ place, every }: { place: Place; every: boolean }): JSX.Element {
  const kinds = SECTOR_KINDS[place.sector] ?? [];
  const turn = (soort: string) => go(place.path, {
    without: place.without.includes(soort) ? place.without.filter((each) => each !== soort) : [...place.without, soort],
  });
  return (
    <>
      <ul class="kinds" aria-label={t("map_kinds")}>
        {kinds.map((each) => (
          <li><label><input type="checkbox" checked={!place.without.includes(each)} onChange={() => turn(each)} /> <KindLabel soort={each} /></label></li>
        ))}
      </ul>
      {!every && <p>{t("map_hint_more")}</p>}
    </>
  );
}
