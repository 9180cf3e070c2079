import { join } from "node:path";
import { errorMessage } from "../../error-message";
import { packageRoot } from "./package";
import { SDK_LANGUAGES, writeSdks } from "./sdks";

// `npm run sdks`: generates the SDKs for other languages into dist/sdks.
const folder = join(packageRoot, "dist", "sdks");
process.stderr.write("generating SDKs with Go; compiling can take two minutes the first time\n");
writeSdks(folder).then(
  () => {
    for (const language of SDK_LANGUAGES) process.stdout.write(`${join(folder, language)}\n`);
  },
  (error: unknown) => {
    process.stderr.write(`The SDKs could not be generated: ${errorMessage(error)}\n`);
    process.stderr.write("Install Go 1.26.6 or newer (https://go.dev/doc/install), then run this command again.\n");
    process.exitCode = 1;
  },
);
