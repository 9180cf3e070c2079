import { createServer } from "node:net";
import { exitWithEngine } from "./exit-with-engine";

exitWithEngine();

// The port is printed before the rest is loaded, which takes most of the start. The engine connects meanwhile.
const printed = Promise.withResolvers<void>();
const server = printed.promise.then(() => import("./server.js"));
const listener = createServer(async (socket) => (await server).accept(socket));
listener.listen(0, "127.0.0.1", () => {
  const address = listener.address();
  if (address === null || typeof address === "string") throw new Error("The plugin listens on no port.");
  // The engine reads the port from the first line of stdout.
  process.stdout.write(`${address.port}\n`, () => printed.resolve());
});
