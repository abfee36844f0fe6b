/** What the data files hold. Columns have the names they have in the release's tables. */
export type Sector = "PO" | "VO";
export type Bounds = readonly [number, number];
type Columns<Row> = { [Name in keyof Row]: Row[Name][] };

export interface Figure {
  id: string;
  group: string;
  kind: "percent" | "pupils" | "count" | "euro";
  diverging?: boolean;
  nl: string;
  en: string;
  about: { nl: string; en: string };
  table: string;
  years: Partial<Record<Sector, number[]>>;
}

export interface Index {
  release: { version: string; title: string; created: string; fictitious: boolean; origins: string[] };
  groups: Record<string, { nl: string; en: string }>;
  figures: Figure[];
  /** registries that are older than their cadence, with the day they are of */
  old: Record<string, string>;
}

export interface Swv {
  code: string;
  naam: string | null;
  website: string | null;
  sector: Sector;
  landelijk: boolean;
  begindatum: string | null;
  einddatum: string | null;
  /** It stands on the day of the release: by its register, or by a region that is its own. */
  nu: boolean;
  opvolger: string | null;
  gemeenten: string[];
  vestigingen: number;
  gemaakt_van: string | null;
  benaderd: boolean | null;
  gebied_peildatum: string | null;
  gebied_reden: string | null;
  lat: number | null;
  lon: number | null;
  /** the kinds of provision that its region lacks, by name */
  ontbreekt: string | null;
}

export interface School {
  code: string;
  naam: string;
  soort: string;
  cluster: string | null;
  plaats: string | null;
  postcode: string | null;
  /** of special schools, which are in lists of what is near */
  website: string | null;
  lat: number | null;
  lon: number | null;
  po: string | null;
  vo: string | null;
}

/** A location that no register has now. */
export interface Closed {
  code: string;
  naam: string;
  soort: string;
  plaats: string | null;
  laatst_gezien: string | null;
  zelfde_postcode: string | null;
  zelfde_instelling: string | null;
}

export interface Postcode {
  postcode4: string;
  /** "Postbus" where nobody lives */
  adressoort: string | null;
  plaats: string | null;
  gemeente: string | null;
  lat: number | null;
  lon: number | null;
  po: string | null;
  po_sinds: string | null;
  po_sinds_na: string | null;
  po_bron: string | null;
  vo: string | null;
  vo_sinds: string | null;
  vo_sinds_na: string | null;
  vo_bron: string | null;
}

export interface Source {
  dataset: string;
  uitgever: string;
  url: string | null;
  licentie: string | null;
  eerste_peildatum: string | null;
  laatste_peildatum: string | null;
  opgehaald_op: string;
  gelezen: number;
  geweigerd: number;
  regels_gelezen: number;
  regels_afgekeurd: number;
}

/** A postcode that is far from a kind of provision. */
export interface Gap {
  sector: Sector;
  voorziening: string;
  postcode4: string;
  swv: string | null;
  km: number;
  school: string;
  leerlingen_ondergrens: number;
  leerlingen_bovengrens: number;
  jaar: number;
}

/** A file of the release. */
export interface ReleaseFile {
  naam: string;
  pad: string;
  titel: string | null;
  vorm: string;
  rijen: number | null;
  bytes: number | null;
}

export interface ReleaseFiles {
  titel: string;
  uitgever: string;
  licenties: { title: string; path?: string }[];
  tabellen: ReleaseFile[];
  bestanden: ReleaseFile[];
}

/** By table: what it is, its key, and its columns with their type and meaning. */
export type Dictionary = Record<string, { omschrijving: string; sleutel: string[]; kolommen: [string, string, string][] }>;

export type Area = number[][][];

export interface Areas {
  scale: number;
  /** the day of now */
  today: string;
  /** per SWV its areas in turn: the first day, the first day after the last, and the area */
  areas: Record<string, [string, string | null, Area][]>;
}

export interface Files {
  index: Index;
  gebieden: Areas;
  samenwerkingsverbanden: Columns<Swv>;
  scholen: Columns<School>;
  gesloten: Columns<Closed>;
  postcodes: Columns<Postcode>;
  bronnen: Columns<Source>;
  witte_vlekken: Columns<Gap>;
  bestanden: ReleaseFiles;
  woordenboek: Dictionary;
}

export type Cell = string | number | boolean | null | object;

/** Rows without the names of their columns, which stand beside them once. */
export interface TableRows {
  columns: Record<string, string[]>;
  rows: Record<string, Cell[][]>;
}

export interface Count {
  soort: string;
  jaar: number;
  ondergrens: number;
  bovengrens: number;
  telwijze?: string | null;
}

export interface Member {
  code: string;
  naam: string;
  soort: string;
  cluster: string | null;
  plaats: string | null;
  gemeente: string | null;
  bestuur: string | null;
  bestuur_aanduiding: string | null;
  methode: string;
  zekerheid: string;
  sinds: string;
  sinds_grond: string;
  sinds_na: string | null;
  ondergrens: number | null;
  bovengrens: number | null;
  peildatum: string | null;
}

export interface Participation {
  soort: string;
  rol: string;
  jaar: number;
  telwijze: string;
  ondergrens: number | null;
  bovengrens: number | null;
  landelijk_ondergrens: number | null;
  landelijk_bovengrens: number | null;
  rang_hoogst: number | null;
  rang_laagst: number | null;
  aantal_swv: number | null;
  noemer: string | null;
  alle_clusters_ondergrens: number | null;
  alle_clusters_bovengrens: number | null;
  zonder_cluster_1_en_2: boolean | null;
  reden: string | null;
}

export interface Flow {
  richting: "in" | "uit";
  ander: string;
  jaar: number;
  ondergrens: number;
  bovengrens: number;
}

export interface Stream {
  soort: string;
  jaar: number;
  intern_ondergrens: number;
  intern_bovengrens: number;
  inkomend_ondergrens: number;
  inkomend_bovengrens: number;
  uitgaand_ondergrens: number;
  uitgaand_bovengrens: number;
  saldo_ondergrens: number;
  saldo_bovengrens: number;
  inkomend_bruikbaar: boolean;
  uitgaand_bruikbaar: boolean;
  bron: string;
}

export interface Coverage {
  voorziening: string;
  aanwezig: "ja" | "nee" | "onbekend" | "niet van toepassing";
  reden: string | null;
  vestigingen: number;
  binnen_ondergrens: number | null;
  binnen_bovengrens: number | null;
  km_ondergrens: number | null;
  km_bovengrens: number | null;
  jaar: number | null;
}

export interface MoneyLine {
  periode: string;
  meest_compleet: boolean;
  groep: string;
  component: string;
  omschrijving: string;
  telling_naam: string | null;
  aantal_ondergrens: number | null;
  aantal_bovengrens: number | null;
  bedrag_per_eenheid: number | null;
  bedrag_ondergrens: number | null;
  bedrag_bovengrens: number | null;
  bekend_ondergrens: number | null;
  bekend_bovengrens: number | null;
  status: "volledig" | "binnen grenzen" | "onvolledig";
  ontbreekt: string | null;
  teldatum: string | null;
  wetsartikel: string | null;
  bron: string | null;
  telt_mee: boolean;
  indicatief_teldatum: string | null;
  indicatief_bedrag_ondergrens: number | null;
  indicatief_bedrag_bovengrens: number | null;
}

export interface RegionPostcode {
  postcode4: string;
  plaats: string | null;
  gemeente: string | null;
  sinds: string;
  sinds_na: string | null;
  bron: string;
}

export interface SchoolFacts {
  naam: string;
  soort: string;
  cluster: string | null;
  onderwijsstructuur: string | null;
  denominatie: string | null;
  adres: string | null;
  postcode: string | null;
  plaats: string | null;
  gemeente: string | null;
  provincie: string | null;
  website: string | null;
  bestuur: string | null;
  bestuur_aanduiding: string | null;
  lat: number | null;
  lon: number | null;
  coordinaat_bron: string | null;
  peildatum: string | null;
  laatst_gezien: string | null;
  laatst_gezien_in: string | null;
  bron: string;
}

export interface Link {
  sector: Sector;
  swv_code: string | null;
  methode: string | null;
  zekerheid: string | null;
  anders_swv_code: string | null;
  geldig_vanaf: string;
  geldig_vanaf_grond: string;
  geldig_vanaf_na: string | null;
  geldig_tot: string | null;
  reden: string | null;
  wanneer: "eerder" | "nu" | "straks";
}

export interface Route {
  sector: Sector;
  route: string;
  voorziening: string;
  doel: string | null;
  in_swv: boolean | null;
  km: number | null;
  reden: string | null;
}

export interface Nearest {
  sector: Sector;
  voorziening: string;
  binnen: string | null;
  km_binnen: number | null;
  reden_binnen: string | null;
  overal: string | null;
  km_overal: number | null;
  reden_overal: string | null;
}

interface Pages {
  swv: {
    scholen: Member[];
    leerlingen: (Count & { rol: string })[];
    deelname: Participation[];
    grensverkeer: Flow[];
    stromen: Stream[];
    dekking: Coverage[];
    bekostiging: MoneyLine[];
    postcodes: RegionPostcode[];
  };
  vestiging: { school: SchoolFacts[]; swv: Link[]; leerlingen: Count[]; routes: Route[] };
  postcode: { voorzieningen: Nearest[] };
}
export type PageKind = keyof Pages;
export type Page<Kind extends PageKind> = Pages[Kind];

/** Columns to rows. */
export function rows<Row>(columns: Columns<Row>): Row[] {
  const names = Object.keys(columns) as (keyof Row)[];
  const first = names[0];
  if (first === undefined) return [];
  return columns[first].map((_, index) => Object.fromEntries(names.map((name) => [name, columns[name][index]])) as Row);
}
