// Builds the page's scripts into the portal's static folder.
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
const OUT = join(HERE, "../src/breachdesk/portal/static/portal/built");
const ENTRIES = ["page", "worker"];
// Issue "First light", section 5: what all scripts together may weigh on the wire.
const GZIP_LIMIT = 40 * 1024;

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
async function publish(bundles, manifest) {
  await mkdir(OUT, { recursive: true });
  for (const old of await readdir(OUT)) await rm(join(OUT, old));
  for (const { entry, bytes } of bundles) await writeFile(join(OUT, entry.file), bytes);
  await writeFile(join(OUT, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

const bundles = [];
for (const name of [...ENTRIES].sort()) {
  const bytes = await bundle(name);
  bundles.push({ name, bytes, entry: describe(name, bytes) });
}
let gzip = 0;
for (const { bytes, entry } of bundles) {
  const weight = gzipSync(bytes, { level: 9 }).length;
  gzip += weight;
  console.log(`${entry.sha256}  ${entry.file}  ${weight} B gzipped`);
}
if (gzip > GZIP_LIMIT) {
  console.error(`The scripts weigh ${gzip} bytes gzipped; at most ${GZIP_LIMIT} are allowed.`);
  process.exit(1);
}
const manifest = {
  format: "breachdesk/bundle/v1",
  sha256: wholeHash(bundles),
  entries: Object.fromEntries(bundles.map(({ name, entry }) => [name, entry])),
};
await publish(bundles, manifest);
console.log(`${manifest.sha256}  all scripts, ${gzip} B gzipped`);
