/** What this is, how things are known, and where everything comes from. */
import type { JSX } from "preact";
import { day } from "../format";
import type { Base } from "../store";
import { t, type Word } from "../words";
import { Back } from "./Answer";
import { Sources } from "./Sources";

const METHODS: [string, Word][] = [
  ["rio", "method_rio"], ["landelijk", "method_landelijk"], ["rio_regio", "method_rio_regio"], ["regeling", "method_regeling"],
  ["gemeente", "method_gemeente"],
];

export function AboutLead(): JSX.Element {
  return (
    <>
      <Back />
      <h1 tabIndex={-1}>{t("about")}</h1>
      <p class="intro">{t("about_intro")}</p>
      <h2>{t("about_ranges_h")}</h2>
      <p>{t("about_ranges")}</p>
      <h2>{t("about_links_h")}</h2>
      <p>{t("about_links")}</p>
      <ol class="methods">{METHODS.map(([name, word]) => <li><span class="code">{name}</span> {t(word)}</li>)}</ol>
      <p>{t("about_unresolved")}</p>
      <p>{t("map_approximate_long")}</p>
    </>
  );
}

export function AboutRest({ base }: { base: Base }): JSX.Element {
  const { version, created } = base.index.release;
  return (
    <section>
      <h2>{t("about_sources_h")}</h2>
      <Sources />
      <h2>{t("about_release_h")}</h2>
      <p>{t("about_release", { version, day: day(created) })}</p>
      <p><a href="THIRD_PARTY.txt">{t("about_licences")}</a></p>
    </section>
  );
}
