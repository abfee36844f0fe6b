/** The search field: a combobox whose list opens while somebody types. */
import type { JSX } from "preact";
import { useEffect, useId, useMemo, useRef, useState } from "preact/hooks";
import { go } from "./route";
import { makeSearch, type Finding, type Found } from "./finding";
import { loadClosed, loadFinder, loadPostcodes, type Base } from "./store";
import { titled } from "./ui";
import { t } from "./words";

type Find = (typed: string) => Finding;
const NOTHING: Finding = { found: [], note: null, meant: null };

export function Search({ base }: { base: Base }): JSX.Element {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState("");
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const [find, setFind] = useState<Find | null>(null);
  const [whole, setWhole] = useState(false);
  const swvs = useMemo(() => [...base.swvs.values()], [base]);
  // postcodes and places are there at once, schools a moment later, those that have closed last
  const asked = useRef(false);
  const prepare = () => {
    if (asked.current) return;
    asked.current = true;
    const ready = (...known: Parameters<typeof makeSearch>) => setFind(() => makeSearch(...known));
    loadPostcodes().then((postcodes) => {
      setFind((now: Find | null) => now ?? makeSearch(swvs, [...postcodes.values()], []));
      return loadFinder();
    }).then(async ({ schools, postcodes }) => {
      ready(swvs, [...postcodes.values()], [...schools.values()]);
      setWhole(true);
      ready(swvs, [...postcodes.values()], [...schools.values()], [...(await loadClosed()).values()]);
    }).catch(() => (asked.current = false));
  };
  useEffect(() => {
    const shortcut = (event: KeyboardEvent) => {
      if (event.key !== "/" || event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement) return;
      event.preventDefault();
      field.current?.focus();
    };
    addEventListener("keydown", shortcut);
    return () => removeEventListener("keydown", shortcut);
  }, []);

  const finding = useMemo(() => (find && typed.trim().length > 1 ? find(typed) : NOTHING), [find, typed]);
  const { found } = finding;
  const shown = open && typed.trim().length > 1 && find !== null && (whole || found.length > 0);
  const said = !shown ? "" : [
    finding.meant && t("search_meant", { what: titled(finding.meant) }),
    finding.note && t(finding.note.word, finding.note.values),
  ].filter(Boolean).join(" ");
  const choose = (each: Found | undefined) => {
    if (!each) return;
    setOpen(false);
    setTyped("");
    go(each.path);
  };
  const key = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setOpen(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (found.length) setAt((at + step + found.length) % found.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      choose(found[Math.max(at, 0)]);
    } else if (event.key === "Escape") {
      setOpen(false);
      setAt(-1);
    }
  };
  return (
    <form class="search" role="search" onSubmit={(event) => event.preventDefault()}>
      <label for={`${id}-field`}>{t("search")}</label>
      <div class="search-box">
        <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true"><circle cx="10.5" cy="10.5" r="6.5" /><path d="M15.5 15.5L21 21" /></svg>
        <input ref={field} id={`${id}-field`} type="text" role="combobox" inputMode="search" autocomplete="off" spellcheck={false} enterkeyhint="search"
          aria-expanded={shown && found.length > 0} aria-controls={`${id}-list`} aria-autocomplete="list"
          aria-activedescendant={shown && at >= 0 ? `${id}-${at}` : undefined} value={typed}
          onFocus={() => { prepare(); setOpen(true); }} onBlur={() => setOpen(false)} onKeyDown={key}
          onInput={(event) => { prepare(); setTyped(event.currentTarget.value); setOpen(true); setAt(-1); }} />
      </div>
      <p class={said ? "found-none" : "hidden"} role="status">
        {said || (shown && found.length ? t("search_results", { n: found.length }) : "")}
      </p>
      <ul id={`${id}-list`} role="listbox" aria-label={t("search")} class="found" hidden={!shown || found.length === 0}>
        {found.map((each, index) => (
          <li id={`${id}-${index}`} role="option" aria-selected={index === at} onMouseDown={(event) => event.preventDefault()} onClick={() => choose(each)}>
            <span class="found-label">{titled(each.label)}</span>
            <span class="found-detail">{titled(each.detail)}</span>
            <span class="found-type">{t(`kind_${each.type}`)}</span>
          </li>
        ))}
      </ul>
    </form>
  );
}
