/** Up to four SWVs, or four school locations, side by side: one table, and the same charts on the same scale. */
import type { JSX } from "preact";
import { Chart, Years, type Year } from "../charts";
import { euros, number, percent, range, rankOf } from "../format";
import { loadPage } from "../load";
import { MOST, peersOf, schoolsLike } from "../peers";
import { address, go } from "../route";
import { nameOf, useLoaded, valueOf, type Base, type Finder } from "../store";
import type { Cell, Count, Page, Swv } from "../types";
import { Note, Table, titled, Waiting, type Column } from "../ui";
import { kind, language, t } from "../words";
import { Back } from "./Answer";

/** One of those that are compared. */
interface Unit {
  code: string;
  name: string;
  path: string[];
  pupils: Count[];
  /** participation, of an SWV */
  shares: (Year & { soort: string })[];
  facts: Fact[];
}

interface Fact {
  name: string;
  shown: string;
  value: Cell;
}

export const codesIn = (key: string): string[] => [...new Set(key.split(",").map((each) => each.trim().toUpperCase()).filter(Boolean))].slice(0, MOST);

export function CompareLead({ base, codes }: { base: Base; codes: string[] }): JSX.Element {
  return (
    <>
      <Back />
      <h1 tabIndex={-1}>{t("compare")}</h1>
      <p class="intro">{t("compare_intro")}</p>
      {codes.length === 0 && <Note>{t("compare_none")}</Note>}
      <Picker base={base} codes={codes} />
    </>
  );
}

function Picker({ base, codes }: { base: Base; codes: string[] }): JSX.Element | null {
  const first = base.swvs.get(codes[0] ?? "");
  if (codes.length && !first) return null;
  const listed = [...base.swvs.values()].filter((each) => (!first || each.sector === first.sector) && each.nu && !codes.includes(each.code));
  return (
    <div class="compare-pick">
      {codes.length < MOST && (
        <div class="pick">
          <label for="compare-add">{t("compare_add")}</label>
          <select id="compare-add" value="" onChange={(event) => go(["vergelijk", [...codes, event.currentTarget.value].join(",")])}>
            <option value="">{t("compare_choose")}</option>
            {listed.map((each) => <option value={each.code}>{each.code} {nameOf(each)}</option>)}
          </select>
        </div>
      )}
    </div>
  );
}

export function CompareRest({ base, finder, codes }: { base: Base; finder: Finder | null; codes: string[] }): JSX.Element | null {
  const loaded = useLoaded(`compare ${codes.join()}`, () => Promise.all(codes.map((code) => unitOf(base, code))));
  const found = valueOf(loaded);
  if (!codes.length) return null;
  if (!found) return <Waiting loaded={loaded} />;
  const units = found.filter((each): each is Unit => each !== null);
  const unknown = codes.filter((code) => !units.some((each) => each.code === code));
  const facts = [...new Set(units.flatMap((each) => each.facts.map((fact) => fact.name)))];
  const of = (unit: Unit, name: string) => unit.facts.find((fact) => fact.name === name);
  const swv = base.swvs.get(codes[0]!);
  const peers: [string, string][] = swv
    ? peersOf(base, swv, codes).map((each) => [each.code, nameOf(each)])
    : finder ? schoolsLike(finder, codes[0]!, codes).map((code) => [code, finder.schools.get(code)?.naam ?? code]) : [];
  const columns: Column<{ name: string }>[] = [
    { head: t("measure"), rowHead: true, cell: (each) => each.name },
    ...units.map((unit) => ({ head: unit.code, numeric: true, cell: (each: { name: string }) => of(unit, each.name)?.shown ?? t("unknown") })),
  ];
  return (
    <>
      {unknown.length > 0 && <Note>{t("compare_unknown", { what: unknown.join(", ") })}</Note>}
      <ul class="compared">
        {units.map((unit) => (
          <li>
            <a href={address(unit.path)}><span class="code">{unit.code}</span> {unit.name}</a>
            <a class="drop" href={address(["vergelijk", codes.filter((code) => code !== unit.code).join(",")])} aria-label={t("compare_drop", { what: unit.code })}>×</a>
          </li>
        ))}
      </ul>
      {codes.length < MOST && peers.length > 0 && (
        <p>{t(swv ? "compare_peers" : "compare_near")}: {peers.map(([code, name], index) => (
          <>{index > 0 && ", "}<a href={address(["vergelijk", [...codes, code].join(",")])}>{code} {name}</a></>
        ))}.</p>
      )}
      <Table caption={t("compare_table")} rows={facts.map((name) => ({ name }))} columns={columns}
        record={(each) => Object.fromEntries([[t("measure"), each.name], ...units.map((unit) => [`${unit.code} ${unit.name}`, of(unit, each.name)?.value ?? null])])} />
      <Multiples units={units} heading={t("h_pupils")} source="leerlingen" of={(unit, soort) => unit.pupils.filter((each) => each.soort === soort)} unit="" decimals={0} />
      <Multiples units={units} heading={t("h_participation")} source="deelname_swv" of={(unit, soort) => unit.shares.filter((each) => each.soort === soort)} unit="%" decimals={1} />
    </>
  );
}

/** For each kind a row of charts, one of each unit, all of one height. */
function Multiples({ units, heading, source, of, unit, decimals }: {
  units: Unit[]; heading: string; source: string; of: (unit: Unit, soort: string) => Year[]; unit: string; decimals: number;
}): JSX.Element | null {
  const kinds = [...new Set(units.flatMap((each) => (unit ? each.shares : each.pupils).map((one) => one.soort)))];
  const shown = kinds.filter((soort) => units.some((each) => of(each, soort).some((one) => one.ondergrens > 0)));
  if (!shown.length) return null;
  return (
    <section>
      <h2>{heading}</h2>
      {shown.map((soort) => {
        const top = Math.max(...units.flatMap((each) => of(each, soort).filter((one) => one.ondergrens > 0).map((one) => one.bovengrens)));
        return (
          <div key={soort}>
            <h3>{kind(soort)}</h3>
            <div class="charts">
              {units.filter((each) => of(each, soort).length > 0).map((each) => {
                const years = of(each, soort);
                const last = years.at(-1)!;
                const now = `${last.jaar}: ${range(last.ondergrens, last.bovengrens, decimals, unit)}`;
                return (
                  <Chart key={each.code} title={each.code} note={<>{each.name}<br />{now}</>} source={source}
                    table={<Table caption={`${each.code}, ${kind(soort)}`} hideCaption rows={[...years].reverse()} columns={[
                      { head: t("year"), rowHead: true, cell: (one) => one.jaar },
                      { head: heading, numeric: true, cell: (one) => range(one.ondergrens, one.bovengrens, decimals, unit) },
                    ]} />}>
                    <Years label={`${each.code}, ${kind(soort)}; ${now}`} own={years} top={top} unit={unit} decimals={decimals} redraw={[each, top, language()]} />
                  </Chart>
                );
              })}
            </div>
          </div>
        );
      })}
    </section>
  );
}

async function unitOf(base: Base, code: string): Promise<Unit | null> {
  const swv = base.swvs.get(code);
  if (swv) {
    const page = await loadPage("swv", code);
    return page && swvUnit(swv, page);
  }
  const page = await loadPage("vestiging", code);
  return page?.school[0] ? schoolUnit(code, page) : null;
}

function swvUnit(swv: Swv, page: Page<"swv">): Unit {
  const newest = <Row extends { soort: string; jaar: number }>(rows: Row[]): Row[] =>
    [...new Map([...rows].sort((a, b) => a.jaar - b.jaar).map((each) => [each.soort, each])).values()];
  const pupils = page.leerlingen.filter((each) => each.rol === "vestiging");
  const shares = page.deelname.filter((each) => each.ondergrens !== null && each.bovengrens !== null);
  const net = page.bekostiging.find((each) => each.component === "netto" && each.meest_compleet);
  const boards = new Set(page.scholen.map((each) => each.bestuur).filter(Boolean)).size;
  const count = (name: string, value: number): Fact => ({ name, shown: number(value), value });
  return {
    code: swv.code, name: nameOf(swv), path: ["swv", swv.code], pupils,
    shares: shares.map((each) => ({ soort: each.soort, jaar: each.jaar, ondergrens: each.ondergrens!, bovengrens: each.bovengrens!, telwijze: `${each.telwijze}, ${each.rol}` })),
    facts: [
      count(t("fact_schools"), page.scholen.length), count(t("fact_boards"), boards), count(t("fact_gemeenten"), swv.gemeenten.length),
      count(t("fact_postcodes"), page.postcodes.length),
      ...newest(pupils).map((each): Fact => bounded(`${t("pupils")}, ${kind(each.soort)} (${each.jaar})`, each.ondergrens, each.bovengrens, range)),
      ...newest(shares).flatMap((each): Fact[] => [
        bounded(`${t("h_participation")}, ${kind(each.soort)} (${each.jaar})`, each.ondergrens!, each.bovengrens!, percent),
        {
          name: `${t("place_in_list")}, ${kind(each.soort)} (${each.jaar})`, value: each.rang_hoogst,
          shown: each.rang_hoogst === null ? t("unknown") : rankOf([each.rang_hoogst, each.rang_laagst ?? each.rang_hoogst], each.aantal_swv ?? 0),
        },
      ]),
      ...page.stromen.map((each): Fact => bounded(`${t("balance")}, ${kind(each.soort)} (${each.jaar})`, each.saldo_ondergrens, each.saldo_bovengrens, range)),
      ...page.dekking.filter((each) => each.binnen_ondergrens !== null && !each.voorziening.includes("cluster")).map((each): Fact =>
        bounded(`${t("within_10km")}, ${kind(each.voorziening)}`, each.binnen_ondergrens!, each.binnen_bovengrens!, percent)),
      ...(net ? [{ name: `${t("net_known")} ${net.periode}`, shown: euros(net.bekend_ondergrens, net.bekend_bovengrens, 0), value: net.bekend_ondergrens }] : []),
    ],
  };
}

function schoolUnit(code: string, page: Page<"vestiging">): Unit {
  const school = page.school[0]!;
  const kinds = [...new Set(page.leerlingen.map((each) => each.soort))];
  const text = (name: string, value: string | null): Fact => ({ name, shown: value ?? t("unknown"), value });
  return {
    code, name: school.naam, path: ["vestiging", code], pupils: page.leerlingen, shares: [],
    facts: [
      text(t("kind"), kind(school.soort)), text(t("place"), school.plaats && titled(school.plaats)), text(t("board"), school.bestuur_aanduiding),
      text(t("denomination"), school.denominatie), text(t("swv"), page.swv.filter((each) => each.wanneer === "nu").map((each) => each.swv_code).join(", ") || null),
      ...kinds.flatMap((soort): Fact[] => {
        const last = page.leerlingen.filter((each) => each.soort === soort).at(-1)!;
        return [bounded(`${t("pupils")}, ${kind(soort)} (${last.jaar})`, last.ondergrens, last.bovengrens, range)];
      }),
    ],
  };
}

/** What is between bounds; a file has the number where both agree, and else both. */
function bounded(name: string, low: number, high: number, shown: (low: number, high: number) => string): Fact {
  return { name, shown: shown(low, high), value: low === high ? low : `${low} - ${high}` };
}
