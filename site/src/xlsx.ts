/** Sheets as a workbook that opens well in Excel: headings that stay in sight, widths, number formats, a page to print. */
import type { Feature, SheetData } from "write-excel-file/browser";
import type { Cell } from "./types";
import type { Workbooks } from "./workbook";

export type Kind = "text" | "count" | "percent" | "euro" | "km" | "day";

export interface Heading {
  /** the name of the value in a row */
  field: string;
  head: string;
  width: number;
  kind?: Kind;
}

export interface Sheet {
  name: string;
  headings: Heading[];
  rows: object[];
}

// a percentage is a number of hundredths here, as it is in every table of the release
const FORMATS: Record<Exclude<Kind, "text">, string> = { count: "#,##0", percent: "0.0", euro: '"€" #,##0.00;[Red]-"€" #,##0.00', km: "0.0", day: "d-m-yyyy" };

export function workbook(write: Workbooks, sheets: Sheet[]): Promise<Blob> {
  const listed = sheets.map(({ name, headings, rows }) => ({
    sheet: name,
    columns: headings.map(({ width }) => ({ width })),
    stickyRowsCount: 1,
    stickyColumnsCount: 1,
    orientation: "landscape" as const,
    data: [
      headings.map(({ head }) => ({ value: head, fontWeight: "bold" as const, wrap: true, alignVertical: "top" as const, backgroundColor: "#f3f0e8" })),
      ...rows.map((row) => headings.map(({ field, kind = "text" }) => cell((row as Record<string, Cell>)[field] ?? null, kind))),
    ] as SheetData,
  }));
  return write(listed, { features: [printed(sheets.map(({ name }) => name))] }).toBlob();
}

function cell(value: Cell, kind: Kind): object | null {
  if (value === null) return null;
  if (kind === "day") return { type: Date, value: new Date(`${String(value).slice(0, 10)}T00:00:00Z`), format: FORMATS.day };
  if (kind !== "text" && typeof value === "number") return { type: Number, value, format: FORMATS[kind] };
  if (typeof value === "number") return { type: Number, value };
  return { type: String, value: typeof value === "boolean" ? (value ? "ja" : "nee") : String(value), wrap: true };
}

/** A page that is printed has the headings, and is as wide as the sheet; and the style of all cells has its name, which some programs miss. */
function printed(names: string[]): Feature<File | Blob | ArrayBuffer> {
  const titles = names.map((name, index) => `<definedName name="_xlnm.Print_Titles" localSheetId="${index}">'${name}'!$1:$1</definedName>`).join("");
  return {
    files: {
      transform: {
        "xl/workbook.xml": { transform: (xml) => xml.replace("<definedNames/>", () => `<definedNames>${titles}</definedNames>`) },
        "xl/styles.xml": {
          transform: (xml) => xml.replace("<cellXfs", '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs')
            .replace("</cellXfs>", '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'),
        },
        "xl/worksheets/sheet{id}.xml": {
          transform: (xml) => xml.replace(/(<worksheet[^>]*>)/, '$1<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>').replace("<pageSetup ", '<pageSetup fitToHeight="0" '),
        },
      },
    },
  };
}
