import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";

const inCi = process.env["CI"] === "true";
// Timeouts only end tests that hang. A slow or busy machine takes several times as long as a fast one.
const TWO_MINUTES = 120_000;
const TEN_MINUTES = 600_000;

/** Returns whether a file imports test/support/sample.ts, directly or through another file of test/. */
function takesSample(file: string): boolean {
  const imports = readFileSync(file, "utf8").matchAll(/ from "(\.[^"]+)"/g);
  const files = Array.from(imports, ([, path = ""]) => `${join(dirname(file), path)}.ts`);
  return files.some(
    (each) => each === "test/support/sample.ts" || (each.startsWith("test/") && existsSync(each) && takesSample(each)),
  );
}

// biome-ignore lint/style/noDefaultExport: Vitest requires a default export.
export default defineConfig(({ mode }) => {
  // See test/support/sample.ts.
  const part = mode === "rest" || mode === "all" ? mode : "sample";
  /** Returns the test files of a folder. In the part `rest`, only files that sample their tests have any. */
  const filesOf = (folder: string) => {
    const all = `${folder}/**/*.test.{ts,tsx}`;
    return part === "rest" ? globSync(all).filter(takesSample) : [all];
  };
  const withEngine = (name: string, ...setups: string[]): TestProjectInlineConfiguration => ({
    test: {
      name,
      provide: { part },
      include: filesOf(`test/${name}`),
      globalSetup: ["test/support/engine-setup.ts", ...setups],
      testTimeout: TEN_MINUTES,
      hookTimeout: TEN_MINUTES,
      // A run of the engine waits more than it computes.
      maxWorkers: 3,
    },
  });
  return {
    test: {
      reporters: inCi ? ["default", "json"] : ["default"],
      outputFile: { json: `node_modules/.cache/vitest-report-${part}.json` },
      allowOnly: !inCi,
      // All tests of a file may be in the other part.
      passWithNoTests: part !== "all",
      projects: [
        {
          test: {
            name: "unit",
            provide: { part },
            include: filesOf("test"),
            exclude: ["test/engine/**", "test/faults/**", "test/browser/**", "test/package/**"],
            // A property runs up to ten thousand times.
            testTimeout: part === "sample" ? TWO_MINUTES : TEN_MINUTES,
          },
        },
        withEngine("engine"),
        withEngine("browser", "test/browser/chromium-setup.ts"),
        withEngine("package", "test/support/packages-setup.ts"),
        withEngine("faults", "test/faults/tally-setup.ts"),
      ],
    },
  };
});
