import { readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { expect } from "vitest";
import { CliStack } from "../support/cli-stack";
import { temporaryFolder } from "../support/folder";
import { testGateway } from "../support/gateway";
import { NAMES_BY_HAND } from "../support/names-by-hand";
import { projectRoot } from "../support/project";
import { FaultProxy } from "../support/proxy";
import { itInRest } from "../support/sample";
import { describeWithEngine } from "../support/stack";

const COUNT = 200;

/** The beginning of a YAML program. */
const PROJECT = `name: test\nruntime: yaml\nplugins:\n  providers:\n    - name: dench\n      path: ${projectRoot}\n`;

/**
 * The converter queries the workspace and the primary key, and lists all keys. The import queries the workspace, reads at most
 * eight keys by ID, and then lists the active keys.
 */
const MOST_REQUESTS = 2 + COUNT / 100 + 1 + 8 + COUNT / 100;

describeWithEngine("a workspace of 200 keys that were created manually", () => {
  itInRest(
    "is imported, generates a program without changes, and is managed by it, with no key value in any output",
    async () => {
      const gateway = await testGateway();
      const created: { readonly id: string; readonly key: string }[] = [];
      for (let index = 0; index < COUNT; index += 1) {
        const body = {
          name: NAMES_BY_HAND[index % NAMES_BY_HAND.length],
          ...(index % 3 === 0 ? { scopes: ["models:read"] } : {}),
        };
        created.push(await gateway.call("POST", "/api-keys", body));
      }
      const [api, dataPlane] = [
        await FaultProxy.before(gateway.gateway.url),
        await FaultProxy.before(gateway.gateway.url),
      ];
      const stack = await CliStack.create({
        ...gateway.env,
        DENCH_BASE_URL: `${api.url}/api/v1`,
        DENCH_GATEWAY_URL: dataPlane.url,
      });
      const program = join(stack.folder, "Pulumi.yaml");
      await writeFile(program, PROJECT);
      const known = created.filter((_, index) => index % 2 === 0);
      const values = join(await temporaryFolder(), "keys.env");
      const lines = known.map(({ key }, index) => (index % 2 === 0 ? `export KEY_${index}="${key}"` : key));
      await writeFile(values, ["# Keys", "NODE_ENV=production", ...lines].join("\r\n"));

      const printed: string[] = [];
      const run = async (...args: string[]) => {
        const output = await stack.run(...args);
        printed.push(output);
        return output;
      };

      stack.env["DENCH_IMPORT_KEYS"] = values;
      // The engine finds the converter on PATH.
      stack.env["PATH"] = [projectRoot, stack.env["PATH"]].join(delimiter);
      const summary = await run("import", "--from", "dench", "--out", "keys.yaml", "--yes", "--skip-preview");
      expect(summary).toContain(`${COUNT} of ${COUNT + 1} keys to import.`);
      expect(api.passed.length).toBeLessThanOrEqual(MOST_REQUESTS);
      expect(dataPlane.passed).toHaveLength(known.length);
      delete stack.env["DENCH_IMPORT_KEYS"];
      const imported = await stack.keysInState();
      const inState = Object.fromEntries(imported.map(({ keyId, key }) => [keyId, key]));
      expect(inState).toEqual(
        Object.fromEntries(created.map(({ id, key }, index) => [id, index % 2 === 0 ? key : undefined])),
      );

      const generated = await readFile(join(stack.folder, "keys.yaml"), "utf8");
      await writeFile(program, PROJECT + generated);
      await run("preview", "--expect-no-changes");

      const rotated = imported.find(({ key }) => key === undefined);
      const declaration = `  ${rotated?.name}:\n    type: dench:GatewayKey\n    properties:\n`;
      expect(generated.split(declaration)).toHaveLength(2);
      const trigger = "      rotation:\n        triggers:\n          owner: pulumi\n";
      await writeFile(program, PROJECT + generated.replace(declaration, () => declaration + trigger));
      await run("up", "--yes", "--skip-preview");
      const [fresh, ...others] = (await stack.keysInState()).filter(
        ({ keyId }) => !created.some(({ id }) => id === keyId),
      );
      expect([fresh?.name, others]).toEqual([rotated?.name, []]);
      expect(await gateway.dataPlane(fresh?.key)).toBe(200);
      const active = new Set((await gateway.activeKeys()).map(({ id }) => id));
      expect([active.size, active.has(rotated?.keyId ?? "")]).toEqual([COUNT, false]);

      await run("state", "unprotect", "--all", "--yes");
      await run("destroy", "--yes", "--skip-preview");
      expect(await gateway.activeKeys()).toEqual([]);

      const output = printed.join("\n");
      for (const value of [...created.map(({ key }) => key), fresh?.key])
        expect(output.includes(value ?? "")).toBe(false);
    },
  );
});
