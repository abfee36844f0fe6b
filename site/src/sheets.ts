/** The page of an SWV as sheets: a controller's way in. Headings are Dutch, as the field is. */
import type { Base } from "./store";
import { nameOf } from "./store";
import type { Page, Source } from "./types";
import { kind } from "./words";
import type { Heading, Sheet } from "./xlsx";

const low = (field: string, head: string, of: Heading["kind"] = "count"): Heading => ({ field, head: `${head}, ten minste`, width: 14, kind: of });
const high = (field: string, head: string, of: Heading["kind"] = "count"): Heading => ({ field, head: `${head}, ten hoogste`, width: 14, kind: of });
const text = (field: string, head: string, width = 22): Heading => ({ field, head, width });
const year: Heading = { field: "jaar", head: "Jaar (1 oktober)", width: 10, kind: "text" };

export function sheetsOf(base: Base, page: Page<"swv">, sources: Source[]): Sheet[] {
  const named = (code: string) => {
    const other = base.swvs.get(code);
    return other ? `${code} ${nameOf(other)}` : code;
  };
  const kinds = <Row extends { soort?: string; voorziening?: string }>(rows: Row[]) =>
    rows.map((each) => ({ ...each, soort_naam: kind(each.soort ?? each.voorziening ?? "") }));
  return [
    {
      name: "Leden",
      headings: [
        text("code", "Vestiging", 12), text("naam", "Naam", 42), text("soort_naam", "Soort", 30), text("plaats", "Plaats"), text("gemeente", "Gemeente"),
        text("bestuur", "Bestuursnummer", 14), text("bestuur_aanduiding", "Bestuur", 36), low("ondergrens", "Leerlingen"), high("bovengrens", "Leerlingen"),
        { field: "peildatum", head: "Geteld op", width: 12, kind: "day" }, { field: "sinds", head: "Lid sinds (in elk geval)", width: 14, kind: "day" },
        text("methode", "Hoe bekend", 14), text("zekerheid", "Zekerheid", 14),
      ],
      rows: kinds(page.scholen),
    },
    {
      name: "Leerlingen",
      headings: [text("rol", "Geteld naar", 14), text("soort_naam", "Soort", 34), year, low("ondergrens", "Leerlingen"), high("bovengrens", "Leerlingen"), text("telwijze", "Telwijze", 30)],
      rows: kinds(page.leerlingen),
    },
    {
      name: "Deelname",
      headings: [
        text("soort_naam", "Soort", 34), year, text("rol", "Geteld naar", 14), low("ondergrens", "Deelname %", "percent"), high("bovengrens", "Deelname %", "percent"),
        low("landelijk_ondergrens", "Nederland %", "percent"), high("landelijk_bovengrens", "Nederland %", "percent"),
        { field: "rang_hoogst", head: "Plaats, hoogst", width: 10, kind: "count" }, { field: "rang_laagst", head: "Plaats, laagst", width: 10, kind: "count" },
        { field: "aantal_swv", head: "Van zoveel", width: 10, kind: "count" }, text("noemer", "Noemer", 24), text("reden", "Reden", 40),
      ],
      rows: kinds(page.deelname),
    },
    {
      name: "Grensverkeer",
      headings: [text("richting", "Richting", 10), text("ander_naam", "Ander samenwerkingsverband", 46), year, low("ondergrens", "Leerlingen"), high("bovengrens", "Leerlingen")],
      rows: page.grensverkeer.map((each) => ({ ...each, richting: each.richting === "in" ? "komt van" : "gaat naar", ander_naam: named(each.ander) })),
    },
    {
      name: "Grensverkeer per soort",
      headings: [
        text("soort_naam", "Soort", 34), year, ...([["intern", "Blijft"], ["inkomend", "Komt binnen"], ["uitgaand", "Gaat weg"], ["saldo", "Saldo"]] as const)
          .flatMap(([field, head]) => [low(`${field}_ondergrens`, head), high(`${field}_bovengrens`, head)]), text("bron", "Bron", 24),
      ],
      rows: kinds(page.stromen),
    },
    {
      name: "Dekking",
      headings: [
        text("soort_naam", "Voorziening", 44), text("aanwezig", "Aanwezig", 16), { field: "vestigingen", head: "Locaties", width: 10, kind: "count" },
        low("binnen_ondergrens", "Woont binnen 10 km %", "percent"), high("binnen_bovengrens", "Woont binnen 10 km %", "percent"),
        low("km_ondergrens", "Gemiddelde afstand km", "km"), high("km_bovengrens", "Gemiddelde afstand km", "km"), text("reden", "Reden", 40),
      ],
      rows: kinds(page.dekking),
    },
    {
      name: "Bekostiging",
      headings: [
        text("periode", "Periode", 12), text("omschrijving", "Regel", 46), { field: "teldatum", head: "Teldatum", width: 12, kind: "day" },
        low("aantal_ondergrens", "Aantal"), high("aantal_bovengrens", "Aantal"), { field: "bedrag_per_eenheid", head: "Bedrag per stuk", width: 14, kind: "euro" },
        low("bedrag_ondergrens", "Bedrag", "euro"), high("bedrag_bovengrens", "Bedrag", "euro"), text("status", "Status", 16), text("telt_mee", "Telt mee in netto", 10),
        text("ontbreekt", "Ontbreekt", 40), text("wetsartikel", "Wetsartikel", 24), text("bron", "Bron", 40),
      ],
      rows: page.bekostiging,
    },
    {
      name: "Bronnen",
      headings: [
        text("dataset", "Bestand", 30), text("uitgever", "Uitgever", 18), { field: "laatste_peildatum", head: "Peildatum", width: 12, kind: "day" },
        { field: "opgehaald_op", head: "Opgehaald op", width: 12, kind: "day" }, text("licentie", "Licentie", 24), text("url", "Adres", 60),
      ],
      rows: sources,
    },
  ];
}
