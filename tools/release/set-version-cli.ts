import { spawnSync } from "node:child_process";
import { errorMessage } from "../../error-message";
import { setVersion } from "./set-version";

// `npm run version -- 0.2.0`, and what `npm version 0.2.0` runs after it has changed package.json.
const next = process.argv[2] ?? process.env["npm_new_version"] ?? "";
setVersion(process.cwd(), next).then(
  (files) => {
    process.stdout.write(`The version is ${next} in ${files.length} files.\n`);
    process.exitCode = spawnSync("npm", ["run", "generate"], { stdio: "inherit" }).status ?? 1;
  },
  (error: unknown) => {
    process.stderr.write(`The version was not changed: ${errorMessage(error)}.\nUsage: npm run version -- VERSION\n`);
    process.exitCode = 1;
  },
);
