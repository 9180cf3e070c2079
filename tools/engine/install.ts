import { PulumiCommand } from "@pulumi/pulumi/automation";
import { SemVer } from "semver";

// The process that `download.ts` starts, and can end.
const [root = "", version = ""] = process.argv.slice(2);
PulumiCommand.install({ root, version: new SemVer(version) }).then(
  () => process.exit(0),
  () => process.exit(1),
);
