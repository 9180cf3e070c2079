import { problemOfNode } from "../../../node-version";

// The entry modules import this module first, so that it runs before code that an old Node cannot load.
const problem = problemOfNode("pulumi-dench/dynamic");
// Node prints the stack, which does not help the user.
if (problem !== undefined) throw Object.assign(new Error(problem), { stack: "" });
