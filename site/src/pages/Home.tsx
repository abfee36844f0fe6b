/** The first page: find, choose what the map shows, and the table behind the map. */
import type { JSX } from "preact";
import { figureValue, rankOf } from "../format";
import type { Coloured } from "../MapPane";
import { address, go, type Place } from "../route";
import { Search } from "../Search";
import { nameOf, regionOf, swvsAt, type Base, type Moment } from "../store";
import type { Bounds, Figure, Sector, Swv } from "../types";
import { Note, Table } from "../ui";
import { both, t } from "../words";

export function HomeLead({ base, place, figure, shown }: { base: Base; place: Place; figure: Figure; shown: Coloured | null }): JSX.Element {
  return (
    <>
      <h1 tabIndex={-1}>{t("home_heading")}</h1>
      <p class="intro">{t("home_intro")}</p>
      <Search base={base} />
      <Controls base={base} place={place} figure={figure} shown={shown} />
    </>
  );
}

export function Controls({ base, place, figure, shown }: { base: Base; place: Place; figure: Figure; shown: Coloured | null }): JSX.Element {
  const years = figure.years[place.sector] ?? [];
  return (
    <div class="controls">
      <fieldset class="sectors">
        <legend class="hidden">{t("sector")}</legend>
        {(["PO", "VO"] as Sector[]).map((sector) => (
          <label class={sector === place.sector ? "on" : ""}>
            <input type="radio" name="sector" value={sector} checked={sector === place.sector} onChange={() => go(place.path, { sector, figure: null, year: null })} />
            {t(sector)}
          </label>
        ))}
      </fieldset>
      <div class="pick">
        <label for="figure">{t("colour_by")}</label>
        <select id="figure" value={figure.id} onChange={(event) => go(place.path, { figure: event.currentTarget.value, year: null })}>
          {Object.entries(base.index.groups).map(([group, label]) => {
            const figures = base.index.figures.filter((each) => each.group === group && fits(each, place.sector));
            return figures.length > 0 && (
              <optgroup label={both(label)}>
                {figures.map((each) => <option value={each.id}>{both(each)}{each.years[place.sector] ? "" : ` ${t("all_unknown_hint")}`}</option>)}
              </optgroup>
            );
          })}
        </select>
      </div>
      {years.length > 0 && (
        <div class="pick year">
          <label for="year">{t("year")}</label>
          <select id="year" value={String(shown?.year ?? years.at(-1))} onChange={(event) => go(place.path, { year: Number(event.currentTarget.value) })}>
            {[...years].reverse().map((each) => <option value={String(each)}>{each}</option>)}
          </select>
        </div>
      )}
      <p class="about-figure">{both(figure.about)}</p>
      {place.figure && place.figure !== figure.id && <Note>{t("not_found_figure", { what: place.figure })}</Note>}
      {years.length === 0 && <Note>{t(fits(figure, place.sector) ? "no_values" : "other_sector")}</Note>}
    </div>
  );
}

/** A figure that belongs to the other sector is not offered; one that has no values anywhere is, and says so. */
function fits(figure: Figure, sector: Sector): boolean {
  const other: Sector = sector === "PO" ? "VO" : "PO";
  return figure.years[sector] !== undefined || figure.years[other] === undefined;
}

export function HomeRest({ base, place, moment, shown }: { base: Base; place: Place; moment: Moment; shown: Coloured | null }): JSX.Element {
  const swvs = swvsAt(base, place.sector, moment);
  const value = (swv: Swv) => shown?.values.get(swv.code);
  const figure = shown?.figure;
  const ranks = shown ? ranked(shown.values) : null;
  return (
    <section>
      <h2>{t("list_heading")}</h2>
      <Table
        name="lijst"
        key={`${place.sector}-${figure?.id}`}
        caption={figure ? t("list_caption", { figure: both(figure), year: shown.year ? t("year_of", { year: shown.year }) : "" }) : t("list_heading")}
        rows={swvs}
        columns={[
          { head: t("swv"), rowHead: true, by: (each) => each.code, cell: (each) => <><a class="swv-link" href={address(["swv", each.code])}><span class="code">{each.code}</span> {nameOf(each)}</a>{each.naam && <span class="why">{regionOf(each, 2)}</span>}</> },
          ...(figure && ranks?.size ? [
            { head: both(figure), numeric: true, by: (each: Swv) => value(each)?.[0] ?? null, cell: (each: Swv) => figureValue(figure, value(each)) },
            { head: t("place_in_list"), numeric: true, minor: true, by: (each: Swv) => ranks.get(each.code)?.[0] ?? null, cell: (each: Swv) => rankOf(ranks.get(each.code), ranks.size) },
          ] : [{ head: t("locations"), numeric: true, by: (each: Swv) => each.vestigingen, cell: (each: Swv) => each.vestigingen }]),
        ]}
        record={(each) => ({
          swv_code: each.code, naam: nameOf(each), vestigingen: each.vestigingen,
          ...(figure && shown ? { jaar: shown.year, [`${figure.id}_ondergrens`]: value(each)?.[0] ?? null, [`${figure.id}_bovengrens`]: value(each)?.[1] ?? null } : {}),
        })}
      />
    </section>
  );
}

/** The places in the list, the highest value first, that each may have with values between bounds. */
function ranked(values: Map<string, Bounds>): Map<string, Bounds> {
  const all = [...values.values()];
  return new Map([...values].map(([code, [low, high]]) => {
    const above = all.filter((each) => each[0] > high).length;
    const notBelow = all.filter((each) => each[1] >= low).length;
    return [code, [above + 1, low === high ? Math.max(above + 1, all.filter((each) => each[1] > low).length + 1) : notBelow]] as const;
  }));
}
