// Bundles the plugin into the one file that the engine starts, `pulumi-resource-dench` at the root, and writes beside it
// what starts it on Windows, and the licences of what is in the bundle.
import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const outfile = "pulumi-resource-dench";
const { engines } = JSON.parse(readFileSync("package.json", "utf8"));
const [, major, minor] = /^>=(\d+)\.(\d+)$/.exec(engines.node);

// Runs on the old Node that it is about, so in the words of that one.
const banner = `#!/usr/bin/env node
"use strict";
{
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < ${major} || (major === ${major} && minor < ${minor})) {
    process.stderr.write(
      "pulumi-resource-dench needs Node ${major}.${minor} or newer, but the first node on PATH is " + process.versions.node +
      " (" + process.execPath + "). Install a newer one, or put it first on the PATH of pulumi.\\n");
    process.exit(1);
  }
}`;

const { metafile } = await build({
  entryPoints: ["provider/hosts/plugin-main.ts"],
  outfile,
  bundle: true,
  platform: "node",
  // Node parses a file whole before it runs the banner.
  target: "node18",
  format: "cjs",
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  metafile: true,
  banner: { js: banner },
});
chmodSync(outfile, 0o755);
// The engine looks for this name where a file without extension can't be started.
writeFileSync(`${outfile}.cmd`, `@node "%~dp0${outfile}" %*\r\n`);

const folders = Object.keys(metafile.inputs).flatMap(
  (path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path) ?? [],
);
const licences = [...new Set(folders)].sort().map((folder) => {
  const { name, version } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  if (file === undefined) throw new Error(`${name} ${version} is bundled, but has no licence to go with it.`);
  return `${name} ${version}\n\n${readFileSync(`${folder}/${file}`, "utf8").trim()}\n`;
});
writeFileSync("THIRD-PARTY-LICENSES", licences.join(`\n${"-".repeat(80)}\n\n`));

if (process.argv.includes("--analyze")) {
  const { inputs } = Object.values(metafile.outputs)[0];
  const sizes = {};
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
    const name = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? "pulumi-dench";
    sizes[name] = (sizes[name] ?? 0) + bytesInOutput;
  }
  console.table(Object.fromEntries(Object.entries(sizes).sort(([, a], [, b]) => b - a)));
}
