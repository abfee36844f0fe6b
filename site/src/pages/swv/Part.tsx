/** A part of the page, which can be jumped to. */
import type { ComponentChildren, JSX } from "preact";

export function Part({ id, heading, children }: { id: string; heading: string; children: ComponentChildren }): JSX.Element {
  return (
    <section id={id} class="part" aria-labelledby={`${id}-heading`}>
      <h2 id={`${id}-heading`} tabIndex={-1}>{heading}</h2>
      {children}
    </section>
  );
}
