import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectRoot } from "../support/project";

const folder = join(projectRoot, "sdk");

/** The start of a declaration that editors show: an export or one of its members. */
const DECLARATION =
  /^(export (abstract )?(class|function|interface|type \w+ =|const)| {2}(declare )?(readonly )?\w+\??: .*;$| {2}static )/;

it("every type, class, function and field of the SDK has documentation", async () => {
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(".ts"));
  let declarations = 0;
  for (const file of files) {
    const lines = (await readFile(join(folder, file), "utf8")).split("\n");
    for (const [index, line] of lines.entries()) {
      if (!DECLARATION.test(line)) continue;
      declarations += 1;
      expect(lines[index - 1], `${file}: ${line}`).toMatch(/\*\/$/);
    }
  }
  expect(declarations).toBeGreaterThan(100);
});
