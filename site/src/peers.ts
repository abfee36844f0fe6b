/** Whom to compare with: SWVs of about the same size and density, schools of the same kind nearby. */
import type { Base, Finder } from "./store";
import type { Area, Swv } from "./types";

export const MOST = 4;

/** The SWVs of a sector that are most like one of them in locations and in locations per square kilometre. */
export function peersOf(base: Base, swv: Swv, without: string[]): Swv[] {
  const own = shape(base, swv);
  return [...base.swvs.values()]
    .filter((each) => each.sector === swv.sector && each.nu && !without.includes(each.code) && each.landelijk === swv.landelijk)
    .map((each) => ({ each, far: apart(own, shape(base, each)) }))
    .filter(({ far }) => Number.isFinite(far))
    .sort((a, b) => a.far - b.far)
    .slice(0, 3).map(({ each }) => each);
}

/** The nearest schools of the same kind. */
export function schoolsLike(finder: Finder, code: string, without: string[]): string[] {
  const own = finder.schools.get(code);
  if (own?.lat == null || own.lon == null) return [];
  const far = (lat: number, lon: number): number => Math.hypot(lat - own.lat!, (lon - own.lon!) * Math.cos((own.lat! * Math.PI) / 180));
  return [...finder.schools.values()]
    .filter((each) => each.soort === own.soort && each.lat != null && each.lon != null && each.code !== code && !without.includes(each.code))
    .sort((a, b) => far(a.lat!, a.lon!) - far(b.lat!, b.lon!))
    .slice(0, 3).map((each) => each.code);
}

function shape(base: Base, swv: Swv): [number, number] {
  const area = base.areas.areas[swv.code]?.at(-1)?.[2];
  const size = Math.log(Math.max(1, swv.vestigingen));
  return [size, area ? size - Math.log(surface(area)) : size];
}

function apart(one: [number, number], other: [number, number]): number {
  return Math.hypot(one[0] - other[0], one[1] - other[1]);
}

/** The surface of an area, in a unit that is the same for all: the country is small enough. */
function surface(area: Area): number {
  let sum = 0;
  for (const polygon of area) {
    for (const [place, ring] of polygon.entries()) sum += (place ? -1 : 1) * Math.abs(enclosed(ring));
  }
  return Math.max(sum, 1);
}

function enclosed(ring: number[]): number {
  let [east, north, sum] = [0, 0, 0];
  for (let index = 0; index + 1 < ring.length; index += 2) {
    const [x, y] = [ring[index] ?? 0, ring[index + 1] ?? 0];
    if (index) sum += east * y - north * x;
    east += x;
    north += y;
  }
  return sum / 2;
}
