import type { JSX } from "preact";
import { since } from "../../format";
import { address } from "../../route";
import type { Page, RegionPostcode, Swv } from "../../types";
import { Note } from "../../ui";
import { t, tMaybe } from "../../words";
import { Part } from "./Part";

export function Region({ swv, page }: { swv: Swv; page: Page<"swv"> }): JSX.Element {
  const gemeenten = new Map<string, RegionPostcode[]>();
  for (const each of page.postcodes) {
    const name = each.gemeente ?? t("unknown");
    gemeenten.set(name, [...(gemeenten.get(name) ?? []), each]);
  }
  const known = [...new Set(page.postcodes.map((each) => `${each.bron}|${each.sinds}|${each.sinds_na ?? ""}`))].sort();
  return (
    <Part id="gebied" heading={t("h_area")}>
      {page.postcodes.length === 0 && <Note>{swv.landelijk ? t("no_region") : t("no_region_now")}</Note>}
      <div class="gemeenten">
        {[...gemeenten].map(([name, postcodes]) => (
          <details>
            <summary>{name} <span class="aside">{postcodes.length}</span></summary>
            <ul class="postcodes">{postcodes.map((each) => <li><a href={address(["postcode", each.postcode4])}>{each.postcode4}</a> <span class="aside">{each.plaats}</span></li>)}</ul>
          </details>
        ))}
      </div>
      <ul class="methods">
        {known.map((each) => {
          const [how = "", first = "", after = ""] = each.split("|");
          const count = page.postcodes.filter((one) => one.bron === how && one.sinds === first && (one.sinds_na ?? "") === after).length;
          return <li>{count} {t("fact_postcodes")} {since(first, how === "rio", after || null)}: {tMaybe("method_", how === "rio" ? "rio_regio" : how)}</li>;
        })}
      </ul>
    </Part>
  );
}
