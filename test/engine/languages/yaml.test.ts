import { describeWithEngine } from "../../support/stack";
import { languageSuite } from "./suite";

languageSuite({
  describe: describeWithEngine,
  language: "YAML",
  environments: { project: "examples/environments-yaml" },
  functions: { project: "test/engine/languages/functions/yaml" },
});
