import { describeWithTools } from "../../support/tools";
import { prepareGo } from "./go-sdk";
import { languageSuite } from "./suite";

languageSuite({
  describe: describeWithTools("Go"),
  language: "Go",
  environments: { project: "examples/environments-go" },
  functions: { project: "test/engine/languages/functions/go" },
  prepare: prepareGo,
});
