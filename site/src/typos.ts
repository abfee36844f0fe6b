/** How far two words are apart: letters left out, added, changed, or two that changed places. */

/** The distance, or infinity where it is more than `most`. */
export function within(one: string, other: string, most: number): number {
  if (most < 0 || Math.abs(one.length - other.length) > most) return Infinity;
  let before: number[] = [];
  let above = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row += 1) {
    const line = [row];
    for (let at = 1; at <= other.length; at += 1) {
      const same = one[row - 1] === other[at - 1];
      let least = Math.min(above[at]! + 1, line[at - 1]! + 1, above[at - 1]! + (same ? 0 : 1));
      if (row > 1 && at > 1 && one[row - 1] === other[at - 2] && one[row - 2] === other[at - 1]) least = Math.min(least, before[at - 2]! + 1);
      line.push(least);
    }
    if (Math.min(...line) > most) return Infinity;
    before = above;
    above = line;
  }
  return above[other.length]! > most ? Infinity : above[other.length]!;
}
