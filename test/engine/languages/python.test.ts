import { describeWithTools } from "../../support/tools";
import { preparePython } from "./python-sdk";
import { languageSuite } from "./suite";

languageSuite({
  describe: describeWithTools("Python", "Go"),
  language: "Python",
  environments: { project: "examples/environments-python" },
  functions: { project: "test/engine/languages/functions/python" },
  prepare: preparePython,
});
