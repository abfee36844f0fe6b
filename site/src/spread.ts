/** Where the marks of schools at one place are drawn. Half of all schools share the centre of a postcode: their marks stand beside
 * each other, as the seeds of a sunflower do, so that none lies under another. */
import type { School } from "./types";
import { isSpecial } from "./shapes";

const TURN = Math.PI * (3 - Math.sqrt(5));

export interface Placed {
  school: School;
  /** from the place itself, in marks */
  east: number;
  south: number;
  /** how many schools are there */
  together: number;
}

/** Schools with a place, in the order in which they are drawn: special kinds on top of ordinary ones. */
export function spread(schools: School[]): Placed[] {
  const places = new Map<string, School[]>();
  for (const school of schools) {
    if (school.lat == null || school.lon == null) continue;
    const key = `${school.lat} ${school.lon}`;
    const there = places.get(key);
    if (there) there.push(school);
    else places.set(key, [school]);
  }
  const placed: Placed[] = [];
  for (const there of places.values()) {
    there.sort((one, other) => rank(one) - rank(other) || (one.code < other.code ? -1 : 1));
    there.forEach((school, index) => {
      const far = there.length === 1 ? 0 : Math.sqrt(index + 0.5);
      placed.push({ school, east: far * Math.sin(index * TURN), south: -far * Math.cos(index * TURN), together: there.length });
    });
  }
  return placed.sort((one, other) => rank(other.school) - rank(one.school));
}

function rank(school: School): number {
  return isSpecial(school.soort) ? 0 : 1;
}
