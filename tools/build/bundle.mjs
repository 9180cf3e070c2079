// Bundles the plugin and the command of the npm package into one file each, to run without node_modules. The dynamic host becomes
// one file instead of 280. Also writes the licenses of the bundled libraries. Also writes the file that starts the plugin on
// Windows, and the one that starts it as the converter.
import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { build } from "esbuild";

const LEAN = {
  plugins: [{ name: "lean", setup: withoutUnusedLibraries }],
  // undici leaves out its second HTTP parser in a bundle that defines this.
  define: { esbuildDetection: "true" },
};
const plugin = {
  name: "pulumi-resource-dench",
  entryPoints: ["provider/hosts/plugin/main.ts"],
  outfile: "pulumi-resource-dench",
  ...LEAN,
  plugins: [...LEAN.plugins, { name: "late", setup: serverAsText }],
};
/**
 * The plugin for the executables of Linux, which contain Node and one script. They contain the compiled code, so this needs no
 * text that is compiled later.
 */
const script = {
  name: plugin.name,
  entryPoints: plugin.entryPoints,
  outfile: "dist/pulumi-resource-dench.js",
  ...LEAN,
};
/** Replaces what the compiler wrote. */
const dynamicHost = {
  name: "pulumi-dench/dynamic-host",
  entryPoints: ["provider/hosts/dynamic/provider.ts"],
  outfile: "dist/provider/hosts/dynamic/provider.js",
  ...LEAN,
};
const command = {
  name: "pulumi-dench",
  entryPoints: ["cli/main.ts"],
  outfile: "dist/pulumi-dench",
  // Without escapes, the data of the tokenizer is a third smaller.
  charset: "utf8",
  plugins: [{ name: "assets", setup: inlineAssets }],
};

const SHARED = {
  bundle: true,
  platform: "node",
  // An old Node must be able to parse the file, so that its first lines can name the required version.
  target: "node18",
  format: "cjs",
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  // The bundle contains the paths of its modules. Those outside of the checkout would differ from builder to builder.
  preserveSymlinks: true,
};

/** Replaces the module that reads the dashboard's assets with one that contains them. */
function inlineAssets({ onLoad }) {
  onLoad({ filter: /\/dashboard\/asset-text\.ts$/ }, () => {
    const folder = "gateway/dashboard/assets";
    const texts = readdirSync(folder).map((name) => [name, readFileSync(`${folder}/${name}`, "utf8")]);
    const table = JSON.stringify(Object.fromEntries(texts));
    return { contents: `const texts = ${table};\nexport const assetText = (name) => texts[name];` };
  });
}

/** The parts of undici that the client uses. The whole library takes twice as long to load. */
const LEAN_UNDICI = `
  const Dispatcher = require("undici/lib/dispatcher/dispatcher.js");
  Dispatcher.prototype.request = require("undici/lib/api/api-request.js");
  // The proxy agent opens its tunnels with it.
  Dispatcher.prototype.connect = require("undici/lib/api/api-connect.js");
  exports.Agent = require("undici/lib/dispatcher/agent.js");
  exports.ProxyAgent = require("undici/lib/dispatcher/proxy-agent.js");`;

/** Leaves out the parts of libraries that the provider never calls. */
function withoutUnusedLibraries({ onLoad, onResolve }) {
  onResolve({ filter: /^undici$/ }, () => ({ path: "undici", namespace: "lean" }));
  onLoad({ filter: /^undici$/, namespace: "lean" }, () => ({ contents: LEAN_UNDICI, resolveDir: process.cwd() }));
  // gRPC loads it for services that the plugin does not have.
  onResolve({ filter: /^@grpc\/proto-loader$/ }, ({ path }) => ({ path, namespace: "lean" }));
  onLoad({ filter: /proto-loader$/, namespace: "lean" }, () => ({ contents: "" }));
}

/** Replaces the server of the plugin with its text, which `runModule` runs. */
function serverAsText({ onLoad }) {
  onLoad({ filter: /\/provider\/hosts\/plugin\/server\.ts$/ }, async ({ path }) => {
    const { outputFiles } = await build({ ...SHARED, ...LEAN, entryPoints: [path], write: false });
    const text = JSON.stringify(outputFiles[0].text);
    return { contents: `module.exports = require("./module-text").runModule(${text});`, resolveDir: dirname(path) };
  });
}

/** Returns the first lines of a bundle. On a Node that is too old, they print the required version and exit. */
async function firstLines(name) {
  const contents = `
    import { problemOfNode } from "./node-version";
    const problem = problemOfNode(${JSON.stringify(name)});
    if (problem !== undefined) {
      process.stderr.write(problem + "\\n");
      process.exit(1);
    }`;
  const stdin = { contents, resolveDir: process.cwd() };
  const { outputFiles } = await build({ ...SHARED, format: "iife", stdin, write: false });
  return `#!/usr/bin/env node\n"use strict";${outputFiles[0].text}`;
}

/** Writes a bundle, and returns its inputs. */
async function bundle({ name, ...options }) {
  const { metafile } = await build({ ...SHARED, ...options, metafile: true });
  return { name, inputs: Object.values(metafile.outputs)[0].inputs };
}

/** Writes a bundle that is a program, and returns its inputs. */
async function program({ name, ...options }) {
  const bundled = await bundle({ name, ...options, banner: { js: await firstLines(name) } });
  chmodSync(options.outfile, 0o755);
  return bundled;
}

/** Returns the folders of the libraries in a bundle. */
function librariesOf({ inputs }) {
  const folders = Object.keys(inputs).map((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0]);
  return new Set(folders.filter((folder) => folder !== undefined));
}

function licenseOf(folder, bundles) {
  const { name, version } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  if (file === undefined) throw new Error(`${name} ${version} is bundled, but has no license file.`);
  const holders = bundles.filter((each) => librariesOf(each).has(folder)).map((each) => each.name);
  return `${name} ${version}, in ${new Intl.ListFormat("en").format(holders)}\n\n${readFileSync(`${folder}/${file}`, "utf8").trim()}\n`;
}

await program(plugin);
// The script has the same libraries as the plugin, whose text hides them.
const bundles = await Promise.all([bundle(script), program(command), bundle(dynamicHost)]);
// On Windows, the engine starts the plugin by this name.
writeFileSync(`${plugin.outfile}.cmd`, `@node "%~dp0${plugin.outfile}" %*\r\n`);
// The engine finds the converter on PATH by this name, which tells the plugin what it is. npm writes a command file for Windows.
writeFileSync("pulumi-converter-dench", `#!/usr/bin/env node\nrequire("./${plugin.outfile}");\n`);
chmodSync("pulumi-converter-dench", 0o755);

const libraries = [...new Set(bundles.flatMap((each) => [...librariesOf(each)]))].sort();
const licenses = libraries.map((folder) => licenseOf(folder, bundles));
writeFileSync("THIRD-PARTY-LICENSES", licenses.join(`\n${"-".repeat(80)}\n\n`));

if (process.argv.includes("--analyze")) {
  for (const { name, inputs } of bundles) {
    const sizes = {};
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const library = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? "pulumi-dench";
      sizes[library] = (sizes[library] ?? 0) + bytesInOutput;
    }
    console.log(name);
    console.table(Object.fromEntries(Object.entries(sizes).sort(([, a], [, b]) => b - a)));
  }
}
