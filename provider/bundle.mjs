// Bundles the plugin into the one file that the engine starts: `pulumi-resource-dench` at the root.
import { chmodSync } from "node:fs";
import { build } from "esbuild";

const outfile = "pulumi-resource-dench";
const banner = `#!/usr/bin/env node
"use strict";
{
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 22 || (major === 22 && minor < 19)) {
    process.stderr.write("pulumi-resource-dench needs Node 22.19 or newer; the node on PATH is " + process.versions.node + "\\n");
    process.exit(1);
  }
}`;

const { metafile } = await build({
  entryPoints: ["provider/hosts/plugin-main.ts"],
  outfile,
  bundle: true,
  platform: "node",
  target: "node22",
  format: "cjs",
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  metafile: true,
  banner: { js: banner },
});
chmodSync(outfile, 0o755);

if (process.argv.includes("--analyze")) {
  const { inputs } = Object.values(metafile.outputs)[0];
  const sizes = {};
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
    const name = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? "pulumi-dench";
    sizes[name] = (sizes[name] ?? 0) + bytesInOutput;
  }
  console.table(Object.fromEntries(Object.entries(sizes).sort(([, a], [, b]) => b - a)));
}
