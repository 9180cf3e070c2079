import { resolve } from "node:path";
import { errorMessage } from "../../error-message";
import { writePackages } from "./packages";

const folder = resolve("packages");
writePackages(process.cwd(), folder).then(
  (packages) => {
    for (const { name, bytes, sha256 } of packages)
      process.stdout.write(`${(bytes / 1000).toFixed(1).padStart(8)} kB  ${sha256.slice(0, 12)}…  ${name}\n`);
    process.stdout.write(`Written to ${folder}, with all checksums in SHA256SUMS.\n`);
  },
  (error: unknown) => {
    process.stderr.write(`The packages could not be written: ${errorMessage(error)}\n`);
    process.exitCode = 1;
  },
);
