// The front end with the licences of what is in it: pipeline/site/bundle. Its script and style sheet, the typefaces, and
// what a page loads when it needs it (plots, workbook).
// `node build.mjs` writes it; `node build.mjs --check` says whether what stands there is what the sources make.
import { build } from "esbuild";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const bundle = join(here, "../pipeline/site/bundle");

const made = await build({
  absWorkingDir: here,
  entryPoints: { app: "src/main.tsx", plots: "src/plots.ts", workbook: "src/workbook.ts" },
  bundle: true,
  format: "iife",
  target: ["es2022"],
  minify: true,
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  write: false,
  outdir: "out",
  assetNames: "[name]",
  loader: { ".woff2": "file", ".png": "dataurl" },
  jsx: "automatic",
  jsxImportSource: "preact",
});

const files = new Map(made.outputFiles.map((file) => [basename(file.path), Buffer.from(file.contents)]));
files.set("index.html", await readFile(join(here, "src/index.html")));
files.set("THIRD_PARTY.txt", Buffer.from(await licences(Object.keys(made.metafile.inputs))));

if (process.argv.includes("--check")) {
  const stale = [];
  for (const [name, content] of files) {
    const committed = await readFile(join(bundle, name)).catch(() => null);
    if (!committed?.equals(content)) stale.push(name);
  }
  for (const name of await readdir(bundle)) if (!files.has(name)) stale.push(`${name} (left over)`);
  if (stale.length) {
    console.error(`pipeline/site/bundle is not what site/ makes: ${stale.join(", ")}; run \`make site-bundle\``);
    process.exit(1);
  }
  console.log("pipeline/site/bundle is what site/ makes");
} else {
  await rm(bundle, { recursive: true, force: true });
  await mkdir(bundle, { recursive: true });
  for (const [name, content] of files) await writeFile(join(bundle, name), content);
  for (const [name, content] of files) console.log(`${name.padEnd(58)}${String(content.length).padStart(9)} bytes`);
}

/** Name, version and licence text of every package that has a file in the bundle. */
async function licences(inputs) {
  const names = new Set();
  for (const path of inputs) {
    const found = path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//);
    if (found) names.add(found[1]);
  }
  const parts = ["The site is built with these libraries and typefaces.\n"];
  for (const name of [...names].sort()) {
    const folder = join(here, "node_modules", name);
    const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const file = (await readdir(folder)).find((each) => /^licen[cs]e/i.test(each));
    const text = file ? (await readFile(join(folder, file), "utf8")).trim() : `Licence: ${license}`;
    parts.push(`${"=".repeat(78)}\n${name} ${version} (${license})\n\n${text}\n`);
  }
  return parts.join("\n").replaceAll("\r\n", "\n");
}
