import { createRequire } from "node:module";
import { join } from "node:path";
import * as plugin from "../../../sdk";
import * as dynamic from "../../../sdk/dynamic";
import { projectRoot } from "../../support/project";
import { describeWithEngine } from "../../support/stack";
import { askEveryFunction } from "./functions/typescript/program";
import { languageSuite } from "./suite";

const requireHere = createRequire(join(projectRoot, "package.json"));

for (const { language, file, dench } of [
  { language: "TypeScript, by the plugin", file: "index", dench: plugin },
  { language: "TypeScript, by the dynamic provider", file: "dynamic", dench: dynamic },
]) {
  languageSuite({
    describe: describeWithEngine,
    language,
    environments: {
      project: "examples/environments",
      program: async () => {
        const module = requireHere.resolve(`./dist/examples/environments/${file}.js`);
        delete requireHere.cache[module];
        return requireHere(module);
      },
    },
    functions: { project: "test/engine/languages/functions/typescript", program: () => askEveryFunction(dench) },
  });
}
