/** What a parent can do now: the zorgplicht in four steps, each with the article that says so. */
import type { JSX } from "preact";
import { t, type Word } from "../words";

const WPO = "https://wetten.overheid.nl/BWBR0003420";
const STEPS: [Word, Word, Word][] = [
  ["step_apply", "step_apply_text", "step_apply_law"],
  ["step_decide", "step_decide_text", "step_decide_law"],
  ["step_place", "step_place_text", "step_place_law"],
  ["step_dispute", "step_dispute_text", "step_dispute_law"],
];

export function NextSteps(): JSX.Element {
  return (
    <section class="steps" aria-labelledby="steps-heading">
      <h2 id="steps-heading" tabIndex={-1}>{t("steps_heading")}</h2>
      <p>{t("steps_intro")}</p>
      <ol>
        {STEPS.map(([head, text, law]) => (
          <li><strong>{t(head)}</strong> {t(text)} <span class="law">{t(law)}</span></li>
        ))}
      </ol>
      <p class="small">{t("steps_law")} <a href={WPO} rel="noreferrer">wetten.overheid.nl</a>. {t("steps_vo")}</p>
    </section>
  );
}
