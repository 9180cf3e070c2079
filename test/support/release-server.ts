import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { basename, join } from "node:path";
import { onTestFinished } from "vitest";
import { listen } from "./listen";

/** Where a release's files can be downloaded from, in place of the one that the package names. */
export interface ReleaseServer {
  readonly url: string;
  /** The names of the files that were asked for. */
  readonly asked: readonly string[];
}

export async function releaseServer(folder: string): Promise<ReleaseServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const name = basename(request.url ?? "");
    asked.push(name);
    readFile(join(folder, name)).then(
      (content) => response.end(content),
      () => response.writeHead(404).end(),
    );
  });
  return { url: `http://127.0.0.1:${await listen(server, onTestFinished)}`, asked };
}
