/** Special education that is near, as one list: what each school offers, how far it is, and how to reach it. */
import type { JSX } from "preact";
import { kilometres } from "../format";
import type { Finder } from "../store";
import { Details, Mark, Reason, SchoolLink, website } from "../ui";
import { kind, t } from "../words";

/** A kind of provision, where it is, or why that cannot be told. */
export interface Offer {
  voorziening: string;
  code: string | null;
  km: number | null;
  inside: boolean;
  reden: string | null;
}

export function Provision({ finder, offers, heading, plain = false }: {
  finder: Finder | null; offers: Offer[]; heading: string;
  /** all of one kind, which need not be said */
  plain?: boolean;
}): JSX.Element {
  const places = new Map<string, { code: string; km: number | null; inside: boolean; kinds: string[] }>();
  for (const { code, km, inside, voorziening } of offers) {
    if (!code) continue;
    const known = places.get(code) ?? { code, km, inside, kinds: [] };
    if (!known.kinds.includes(voorziening)) known.kinds.push(voorziening);
    places.set(code, { ...known, inside: known.inside || inside });
  }
  const near = [...places.values()].sort((a, b) => (a.km ?? Infinity) - (b.km ?? Infinity));
  const open = offers.filter((each) => !each.code && each.reden);
  const found = new Set(near.flatMap((each) => each.kinds));
  const reasons = [...new Set(open.map((each) => each.reden!))];
  return (
    <>
      <h3>{heading}</h3>
      {near.length > 0 && (
        <ul class="provision">
          {near.map(({ code, km, inside, kinds }) => {
            const school = finder?.schools.get(code);
            const site = website(school?.website ?? null);
            return (
              <li>
                <span class="provision-what">
                  {school && <Mark soort={school.soort} />} <SchoolLink schools={finder?.schools} code={code} />
                  {!plain && <span class="why">{kinds.map(kind).join(" · ")}</span>}
                  {site && <a class="provision-site" href={site} rel="noreferrer">{site.replace("https://", "")}</a>}
                </span>
                <span class="provision-where"><span class="km">{kilometres(km)}</span><span class="why">{t(inside ? "inside" : "outside")}</span></span>
              </li>
            );
          })}
        </ul>
      )}
      {reasons.length > 0 && (
        <Details name={`onbekend-${heading}`} kind="unknowns" summary={t("cannot_say_kinds")}>
          <ul>
            {reasons.map((reason) => (
              <li>
                {[...new Set(open.filter((each) => each.reden === reason).map((each) => `${kind(each.voorziening)}${found.has(each.voorziening) ? ` (${t(each.inside ? "inside" : "outside")})` : ""}`))].join("; ")}
                <span class="why"><Reason>{reason}</Reason></span>
              </li>
            ))}
          </ul>
        </Details>
      )}
    </>
  );
}
