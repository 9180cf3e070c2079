import { join } from "node:path";
import { errorMessage } from "../../error-message";
import { packageRoot } from "./package";
import { SDK_LANGUAGES, writeSdks } from "./sdks";

// `npm run sdks`: writes the SDKs for other languages into dist/sdks.
const folder = join(packageRoot, "dist", "sdks");
process.stderr.write("writing SDKs with Go; the first time it may compile for two minutes\n");
writeSdks(folder).then(
  () => {
    for (const language of SDK_LANGUAGES) process.stdout.write(`${join(folder, language)}\n`);
  },
  (error: unknown) => {
    process.stderr.write(`The SDKs were not written: ${errorMessage(error)}\n`);
    process.stderr.write(
      "Go 1.26.6 or newer is needed (https://go.dev/doc/install); run this again once it is there.\n",
    );
    process.exitCode = 1;
  },
);
