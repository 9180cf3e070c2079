import * as plugin from "../../../sdk";
import * as dynamic from "../../../sdk/dynamic";
import { exampleProgram } from "../../support/program";
import { describeWithEngine } from "../../support/stack";
import { askEveryFunction } from "./functions/typescript/program";
import { languageSuite } from "./suite";

for (const { language, file, dench } of [
  { language: "TypeScript, by the plugin", file: "index", dench: plugin },
  { language: "TypeScript, by the dynamic provider", file: "dynamic", dench: dynamic },
] as const) {
  languageSuite({
    describe: describeWithEngine,
    language,
    environments: { project: "examples/environments", program: exampleProgram(`environments/${file}`) },
    functions: { project: "test/engine/languages/functions/typescript", program: () => askEveryFunction(dench) },
  });
}
