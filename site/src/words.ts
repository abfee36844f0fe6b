/** Every sentence of the site, in Dutch and in English. What the registries say stays in Dutch, and is marked as such. */
import { useEffect, useState } from "preact/hooks";

export type Language = "nl" | "en";

const words = {
  title: ["Samenwerkingsverbanden op de kaart", "School support regions on the map"],
  tagline: ["passend onderwijs", "inclusive education in the Netherlands"],
  skip: ["Naar de inhoud", "Skip to the content"],
  about: ["Over deze kaart", "About this map"],
  other_language: ["English", "Nederlands"],
  fictitious: [
    "Fictieve gegevens. Alle scholen, samenwerkingsverbanden en aantallen op deze site zijn verzonnen, om haar te kunnen beproeven.",
    "Fictitious data. All schools, regions and numbers on this site are made up, to try it out.",
  ],
  cannot_say: ["niet te zeggen", "cannot be told"],
  place_in_list: ["Plaats", "Rank"],
  unknown: ["onbekend", "not known"],
  to: ["tot", "to"],
  loading: ["Even laden…", "Loading…"],
  failed: [
    "Een gegevensbestand kon niet worden gelezen ({what}). Staat de map data naast deze pagina? Herlaad de pagina om het opnieuw te proberen.",
    "A data file could not be read ({what}). Is the folder data beside this page? Reload the page to try again.",
  ],
  not_found: ["Niet gevonden", "Not found"],
  not_found_page: ["Er is geen pagina {what}.", "There is no page {what}."],
  not_found_figure: ["Er is geen cijfer {what}; dit is een ander.", "There is no figure {what}; this is another."],
  other_sector: ["Dit cijfer bestaat alleen in de andere sector.", "This figure exists in the other sector only."],
  not_found_swv: ["Er is geen samenwerkingsverband {what}.", "There is no region {what}."],
  not_found_school: ["Er staat nu geen school met code {what} in de registers.", "No school with code {what} stands in the registers now."],
  not_found_postcode: ["Postcode {what} staat in geen van de bronnen.", "Postcode {what} is in none of the sources."],
  not_found_place: ["Er is geen plaats of gemeente {what} in de bronnen.", "There is no place or municipality {what} in the sources."],
  back: ["Terug naar de kaart", "Back to the map"],
  home_heading: ["Bij welk samenwerkings­verband hoort uw school?", "Which region does your school belong to?"],
  home_intro: [
    "Scholen in een regio regelen samen dat elk kind een passende plek krijgt. Zo’n regio heet een samenwerkingsverband. Typ een postcode, plaats of school, of kies op de kaart.",
    "Schools in a region make sure together that every child finds a fitting place. Such a region is called a samenwerkingsverband (SWV). Type a postcode, place or school, or choose on the map.",
  ],
  search: ["Postcode, plaats, school of BRIN", "Postcode, place, school or BRIN"],
  search_none: ["Niets gevonden. Een postcode heeft vier cijfers, een BRIN-nummer twee cijfers en twee letters.", "Nothing found. A postcode has four digits, a BRIN number two digits and two letters."],
  search_meant: ["Bedoelde u {what}?", "Did you mean {what}?"],
  search_add_place: ["Er zijn er meer: typ er een plaats bij.", "There are more: add a place."],
  search_no_kind: ["Daar is geen school van die soort.", "There is no school of that kind there."],
  search_no_cluster: ["Geen school gevonden: van de meeste scholen staat het cluster in geen enkele bron.", "No school found: the cluster of most schools is in none of the sources."],
  postcode_boxes: ["{what} is een postcode van postbussen: er woont niemand, en hij hoort bij geen regio.", "{what} is a postcode of post-office boxes: nobody lives there, and it belongs to no region."],
  closed: ["Deze school staat niet meer in de registers", "This school is no longer in the registers"],
  closed_seen: ["Zij is het laatst gezien op {day}.", "It was last seen on {day}."],
  closed_successor: ["Geen bron zegt welke school haar opvolgt. Dit staat er nu:", "No source tells which school succeeds it. This is there now:"],
  closed_postcode: ["Aan dezelfde postcode, van dezelfde soort:", "At the same postcode, of the same kind:"],
  closed_institution: ["Een locatie van dezelfde instelling:", "A location of the same institution:"],
  kind_closed: ["gesloten school", "closed school"],
  search_results: ["{n} gevonden", "{n} found"],
  kind_postcode: ["postcode", "postcode"],
  kind_place: ["plaats", "place"],
  kind_gemeente: ["gemeente", "municipality"],
  kind_school: ["school", "school"],
  kind_swv: ["samenwerkingsverband", "region"],
  sector: ["Sector", "Sector"],
  PO: ["Basisonderwijs (po)", "Primary (po)"],
  VO: ["Voortgezet onderwijs (vo)", "Secondary (vo)"],
  colour_by: ["Kleur de kaart naar", "Colour the map by"],
  year: ["Jaar", "Year"],
  year_of: ["1 oktober {year}", "1 October {year}"],
  below: ["minder dan {b}", "less than {b}"],
  above: ["{a} of meer", "{a} or more"],
  between: ["{a} tot {b}", "{a} to {b}"],
  legend_uncertain: ["gestreept: het getal is niet precies bekend en kan in beide klassen vallen", "striped: the number is not known exactly and may be in either class"],
  legend_none: ["geen gegevens", "no data"],
  no_values: [
    "Voor dit cijfer is in deze sector nog niets bekend: de bronnen die daarvoor nodig zijn, waren niet bij de hand of zijn niet gepubliceerd.",
    "Nothing is known of this figure in this sector: the sources that it needs were not at hand or are not published.",
  ],
  all_unknown_hint: ["(geen gegevens)", "(no data)"],
  map_label: ["Kaart van de samenwerkingsverbanden. Met de pijltjestoetsen gaat u naar een buurgebied, met Enter opent u het.", "Map of the regions. Arrow keys move to a neighbouring region, Enter opens it."],
  map_hint: ["Zoom in om scholen te zien", "Zoom in to see schools"],
  map_hint_more: ["Zoom verder in voor de gewone scholen", "Zoom in further for mainstream schools"],
  map_kinds: ["Scholen", "Schools"],
  map_approximate: ["Grenzen bij benadering", "Approximate borders"],
  map_approximate_long: [
    "Van gemeenten die in meer dan één regio liggen zijn alleen de grenzen van de gemeente bij de hand. Binnen zo’n gemeente is de grens een benadering: elke postcode krijgt de grond die er het dichtst bij ligt. Postcodes op deze site zijn wel precies.",
    "Of municipalities that lie in more than one region only the municipal border is at hand. Within such a municipality the border is an approximation: each postcode takes the ground nearest to it. Postcodes on this site are exact.",
  ],
  map_regions_of: ["Gebieden van {day}: van eerder is geen indeling bekend", "Areas of {day}: no regions are known of before"],
  no_areas: ["Er zijn geen gebieden bij de hand om te tekenen; de lijst hieronder is volledig.", "There are no areas at hand to draw; the list below is complete."],
  zoom_in: ["Inzoomen", "Zoom in"],
  zoom_out: ["Uitzoomen", "Zoom out"],
  zoom_all: ["Hele land", "Whole country"],
  list_heading: ["Alle samenwerkingsverbanden", "All regions"],
  list_caption: ["{figure}, {year}", "{figure}, {year}"],
  nationwide: ["Landelijk, reformatorisch", "Nationwide, Reformed"],
  begins: ["begint op {day}", "begins on {day}"],
  ended: ["beëindigd per {day}", "ended on {day}"],
  ends: ["eindigt op {day}", "ends on {day}"],
  region: ["Regio", "Region"],
  and_more: ["{names} en {n} andere gemeenten", "{names} and {n} other municipalities"],
  and_one: ["{names} en 1 andere gemeente", "{names} and 1 other municipality"],
  no_name: ["Waar geen bron de naam van een samenwerkingsverband geeft, staan hier zijn grootste gemeenten.", "Where no source gives the name of a region, its largest municipalities stand here."],
  swv: ["Samenwerkingsverband", "Region"],
  // answers
  postcode_heading: ["Postcode {pc}", "Postcode {pc}"],
  belongs: ["Hoort bij", "Belongs to"],
  belongs_PO: ["Voor de basisschool (po)", "For primary school (po)"],
  belongs_VO: ["Voor de middelbare school (vo)", "For secondary school (vo)"],
  since: ["sinds {day}", "since {day}"],
  since_least: ["in elk geval sinds {day}", "since {day} or longer"],
  since_between: ["begonnen na {after}, uiterlijk {day}", "begun after {after}, {day} at the latest"],
  from_day: ["vanaf {day}", "from {day}"],
  until_day: ["tot {day}", "until {day}"],
  how_known: ["Hoe we dat weten", "How this is known"],
  method_rio: ["het Register Instellingen en Opleidingen (RIO) noemt deze school bij dit samenwerkingsverband", "the national register (RIO) lists this school with this region"],
  method_rio_regio: ["de postcode staat in de lijst van de regio in het register RIO", "the postcode is in the region's list in the national register (RIO)"],
  method_regeling: ["de postcode staat in de wettelijke regio-indeling (Regeling regio-indeling, BWBR0032324)", "the postcode is in the statutory table of regions (BWBR0032324)"],
  method_gemeente: ["de postcode staat in geen lijst, maar de hele gemeente ligt in dit ene samenwerkingsverband", "the postcode is in no list, but the whole municipality lies in this one region"],
  method_landelijk: ["lid van het landelijke samenwerkingsverband van zijn richting", "member of the nationwide region of its denomination"],
  method_aannemelijk: ["waarschijnlijk lid van het landelijke samenwerkingsverband van zijn richting: geen lijst noemt de school, alleen haar richting wijst erop", "likely a member of the nationwide region of its denomination: no list names the school, its denomination alone suggests it"],
  method_anders: ["hoort waarschijnlijk bij het landelijke samenwerkingsverband van zijn richting, en anders bij dit", "likely belongs to the nationwide region of its denomination, and else to this one"],
  else_belongs: ["Is dat niet zo, dan hoort de school bij", "If that is not so, the school belongs to"],
  no_swv: ["Niet vast te stellen", "Cannot be told"],
  no_swv_postcode: ["Deze postcode staat nu in geen regio-indeling.", "This postcode is in no list of regions now."],
  reformed_note: ["Reformatorische scholen horen bij een landelijk samenwerkingsverband, waar zij ook staan: in het voortgezet onderwijs zeker, in het basisonderwijs waarschijnlijk.", "Reformed schools belong to a nationwide region, wherever they stand: in secondary education for sure, in primary education by all likelihood."],
  school_decides: [
    "Een school hoort bij de regio waar zij staat, niet waar het kind woont. Wie over de grens naar school gaat, heeft met het samenwerkingsverband van die school te maken.",
    "A school belongs to the region where it stands, not where the child lives. Whoever goes to school across a border deals with the region of that school.",
  ],
  nearby: ["Speciaal onderwijs in de buurt", "Special education nearby"],
  nearby_intro: [
    "De dichtstbijzijnde school van elke soort, in de eigen regio en daarbuiten. Afstanden zijn hemelsbreed, vanaf het midden van het postcodegebied: over de weg is het verder.",
    "The nearest school of each kind, in the own region and outside it. Distances are as the crow flies, from the centre of the postcode area: by road it is farther.",
  ],
  nearby_none: ["Van deze postcode zijn geen afstanden te berekenen.", "No distances can be computed for this postcode."],
  provision: ["Soort", "Kind"],
  several_regions: ["{place} ligt in meer dan één regio. Kies uw postcode.", "{place} lies in more than one region. Choose your postcode."],
  one_region: ["{place} ligt per sector in één regio.", "{place} lies in one region per sector."],
  postcodes: ["Postcodes", "Postcodes"],
  postcode: ["Postcode", "Postcode"],
  place: ["Plaats", "Place"],
  schools_here: ["Scholen in {place}", "Schools in {place}"],
  cannot_say_kinds: ["Waarvan het niet te zeggen is", "What cannot be told"],
  // what a parent can do
  steps_heading: ["Wat nu?", "What now?"],
  steps_intro: [
    "Heeft uw kind misschien extra ondersteuning nodig? Dan moet de school waar u het aanmeldt een passende plek regelen: op die school of op een andere. Dat heet zorgplicht, en zo gaat het.",
    "May your child need extra support? Then the school where you apply must arrange a fitting place, at that school or at another. This is the duty of care (zorgplicht), and it goes like this.",
  ],
  step_apply: ["Meld uw kind schriftelijk aan.", "Apply in writing."],
  step_apply_text: [
    "Liefst tien weken voor de dag waarop het naar school moet, bij de school van uw keuze. Vertel bij welke scholen u het nog meer hebt aangemeld.",
    "If possible ten weeks before the day your child is to start, at the school of your choice. Tell at which other schools you have applied.",
  ],
  step_apply_law: ["WPO artikel 40 lid 2", "WPO article 40(2)"],
  step_decide: ["De school onderzoekt en beslist binnen zes weken.", "The school looks into it and decides within six weeks."],
  step_decide_text: [
    "Zij mag u om gegevens vragen. De zes weken mogen één keer met hoogstens vier weken worden verlengd. Is er na tien weken nog geen besluit en staat uw kind nergens ingeschreven, dan plaatst de school het tijdelijk.",
    "It may ask you for information. The six weeks may be extended once, by four weeks at most. When ten weeks have passed without a decision and your child is enrolled nowhere, the school places it for the time being.",
  ],
  step_decide_law: ["WPO artikel 40 lid 3, 6 en 7", "WPO article 40(3), (6) and (7)"],
  step_place: ["Kan de school het zelf niet, dan zoekt zij een andere.", "If the school cannot do it, it finds another."],
  step_place_text: [
    "Zij overlegt met u en mag pas weigeren als een andere school uw kind wil toelaten, gewoon of speciaal. Dat geldt niet als de school vol is of als u haar grondslag niet respecteert. Voor speciaal (basis)onderwijs is een toelaatbaarheidsverklaring van het samenwerkingsverband nodig.",
    "It consults you, and may refuse only when another school, mainstream or special, is willing to take your child. This does not hold when the school is full, or when you do not respect its principles. Special education needs a statement of admissibility from the region (toelaatbaarheidsverklaring).",
  ],
  step_place_law: ["WPO artikel 40 lid 4, 5 en 8", "WPO article 40(4), (5) and (8)"],
  step_dispute: ["Niet eens met het besluit?", "Do you disagree?"],
  step_dispute_text: [
    "Leg het voor aan de landelijke geschillencommissie. Die oordeelt binnen tien weken.",
    "Take it to the national disputes committee. It gives its judgement within ten weeks.",
  ],
  step_dispute_law: ["WPO artikel 43", "WPO article 43"],
  steps_law: ["WPO: Wet op het primair onderwijs, te lezen op", "WPO: the Primary Education Act, to be read (in Dutch) at"],
  steps_vo: ["In het voortgezet onderwijs gelden dezelfde stappen; zij staan in de Wet voortgezet onderwijs 2020.", "In secondary education the same steps hold; they are in the Secondary Education Act 2020."],
  // swv page
  fact_schools: ["schoollocaties", "school locations"],
  fact_school: ["schoollocatie", "school location"],
  fact_board: ["schoolbestuur", "school board"],
  fact_gemeente: ["gemeente", "municipality"],
  fact_postcode: ["postcode", "postcode"],
  fact_boards: ["schoolbesturen", "school boards"],
  fact_gemeenten: ["gemeenten", "municipalities"],
  fact_postcodes: ["postcodes", "postcodes"],
  on_this_page: ["Op deze pagina", "On this page"],
  h_pupils: ["Leerlingen", "Pupils"],
  h_participation: ["Deelname", "Participation"],
  h_flows: ["Grensverkeer", "Cross-border flows"],
  h_coverage: ["Aanbod in de regio", "Provision in the region"],
  h_money: ["Ondersteuningsgeld", "Support money"],
  h_schools: ["Scholen en besturen", "Schools and boards"],
  h_area: ["Gemeenten en postcodes", "Municipalities and postcodes"],
  h_sources: ["Bronnen en downloads", "Sources and downloads"],
  pupils_intro: ["Leerlingen op scholen in de regio, geteld op 1 oktober. Een balk geeft aan waartussen een aantal ligt dat niet precies bekend is.", "Pupils at schools in the region, counted on 1 October. A bar shows what a number lies between that is not known exactly."],
  pupils_none: ["Van dit samenwerkingsverband zijn in de gebruikte bronnen geen leerlingaantallen.", "The sources used hold no pupil counts of this region."],
  role_woon: ["Wie er woont, naar welke school ook", "Who lives there, whatever school they go to"],
  participation_intro: ["Van elke honderd leerlingen: hoeveel gaan er naar deze vorm van onderwijs? De lijn met stippen is dit samenwerkingsverband, de gestreepte lijn heel Nederland.", "Of every hundred pupils, how many take part in this kind of education? The dotted line is this region, the dashed line the nation."],
  participation_none: ["Er is geen deelname te berekenen.", "No participation can be computed."],
  role_betalend: ["naar wie betaalt", "by who pays"],
  role_vestiging: ["naar waar de school staat", "by where the school stands"],
  with_clusters: [
    "Van cluster 3 en 4; cluster 1 en 2 vallen buiten de samenwerkingsverbanden. Van sommige scholen is het cluster niet bekend: hun leerlingen tellen alleen in het meeste mee. Alle clusters samen: {all}.",
    "Of cluster 3 and 4; cluster 1 and 2 lie outside the regions. Of some schools the cluster is not known: their pupils count in the upper bound alone. All clusters together: {all}.",
  ],
  rank_none: ["plaats onder de {n} niet te zeggen", "place among the {n} cannot be told"],
  rank: ["plaats {rank} van {n}, de hoogste deelname eerst", "place {rank} of {n}, highest participation first"],
  nation: ["Nederland", "Netherlands"],
  flows_intro: ["Leerlingen die in de ene regio wonen en in de andere naar school gaan. Kleine aantallen zijn in de bron verborgen; het lichte deel van een balk is wat er hoogstens bij komt.", "Pupils who live in one region and go to school in another. Small counts are hidden in the source; the light part of a bar is what may come on top."],
  flows_none: ["Over woonplaatsen van deze leerlingen is niets gepubliceerd: van het voortgezet onderwijs bestaan zulke cijfers alleen voor het vso.", "Nothing is published about where these pupils live: for secondary education such figures exist for special schools only."],
  flows_in: ["Komen van", "Come from"],
  flows_out: ["Gaan naar", "Go to"],
  flow_other: ["Regio", "Region"],
  flows_wide: ["De grenzen liggen ver uiteen: er zijn veel kleine aantallen verborgen.", "The bounds lie far apart: many small counts are hidden."],
  kind: ["Soort", "Kind"],
  stays: ["Blijft", "Stays"],
  comes_in: ["Komt binnen", "Comes in"],
  goes_out: ["Gaat weg", "Goes out"],
  balance: ["Saldo", "Balance"],
  coverage_intro: ["Welke soorten onderwijs er in de regio zijn, en hoe dichtbij: het aandeel van de leerlingen in het basisonderwijs dat hemelsbreed binnen 10 km woont, en de gemiddelde afstand tot de dichtstbijzijnde, waar dan ook.", "Which kinds of education there are in the region, and how near: the share of pupils in primary education who live within 10 km as the crow flies, and the mean distance to the nearest, anywhere."],
  present: ["Aanwezig", "Present"],
  present_ja: ["ja", "yes"],
  present_nee: ["nee", "no"],
  present_onbekend: ["onbekend", "not known"],
  "present_niet van toepassing": ["n.v.t.", "n/a"],
  locations: ["Locaties", "Locations"],
  within_10km: ["Woont binnen 10 km", "Lives within 10 km"],
  mean_distance: ["Gemiddeld", "Mean"],
  money_intro: ["Wat het Rijk dit samenwerkingsverband betaalt, regel voor regel, zoals de wet het uitrekent: een aantal leerlingen maal een normbedrag. Is een aantal tussen grenzen bekend, dan het bedrag ook. Een regel waarvan iets ontbreekt is onvolledig, en dan het totaal ook; er wordt niets geraden.", "What the state pays this region, line by line, as the law computes it: a count of pupils times a norm amount. Where a count is known between bounds, so is the amount. A line that lacks something is incomplete, and so is the total; nothing is guessed."],
  indicative: ["Indicatief, buiten het totaal: met de telling van {day} {amount}.", "Indicative, outside the total: with the count of {day} {amount}."],
  money_none: ["Er zijn geen normbedragen bij de hand voor dit samenwerkingsverband.", "No norm amounts are at hand for this region."],
  period: ["Periode", "Period"],
  line: ["Regel", "Line"],
  count: ["Aantal", "Count"],
  amount_each: ["Bedrag per stuk", "Amount each"],
  amount: ["Bedrag", "Amount"],
  incomplete: ["onvolledig", "incomplete"],
  missing: ["Ontbreekt:", "Missing:"],
  net: ["Netto", "Net"],
  net_incomplete: ["Bekend is {known}; {n} van de {total} regels zijn onvolledig, en wat ontbreekt staat bij de regel.", "Known is {known}; {n} of the {total} lines are incomplete, and each tells what is missing."],
  outside_net: ["telt niet mee in netto", "not part of the net amount"],
  money_bars: ["Bekende regels in euro", "Known lines in euro"],
  name: ["Naam", "Name"],
  board: ["Bestuur", "Board"],
  school: ["School", "School"],
  pupils: ["Leerlingen", "Pupils"],
  from: ["Sinds (en hoe bekend)", "Since (and how known)"],
  all_kinds: ["Alle soorten", "All kinds"],
  boards_heading: ["Besturen", "Boards"],
  municipality: ["Gemeente", "Municipality"],
  no_region: ["Een landelijk samenwerkingsverband heeft geen eigen gebied: zijn scholen staan door het hele land.", "A nationwide region has no area of its own: its schools stand all over the country."],
  no_region_now: ["Er hoort nu geen enkele postcode bij dit samenwerkingsverband.", "No postcode belongs to this region now."],
  download_heading: ["Alleen de rijen van {code}", "Just the rows of {code}"],
  download_table: ["Tabel", "Table"],
  download_excel: ["CSV voor Excel", "CSV for Dutch Excel"],
  download_csv: ["CSV", "CSV"],
  rows: ["rijen", "rows"],
  table_behind: ["Tabel bij de grafiek", "Table behind the chart"],
  source_table: ["Uit tabel {table}", "From table {table}"],
  sort_by: ["Sorteer op", "Sort by"],
  sort_as_given: ["volgorde van de lijst", "order of the list"],
  show_all: ["Toon alle {n}", "Show all {n}"],
  show_fewer: ["Toon minder", "Show fewer"],
  // school page
  school_pupils_none: ["Van deze school zijn geen leerlingaantallen bekend.", "No pupil counts of this school are known."],
  routes: ["Waar kan een leerling terecht?", "Where can a pupil go?"],
  routes_intro: ["De school heeft een zorgplicht: een kind dat extra steun nodig heeft krijgt die op de eigen school, op een andere gewone school of in het speciaal onderwijs. Afstanden zijn hemelsbreed.", "The school has a duty of care: a child who needs extra support gets it at the own school, at another mainstream school or in special education. Distances are as the crow flies."],
  "route_andere reguliere school": ["Andere gewone scholen", "Other mainstream schools"],
  "route_speciale voorziening": ["Speciaal onderwijs", "Special education"],
  inside: ["in de regio", "in the region"],
  outside: ["buiten de regio", "outside the region"],
  distance: ["Afstand", "Distance"],
  facts: ["Gegevens", "Facts"],
  denomination: ["Denominatie", "Denomination"],
  structure: ["Onderwijs", "Education"],
  cluster: ["Cluster", "Cluster"],
  address: ["Adres", "Address"],
  website: ["Website", "Website"],
  register_of: ["Register van", "Register of"],
  last_seen: ["Laatst gezien", "Last seen"],
  announced_links: ["Aangekondigd", "Announced"],
  earlier_links: ["Eerder", "Earlier"],
  coordinate_centre: ["De plek op de kaart is het midden van het postcodegebied; het adres zelf heeft in de bronnen geen coördinaten.", "The place on the map is the centre of the postcode area; the address itself has no coordinates in the sources."],
  unresolved: ["niet vast te stellen", "cannot be told"],
  outside_swvs: ["valt buiten de samenwerkingsverbanden", "lies outside the regions"],
  // about
  about_intro: ["Deze site is gemaakt uit openbare registers, door een datapijplijn die alles telt, koppelt en controleert. Elk getal voert terug naar zijn bron.", "This site is made from public registers, by a data pipeline that counts, links and checks everything. Every number leads back to its source."],
  about_ranges_h: ["Getallen die niet precies bekend zijn", "Numbers that are not known exactly"],
  about_ranges: ["DUO verbergt aantallen van 1 tot en met 4 leerlingen, om hen te beschermen. Zo’n aantal staat hier als 1–4, en een som waar het in zit als een reeks: 212–218. De waarheid ligt ertussen, en niet per se in het midden.", "DUO hides counts of 1 to 4 pupils, to protect them. Such a count is shown as 1–4, and a sum that holds it as a range: 212–218. The truth lies between, and not necessarily in the middle."],
  about_links_h: ["Hoe een school bij een samenwerkingsverband hoort", "How a school belongs to a region"],
  about_links: ["De plek van de school beslist, per postcode. We weten het, in deze volgorde, omdat:", "The place of the school decides, by postcode. It is known, in this order, because:"],
  about_unresolved: ["Wat zo niet vast te stellen is, blijft open, met de reden erbij. Er wordt nooit het dichtstbijzijnde gekozen. Scholen van cluster 1 (blind, slechtziend) en 2 (doof, taalontwikkelingsstoornis) vallen buiten de samenwerkingsverbanden.", "What cannot be told in this way stays open, with the reason. The nearest is never chosen. Schools of cluster 1 (blind, partially sighted) and 2 (deaf, language disorder) lie outside the regions."],
  about_sources_h: ["Bronnen", "Sources"],
  about_release_h: ["Deze uitgave", "This release"],
  about_release: ["Uitgave {version}, gemaakt op {day}.", "Release {version}, made on {day}."],
  about_licences: ["Licenties van de gebruikte programma’s en letters", "Licences of the software and typefaces used"],
  // compare
  compare: ["Vergelijken", "Compare"],
  compare_intro: ["Tot vier samenwerkingsverbanden van één sector, of vier scholen, naast elkaar.", "Up to four regions of one sector, or four schools, side by side."],
  compare_this: ["Vergelijk met andere", "Compare with others"],
  compare_none: ["Kies hieronder het eerste samenwerkingsverband.", "Choose the first region below."],
  compare_add: ["Voeg toe", "Add"],
  compare_choose: ["Kies een samenwerkingsverband", "Choose a region"],
  compare_drop: ["Laat {what} weg", "Leave out {what}"],
  compare_peers: ["Vergelijkbaar in grootte en dichtheid", "Alike in size and density"],
  compare_near: ["Dichtbij, van dezelfde soort", "Near, of the same kind"],
  compare_table: ["Kerncijfers naast elkaar", "Key figures side by side"],
  compare_unknown: ["Niet gevonden: {what}.", "Not found: {what}."],
  measure: ["Cijfer", "Figure"],
  net_known: ["Ondersteuningsgeld, wat daarvan bekend is,", "Support money, the part that is known,"],
  // gaps
  gaps: ["Witte vlekken", "Gaps"],
  gaps_intro: [
    "Waar wonen de meeste kinderen het verst van een soort speciaal onderwijs? De postcodes met het grootste product van leerlingen en hemelsbrede afstand.",
    "Where do most children live farthest from a kind of special education? The postcodes with the greatest product of pupils and distance, as the crow flies.",
  ],
  gaps_map: ["Welke soorten een regio zelf niet heeft, staat op", "Which kinds a region itself lacks is on"],
  gaps_map_link: ["de kaart van ontbrekend aanbod", "the map of missing provision"],
  gaps_table: ["{kind}: leerlingen maal afstand, het meest eerst (leerlingen van {year})", "{kind}: pupils times distance, most first (pupils of {year})"],
  gaps_pupils: ["Leerlingen in de postcode", "Pupils in the postcode"],
  gaps_nearest: ["Dichtstbij", "Nearest"],
  gaps_none: ["Van geen postcode is de afstand te zeggen.", "The distance can be told of no postcode."],
  gaps_unknown: ["Er is geen soort {what}.", "There is no kind {what}."],
  gaps_missing: ["ontbreekt: {what}", "missing: {what}"],
  // age
  age_of: ["{what}: stand {month}", "{what}: as of {month}"],
  age_newer: ["Een nieuwere stand was niet bij de hand.", "A newer edition was not at hand."],
  source_vestigingen_bo: ["Scholen bo", "Primary schools"],
  source_vestigingen_so: ["Scholen so en vso", "Special schools"],
  source_vestigingen_vo: ["Scholen vo", "Secondary schools"],
  source_leerlingen_vo: ["Leerlingen vo", "Secondary pupils"],
  source_swv_regio_wettelijk: ["Wettelijke regio-indeling", "Statutory table of regions"],
  // data
  data: ["Data", "Data"],
  data_intro: [
    "Alles waar deze site van is gemaakt, om zelf mee te werken: elk bestand van deze uitgave, wat erin staat, hoe u ernaar verwijst en op welke voorwaarden.",
    "All that this site is made from, to work with: every file of this release, what is in it, how to cite it and on which terms.",
  ],
  data_version: ["Uitgave", "Release"],
  data_whole: ["Alles bij elkaar", "All of it"],
  data_beside: [
    "Deze bestanden staan naast de map van de site. Staat de site ergens alleen, dan zijn ze daar niet bij.",
    "These files lie beside the folder of the site. Where the site stands alone, they are not there.",
  ],
  data_tables: ["Per tabel", "By table"],
  data_tables_intro: ["Kies een tabel voor de betekenis van haar kolommen, of haal haar op als Parquet.", "Choose a table for the meaning of its columns, or take it as Parquet."],
  data_formats: [
    "Voor Excel: op de pagina van een samenwerkingsverband staat een werkboek met al zijn cijfers, en onder elke tabel van deze site een CSV in de Nederlandse vorm (puntkomma’s, komma als decimaalteken). Hele tabellen als CSV, Excel of GeoJSON maakt het commando passend export.",
    "For Excel: the page of a region offers a workbook with all its figures, and below every table of this site is a CSV in the Dutch form (semicolons, decimal commas). The command passend export makes CSV, Excel or GeoJSON of whole tables.",
  ],
  data_cite: ["Verwijzen en voorwaarden", "Citing and terms"],
  data_terms: ["De gegevens houden de voorwaarden van hun uitgevers; tabel bron noemt ze per bestand.", "The data keeps the terms of its publishers; table bron states them file by file."],
  file: ["Bestand", "File"],
  size: ["Grootte", "Size"],
  column: ["Kolom", "Column"],
  columns: ["Kolommen", "Columns"],
  type: ["Type", "Type"],
  meaning: ["Betekenis", "Meaning"],
  primary_key: ["Sleutel", "Key"],
  not_found_table: ["Deze uitgave heeft geen tabel {what}.", "This release has no table {what}."],
  file_duckdb: ["alle tabellen in één database", "all tables in one database"],
  "file_datapackage.json": ["beschrijving van elk bestand en elke kolom: het woordenboek", "description of every file and column: the dictionary"],
  "file_wijzigingen-atom": ["wat er veranderde, om te volgen", "what changed, to follow"],
  file_validatie: ["wat de controles vonden", "what the checks found"],
  "file_dcat-jsonld": ["beschrijving voor dataportalen", "description for data portals"],
  "file_dcat-turtle": ["beschrijving voor dataportalen", "description for data portals"],
  file_citation: ["hoe te verwijzen, voor programma’s", "how to cite, for programs"],
  download_xlsx: ["Alle cijfers in één Excel-bestand", "All figures in one Excel file"],
  download_failed: ["Het bestand kon niet worden gemaakt.", "The file could not be made."],
  dataset: ["Bestand", "Data set"],
  publisher: ["Uitgever", "Publisher"],
  licence: ["Licentie", "Licence"],
  licence_none: ["niet vermeld", "not stated"],
  reference_date: ["Peildatum", "Reference date"],
  retrieved: ["Opgehaald", "Retrieved"],
  files: ["Bestanden", "Files"],
  refused: ["{n} geweigerd", "{n} refused"],
  rejected: ["{n} rijen afgekeurd", "{n} rows rejected"],
} as const;

const kinds: Record<string, readonly [string, string]> = {
  BO: ["Basisschool", "Primary school"],
  SBO: ["Speciaal basisonderwijs (sbo)", "Special primary education (sbo)"],
  SO: ["Speciaal onderwijs (so)", "Special education (so)"],
  VSO: ["Voortgezet speciaal onderwijs (vso)", "Secondary special education (vso)"],
  SOVSO: ["So en vso samen", "So and vso together"],
  VO: ["Voortgezet onderwijs", "Secondary education"],
  PRO: ["Praktijkonderwijs", "Practical education (pro)"],
  LWOO: ["Leerwegondersteuning (lwoo)", "Learning support (lwoo)"],
  VBO: ["Vmbo beroepsgericht", "Pre-vocational (vmbo)"],
  MAVO: ["Mavo, vmbo-t", "Mavo (vmbo-t)"],
  HAVO: ["Havo", "Havo"],
  VWO: ["Vwo", "Vwo"],
};
const clusters: Record<string, readonly [string, string]> = {
  "1": ["blind of slechtziend", "blind or partially sighted"],
  "2": ["doof, slechthorend of taalontwikkelingsstoornis", "deaf, hard of hearing or language disorder"],
  "3": ["lichamelijke of verstandelijke beperking, langdurig ziek", "physical or learning disability, long-term illness"],
  "4": ["gedrag en psychiatrie", "behaviour and psychiatry"],
};

export type Word = keyof typeof words;

let current: Language = remembered();
const listeners = new Set<() => void>();

export const language = (): Language => current;

export function t(word: Word, values: Record<string, string | number> = {}): string {
  const text: string = words[word][current === "nl" ? 0 : 1];
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** A word that may not be there, such as a method that the site does not know: then the word itself. */
export function tMaybe(prefix: string, word: string): string {
  const key = prefix + word;
  return key in words ? t(key as Word) : word;
}

/** A kind of education or provision in plain words. */
export function kind(code: string): string {
  const side = current === "nl" ? 0 : 1;
  const [base = code, cluster] = code.split(" cluster ");
  const name = kinds[base]?.[side] ?? code;
  return cluster ? `${base.toLowerCase()}, cluster ${cluster}: ${clusters[cluster]?.[side] ?? cluster}` : name;
}

export function both<T extends { nl: string; en: string }>(text: T): string {
  return text[current];
}

export function speak(next: Language): void {
  current = next;
  document.documentElement.lang = next;
  try {
    localStorage.setItem("taal", next);
  } catch {
    // a browser may keep nothing for a page opened from disk
  }
  listeners.forEach((each) => each());
}

export function useLanguage(): Language {
  const [now, set] = useState(current);
  useEffect(() => {
    const changed = () => set(current);
    listeners.add(changed);
    return () => void listeners.delete(changed);
  }, []);
  return now;
}

function remembered(): Language {
  let found: string | null = null;
  try {
    found = localStorage.getItem("taal");
  } catch {
    // as above
  }
  const preferred = navigator.languages.map((each) => each.slice(0, 2)).find((each) => each === "nl" || each === "en");
  const chosen = (found ?? preferred) === "en" ? "en" : "nl";
  document.documentElement.lang = chosen;
  return chosen;
}
