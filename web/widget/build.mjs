// Builds the widget into build/web/widget: loader.js and its pinned twin, the panel, one file a
// further language, and manifest.json, which names them with their integrity values.
import { build, transform } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.env.SERVERY_WIDGET_OUT ?? join(here, "../../build/web/widget");
const target = "es2022";

const styleSheets = {
  name: "style-sheets",
  setup(b) {
    b.onLoad({ filter: /\.css$/ }, async (args) => {
      const css = await readFile(args.path, "utf8");
      const small = await transform(css, { loader: "css", minify: true, target });
      return { contents: small.code.trim(), loader: "text" };
    });
  },
};

async function bundle(entry) {
  const made = await build({
    absWorkingDir: here,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target,
    legalComments: "none",
    plugins: [styleSheets],
  });
  return made.outputFiles[0].contents;
}

const shortHash = (bytes) => createHash("sha256").update(bytes).digest("hex").slice(0, 10);
const integrityOf = (bytes) => "sha384-" + createHash("sha384").update(bytes).digest("base64");

async function put(name, entry) {
  const bytes = await bundle(entry);
  const file = `${name}.${shortHash(bytes)}.js`;
  await writeFile(join(out, file), bytes);
  return { src: file, integrity: integrityOf(bytes), bytes };
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const loader = await put("loader", "src/loader.ts");
await writeFile(join(out, "loader.js"), loader.bytes);
const panel = await put("panel", "src/panel.ts");
const german = await put("lang-de", "src/lang_de.ts");
const named = ({ src, integrity }) => ({ src, integrity });
const manifest = {
  loader: named(loader),
  panel: named(panel),
  languages: { de: named(german) },
};
await writeFile(join(out, "manifest.json"), JSON.stringify(manifest, null, 1) + "\n");
