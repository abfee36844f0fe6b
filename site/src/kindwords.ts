/** Kinds of school in the words that people use for them: "speciaal onderwijs utrecht", "cluster 4". */
import { isSpecial } from "./shapes";
import type { School } from "./types";
import type { Word } from "./words";

export interface Kinds {
  fits: (school: School) => boolean;
  /** the words that are left, which name a place */
  place: string;
  /** what to say where no school fits */
  word: Word;
}

const of = (...kinds: string[]) => (school: School): boolean => kinds.includes(school.soort);
// the longer words come first: "speciaal onderwijs" stands in most of the others
const WORDS: readonly (readonly [RegExp, (school: School) => boolean])[] = [
  [/\b(voortgezet speciaal onderwijs|secondary special education|vso)\b/, of("VSO", "SOVSO")],
  [/\b(speciaal basisonderwijs|special primary education|sbo)\b/, of("SBO")],
  [/\b(speciaal onderwijs|speciale school|speciale scholen|special education|special school|special schools)\b/, (school) => isSpecial(school.soort)],
  [/^so\b/, of("SO", "SOVSO")],
];

/** The kinds that are asked for by name; null where none are. */
export function kindsMeant(asked: string): Kinds | null {
  const cluster = asked.match(/\bcluster ([1-4])\b/);
  if (cluster) {
    const wanted = cluster[1]!;
    return { fits: (school) => Boolean(school.cluster?.includes(wanted)), place: rest(asked, cluster[0]), word: "search_no_cluster" };
  }
  for (const [words, fits] of WORDS) {
    const said = asked.match(words);
    if (said) return { fits, place: rest(asked, said[0]), word: "search_no_kind" };
  }
  return null;
}

function rest(asked: string, said: string): string {
  return asked.replace(said, " ").replace(/\b(in|te|bij|near|school|scholen|schools)\b/g, " ").replace(/\s+/g, " ").trim();
}
