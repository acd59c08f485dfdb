// Builds the scripts of the check page and of the desk, each into its app's static folder.
//
// Each entry becomes one file whose name carries the start of its own SHA-256, and manifest.json
// says for each its file name, SHA-256, SRI value and size. Nothing of the machine, the folder or
// the moment goes in, so that anyone who builds the same sources gets the same bytes and can compare
// the hash that the page shows. A page that weighs more than the limit fails the build.
import { createHash } from "node:crypto";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const APPS = join(HERE, "../src/breachdesk");
// What all scripts of a page together may weigh on the wire.
const BUNDLES = [
  { app: "portal", entries: ["page", "worker"], limit: 40 * 1024 },
  { app: "desk", entries: ["desk", "puzzle"], limit: 12 * 1024 },
];

const sha256 = (bytes, encoding) => createHash("sha256").update(bytes).digest(encoding);

/** One self-contained script, minified, without a source map: those would name the machine. */
async function bundle(name) {
  const result = await build({
    absWorkingDir: HERE,
    entryPoints: [`src/${name}.ts`],
    outfile: `${name}.js`,
    write: false,
    bundle: true,
    minify: true,
    format: "esm",
    target: ["es2022"],
    charset: "utf8",
    legalComments: "none",
    treeShaking: true,
    logLevel: "warning",
  });
  return Buffer.from(result.outputFiles[0].contents);
}

function describe(name, bytes) {
  const hex = sha256(bytes, "hex");
  return {
    file: `${name}.${hex.slice(0, 16)}.js`,
    sha256: hex,
    integrity: `sha256-${sha256(bytes, "base64")}`,
    bytes: bytes.length,
  };
}

/** Hash of the whole: over the sorted lines "sha256  name", as sha256sum prints them. */
function wholeHash(bundles) {
  return sha256(bundles.map(({ entry, name }) => `${entry.sha256}  ${name}\n`).join(""), "hex");
}

/** Removes what an earlier build left, then writes; the manifest comes last. */
async function publish(out, bundles, manifest) {
  await mkdir(out, { recursive: true });
  for (const old of await readdir(out)) await rm(join(out, old));
  for (const { entry, bytes } of bundles) await writeFile(join(out, entry.file), bytes);
  await writeFile(join(out, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

function weigh(bundles, limit) {
  let gzip = 0;
  for (const { bytes, entry } of bundles) {
    const weight = gzipSync(bytes, { level: 9 }).length;
    gzip += weight;
    console.log(`${entry.sha256}  ${entry.file}  ${weight} B gzipped`);
  }
  if (gzip > limit) {
    console.error(`The scripts weigh ${gzip} bytes gzipped; at most ${limit} are allowed.`);
    process.exit(1);
  }
  return gzip;
}

for (const { app, entries, limit } of BUNDLES) {
  const bundles = [];
  for (const name of [...entries].sort()) {
    const bytes = await bundle(name);
    bundles.push({ name, bytes, entry: describe(name, bytes) });
  }
  const gzip = weigh(bundles, limit);
  const manifest = {
    format: "breachdesk/bundle/v1",
    sha256: wholeHash(bundles),
    entries: Object.fromEntries(bundles.map(({ name, entry }) => [name, entry])),
  };
  await publish(join(APPS, app, "static", app, "built"), bundles, manifest);
  console.log(`${manifest.sha256}  all scripts of ${app}, ${gzip} B gzipped`);
}
