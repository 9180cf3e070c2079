import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { basename, join } from "node:path";
import { onTestFinished } from "vitest";
import { listen } from "./listen";

/** A local server for the downloads of a release, in place of the package's download address. */
export interface ReleaseServer {
  readonly url: string;
  /** The names of the requested files. */
  readonly requested: readonly string[];
}

export async function releaseServer(folder: string): Promise<ReleaseServer> {
  const requested: string[] = [];
  const server = createServer((request, response) => {
    const name = basename(request.url ?? "");
    requested.push(name);
    readFile(join(folder, name)).then(
      (content) => response.end(content),
      () => response.writeHead(404).end(),
    );
  });
  return { url: `http://127.0.0.1:${await listen(server, onTestFinished)}`, requested };
}
