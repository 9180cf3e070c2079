import { createServer } from "node:net";
import { setFlagsFromString } from "node:v8";
import { exitWithEngine } from "./exit-with-engine";

// The start of the plugin and of the converter. It needs only modules of Node, so that it works as the first file of a program that loads the rest
// later, and as a single executable, which can load no other file.

exitWithEngine();
// undici's parser is WebAssembly. V8 would optimize it in each process, which takes 30 ms, and most runs read few responses.
setFlagsFromString("--no-wasm-tier-up");
setFlagsFromString("--no-wasm-dynamic-tiering");

// The port is printed before the rest is loaded, which takes most of the start. The engine connects meanwhile.
const printed = Promise.withResolvers<void>();
const serving = printed.promise.then(() => import("./server.js")).then(({ serve }) => serve(process.argv));
const accept = serving.catch(exitWithReason);
const listener = createServer(async (socket) => (await accept)(socket));
listener.listen(0, "127.0.0.1", () => {
  const address = listener.address();
  if (address === null || typeof address === "string") throw new Error("The plugin listens on no port.");
  // The engine reads the port from the first line of stdout.
  process.stdout.write(`${address.port}\n`, () => printed.resolve());
});

/** Exits, so that the engine does not wait. For an uncaught error, Node would print the source line, which is the whole plugin. */
function exitWithReason(error: unknown): never {
  process.stderr.write(`The plugin pulumi-resource-dench could not be loaded: ${String(error)}. Install it again.\n`);
  process.exit(1);
}
