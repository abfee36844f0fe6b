/** Reasons why something is not known, in English. The tables give them in Dutch; one that is not here stays Dutch, and is marked so. */
import { language } from "./words";

const ENGLISH: readonly (readonly [RegExp, string])[] = [
  [/^cluster 1 en 2 vallen buiten de samenwerkingsverbanden$/, "cluster 1 and 2 lie outside the regions"],
  [/^cluster niet bekend van een vestiging die dichterbij ligt$/, "the cluster of a school that is nearer is not known"],
  [/^postcode4 zonder coördinaten$/, "the place of this postcode is not known"],
  [/^geen vestiging met coördinaten in het samenwerkingsverband$/, "no school in the region whose place is known"],
  [/^geen andere vestiging met coördinaten in het samenwerkingsverband$/, "no other school in the region whose place is known"],
  [/^van een vestiging die dichterbij ligt is het samenwerkingsverband niet zeker$/, "the region of a school that is nearer is not certain"],
  [/^postcode4 staat nu in geen regio-indeling$/, "the postcode is in no list of regions now"],
  [/^vestiging zonder coördinaten$/, "the place of this school is not known"],
  [/^postcode onbekend en gemeente (\w+) wijst niet één samenwerkingsverband aan$/, "the postcode is not known, and municipality $1 does not lie in one region alone"],
  [/^postcode4 (\d+) staat in geen regio-indeling en gemeente (\w+) wijst niet één samenwerkingsverband aan$/, "postcode $1 is in no list of regions, and municipality $2 does not lie in one region alone"],
  [/^van (\d+) vestiging\(en\) met (\w+) is het cluster niet bekend$/, "the cluster of $1 school(s) with $2 is not known"],
  [/^dat scholen van deze soort bij dit samenwerkingsverband horen is aannemelijk en niet zeker$/, "that schools of this kind belong to this region is likely, not certain"],
  [/^landelijk samenwerkingsverband zonder gebied$/, "a nationwide region without an area"],
  [/^geen noemer: het aantal leerlingen vo op deze datum is niet aangeleverd$/, "no denominator: the number of pupils in secondary education on this date is not at hand"],
  [/^geen noemer: het aantal leerlingen vo naar woonplaats op deze datum is niet aangeleverd$/, "no denominator: the number of pupils in secondary education by home on this date is not at hand"],
  [/^de tellingen begrenzen het percentage niet: voor deze datum wijst geen register de scholen van dit samenwerkingsverband aan$/, "the counts do not bound the percentage: no register tells the schools of this region on this date"],
  [/^geen register wijst voor deze dagen een samenwerkingsverband aan$/, "no register names a region for these days"],
];

/** A reason in the language of the reader, or as the table gives it. */
export function translated(reason: string): string | null {
  if (language() === "nl") return reason;
  for (const [dutch, english] of ENGLISH) if (dutch.test(reason)) return reason.replace(dutch, english);
  return null;
}
