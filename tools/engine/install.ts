import { PulumiCommand } from "@pulumi/pulumi/automation";
import { SemVer } from "semver";

// Runs in the process that `download.ts` starts and can kill.
const [root = "", version = ""] = process.argv.slice(2);
PulumiCommand.install({ root, version: new SemVer(version) }).then(
  () => process.exit(0),
  () => process.exit(1),
);
