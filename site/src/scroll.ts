/** Where each page was scrolled to, so that going back ends where the reader was. */
const KEPT = "plekken";

const positions = remembered();
let entry = "";
/** where the page that is opened now was left; nothing for one that is new */
let left: number | null = null;

history.scrollRestoration = "manual";
arrive();
addEventListener("hashchange", arrive);
addEventListener("scroll", () => positions.set(entry, scrollY), { passive: true });
addEventListener("pagehide", () => {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify([...positions].slice(-50)));
  } catch {
    // a browser may keep nothing for a page opened from disk
  }
});

/** An entry of the history that was there before knows its own number. */
function arrive(): void {
  const known = (history.state as { plek?: string } | null)?.plek;
  left = known === undefined ? null : (positions.get(known) ?? null);
  entry = known ?? `${Date.now()}-${positions.size}`;
  if (known === undefined) history.replaceState({ ...(history.state as object | null), plek: entry }, "");
}

/** Scroll a page that is shown now: to its top, or to where it was left, as soon as it is that long again. */
export function settle(): void {
  const wanted = left;
  if (wanted === null) return scrollTo({ top: 0, behavior: "instant" });
  const mine = entry;
  const stop = (): void => {
    observer.disconnect();
    for (const each of ["wheel", "touchstart", "keydown"]) removeEventListener(each, stop);
  };
  const reach = (): void => {
    if (entry !== mine) return stop();
    scrollTo({ top: wanted, behavior: "instant" });
    if (Math.abs(scrollY - wanted) < 2) setTimeout(stop, 300);
  };
  const observer = new ResizeObserver(reach);
  for (const each of ["wheel", "touchstart", "keydown"]) addEventListener(each, stop, { passive: true });
  setTimeout(stop, 4_000);
  observer.observe(document.body);
  reach();
}

function remembered(): Map<string, number> {
  try {
    return new Map(JSON.parse(sessionStorage.getItem(KEPT) ?? "[]") as [string, number][]);
  } catch {
    return new Map();
  }
}
