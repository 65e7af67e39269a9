// Bundles src/*.ts (one entry per widget, and page.ts for the page without a kernel) into static/<name>.js,
// src/style/index.css into static/emwidgets.css, and what the page and a widget have of their own into files
// named after them (src/style/playground.css into static/playground.css). The built files are committed, so the output is the same everywhere: no source maps, no dates, no paths. `--watch` rebuilds
// on every change, unminified.
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const LARGEST = 80 * 1024; // bytes of one bundle, see the front end's size budget in the docs
const LARGER = {
  "playground.js": 92 * 1024, // it projects and draws a solid, beside all that the others do
  "comparer.js": 88 * 1024, // two stages, blending, regions and curves; with its style it stays below what a saved notebook may carry
};

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "src");
const outdir = join(here, "static");
const watch = process.argv.includes("--watch");

const scripts = (await readdir(source)).filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts")).sort();
const stylesheets = {
  emwidgets: "index.css",
  page: "page.css",
  domains: "domains.css",
  classifier: "classifier.css",
  playground: "playground.css",
  comparer: "comparer.css",
};

const entryPoints = scripts.map((name) => ({ in: join(source, name), out: name.slice(0, -".ts".length) }));
for (const [out, name] of Object.entries(stylesheets)) {
  const stylesheet = join(source, "style", name);
  if (existsSync(stylesheet)) entryPoints.push({ in: stylesheet, out });
}
if (entryPoints.length === 0) {
  console.error(`Nothing to build: no *.ts in ${relative(process.cwd(), source)}`);
  process.exit(1);
}

/** @type {esbuild.BuildOptions} */
const options = {
  absWorkingDir: here,
  entryPoints,
  outdir,
  bundle: true,
  format: "esm",
  platform: "browser",
  target: ["es2022", "chrome111", "firefox115", "safari16.4"],
  minify: !watch,
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
};

if (watch) {
  const context = await esbuild.context({ ...options, logLevel: "info" });
  await context.watch();
} else {
  await esbuild.build(options).catch(() => process.exit(1)); // esbuild has printed why
  process.exitCode = (await report()) ? 0 : 1;
}

/** Prints the size of each file; false if a script is too large. */
async function report() {
  let fits = true;
  for (const entry of entryPoints) {
    const name = `${entry.out}${extname(entry.in).replace("ts", "js")}`;
    const content = await readFile(join(outdir, name));
    const limit = LARGER[name] ?? LARGEST;
    const tooLarge = name.endsWith(".js") && content.length > limit;
    const sizes = `${kilobytes(content.length)} KB, ${kilobytes(gzipSync(content).length)} KB gzipped`;
    console.log(`${name.padEnd(20)} ${sizes}${tooLarge ? `  TOO LARGE: the limit is ${limit / 1024} KB` : ""}`);
    if (tooLarge) fits = false;
  }
  return fits;
}

function kilobytes(bytes) {
  return (bytes / 1024).toFixed(1).padStart(6);
}
