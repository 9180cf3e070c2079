import { problemOfNode } from "../../../node-version";

// The modules that programs and Pulumi's host load import this one first: it runs before what an old Node cannot load.
const problem = problemOfNode("pulumi-dench/dynamic");
// A stack would be shown beside the text, and is of no use to a user.
if (problem !== undefined) throw Object.assign(new Error(problem), { stack: "" });
