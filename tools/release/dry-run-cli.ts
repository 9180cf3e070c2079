import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { errorMessage } from "../../error-message";
import { ensureEngine } from "../engine/engine";
import { NOTES, writeRelease } from "./release";

// `npm run release:dry`: does all that a tag does, but publishes nothing. `-- --tag vVERSION` checks the tag too, and `-- --out FOLDER`
// writes to another folder than packages/.
async function main(): Promise<string> {
  const { tag, out } = parseArgs({ options: { tag: { type: "string" }, out: { type: "string" } } }).values;
  const folder = resolve(out ?? "packages");
  const { bin } = await ensureEngine({ progress: (line) => process.stderr.write(`${line}\n`) });
  const options = { engineBin: bin, ...(tag === undefined ? {} : { tag }) };
  const { files, places, missing } = await writeRelease(process.cwd(), folder, options);
  const sizes = files.map(({ name, bytes, sha256 }) => {
    return `${(bytes / 1000).toFixed(1).padStart(8)} kB  ${sha256.slice(0, 12)}…  ${name}\n`;
  });
  const listing = Object.entries(places).map(
    ([place, names]) => `${place}:\n${names.map((name) => `  ${name}\n`).join("")}`,
  );
  const absent = missing.map(
    (language) => `Not written: the SDK for ${language}. Only a released engine can generate it.\n`,
  );
  return [
    ...sizes,
    `\nA tag publishes these files of ${folder}, with the text of ${NOTES}:\n\n`,
    ...listing,
    ...absent,
  ].join("");
}

main().then(
  (text) => process.stdout.write(text),
  (error: unknown) => {
    process.stderr.write(`The release could not be written: ${errorMessage(error)}\n`);
    process.exitCode = 1;
  },
);
