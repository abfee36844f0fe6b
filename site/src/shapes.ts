/** The marks of schools, by kind: shape as well as colour, for colour alone does not reach everyone. */
export const KINDS = ["BO", "SBO", "SO", "SOVSO", "VSO", "VO"] as const;

/** Paths around the origin, about five units wide. */
export const SHAPES: Record<string, string> = {
  BO: "M4 0A4 4 0 1 1-4 0A4 4 0 1 1 4 0Z",
  SBO: "M-4-4H4V4H-4Z",
  SO: "M0-5L5 4H-5Z",
  SOVSO: "M0-5.6L1.6-1.8 5.6-1.7 2.6 1 3.6 5 0 2.8-3.6 5-2.6 1-5.6-1.7-1.6-1.8Z",
  VSO: "M0-5.4L5.4 0 0 5.4-5.4 0Z",
  VO: "M-2-5H2V-2H5V2H2V5H-2V2H-5V-2H-2Z",
};

export const SECTOR_KINDS: Record<string, readonly string[]> = {
  PO: ["BO", "SBO", "SO", "SOVSO"],
  VO: ["VO", "VSO", "SOVSO"],
};

/** A kind that people look for by itself. */
export function isSpecial(soort: string): boolean {
  return soort !== "BO" && soort !== "VO";
}
