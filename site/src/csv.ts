/** Rows as a file for a spreadsheet or a program, made in the page: nothing is asked for that is not there yet. */
import type { Cell } from "./types";

export type Form = "excel" | "csv";

// what a spreadsheet would take for a formula, as `passend export --format csv-excel` knows it
const FORMULA = /^[=+\-@\t\r\n]/;

/** The Dutch form of Excel has semicolons, decimal commas and a byte order mark; the other is what programs expect. */
export function toCsv(columns: string[], rows: Cell[][], form: Form): string {
  const [separator, mark] = form === "excel" ? [";", "\ufeff"] : [",", ""];
  const lines = [columns, ...rows].map((row) => row.map((cell) => written(cell, form)).join(separator));
  return `${mark}${lines.join("\r\n")}\r\n`;
}

function written(cell: Cell, form: Form): string {
  if (cell === null) return "";
  if (typeof cell === "number") return form === "excel" ? String(cell).replace(".", ",") : String(cell);
  if (typeof cell === "boolean") return String(cell);
  const text = typeof cell === "string" ? cell : JSON.stringify(cell);
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[";,\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** Hand a text or what a library made to the reader as a file. */
export function save(name: string, content: string | Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(typeof content === "string" ? new Blob([content], { type: "text/csv;charset=utf-8" }) : content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
