import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { linkedSince, range } from "../../format";
import { address } from "../../route";
import type { Member, Page } from "../../types";
import { Mark, Table, titled } from "../../ui";
import { kind, t, tMaybe } from "../../words";
import { Part } from "./Part";

export function Members({ page }: { page: Page<"swv"> }): JSX.Element {
  const [only, setOnly] = useState("");
  const kinds = [...new Set(page.scholen.map((each) => each.soort))];
  const schools = page.scholen.filter((each) => !only || each.soort === only);
  const methods = [...new Set(page.scholen.map(how))];
  return (
    <Part id="scholen" heading={t("h_schools")}>
      <div class="pick">
        <label for="only">{t("kind")}</label>
        <select id="only" value={only} onChange={(event) => setOnly(event.currentTarget.value)}>
          <option value="">{t("all_kinds")} ({page.scholen.length})</option>
          {kinds.map((each) => <option value={each}>{kind(each)} ({page.scholen.filter((school) => school.soort === each).length})</option>)}
        </select>
      </div>
      <Table name="scholen" key={only} caption={t("h_schools")} hideCaption rows={schools} max={20} columns={[
        { head: t("school"), rowHead: true, by: (each) => each.naam, cell: (each) => <><Mark soort={each.soort} /> <a href={address(["vestiging", each.code])}>{each.naam}</a> <span class="aside">{each.code}</span></> },
        { head: t("place"), by: (each) => each.plaats, cell: (each) => titled(each.plaats ?? "") },
        { head: t("board"), by: (each) => each.bestuur_aanduiding, cell: (each) => <span class="small">{each.bestuur_aanduiding ?? ""}</span> },
        { head: t("pupils"), numeric: true, by: (each) => each.ondergrens, cell: (each) => each.ondergrens === null ? t("unknown") : range(each.ondergrens, each.bovengrens) },
        { head: t("from"), by: (each) => each.sinds, cell: (each) => <span class="small">{linkedSince(each.sinds_grond, each.sinds, each.sinds_na)} <span class="aside">({how(each)})</span></span> },
      ]} />
      <ul class="methods">{methods.map((each) => <li><span class="code">{each}</span> {tMaybe("method_", each)}</li>)}</ul>
      <h3>{t("boards_heading")}</h3>
      <Table caption={t("boards_heading")} hideCaption rows={boards(page.scholen)} max={10} columns={[
        { head: t("board"), rowHead: true, by: (each) => each.name, cell: (each) => each.name },
        { head: t("locations"), numeric: true, by: (each) => each.count, cell: (each) => each.count },
      ]} />
    </Part>
  );
}

/** How it is known that a school is in it, or how likely that is. */
function how(member: Member): string {
  return member.zekerheid === "zeker" ? member.methode : member.zekerheid;
}

function boards(members: Member[]): { name: string; count: number }[] {
  const found = new Map<string, { name: string; count: number }>();
  for (const { bestuur, bestuur_aanduiding } of members) {
    if (!bestuur) continue;
    const board = found.get(bestuur) ?? { name: bestuur_aanduiding ?? bestuur, count: 0 };
    found.set(bestuur, { ...board, count: board.count + 1 });
  }
  return [...found.values()].sort((a, b) => b.count - a.count || a.name.localeCompare(b.name, "nl"));
}
