import { expect } from "vitest";
import { type CliScene, cliScene } from "../support/cli-scene";
import { casesOf, cellsOf, it, itEach } from "../support/sample";
import { describeWithEngine } from "../support/stack";
import { expectConverged, upKilledAfterCreation } from "./crash";

const URN = "urn:pulumi:test::test::dench:index:GatewayKey::ci";
const CI = { ci: { properties: { name: "CI" } } };

/** Sends a request with a key, as an application would. */
const use = async ({ gateway, stack }: CliScene, name = "ci") => gateway.dataPlane((await stack.outputs())[name]?.key);

/** Returns the request IDs of active keys that are in no state. They show the owner in the workspace's list. */
async function leftBehind({ gateway, stack }: CliScene) {
  const inState = new Set((await stack.keysInState()).map(({ keyId }) => keyId));
  return (await gateway.activeKeys()).filter(({ id }) => !inState.has(id)).map(({ requestId }) => requestId);
}

async function expectValuesWork({ gateway, stack }: CliScene): Promise<void> {
  for (const { key } of await stack.keysInState()) expect(await gateway.dataPlane(key)).toBe(200);
}

describeWithEngine("a forced replacement", () => {
  const keys = ["fresh", "used"].flatMap((kind) => [
    { kind, options: {} },
    { kind, options: { deleteBeforeReplace: true } },
  ]);
  itEach(
    cellsOf(["up --replace", "state taint"], keys),
    ([how, { kind, options }]) =>
      `by ${how}, of a ${kind} key, ${JSON.stringify(options)}: leaves one active key, the new one in the state`,
    async ([how, { kind, options }]) => {
      const now = await cliScene();
      await now.stack.write({ ci: { properties: { name: "CI" }, options } });
      await now.stack.up();
      const [before] = await now.gateway.activeKeys();
      if (kind === "used") await use(now);
      if (how === "state taint") await now.stack.run("state", "taint", URN, "--yes");
      const output = await now.stack.up(...(how === "state taint" ? [] : ["--replace", URN]));
      await expectConverged(now, ["ci"]);
      expect((await now.gateway.keys()).at(-1)).toMatchObject({ id: before?.id, status: "revoked" });
      expect(await now.gateway.keys()).toHaveLength(2);
      const isReplacedFirst = how === "up --replace" && !("deleteBeforeReplace" in options);
      if (isReplacedFirst) expect(output.includes("has been used")).toBe(kind === "used");
    },
  );

  it("that crashes is recovered by the same command", async () => {
    const now = await cliScene();
    await now.stack.write(CI);
    await now.stack.up();
    await use(now);
    await upKilledAfterCreation(now, "--replace", URN);
    await now.stack.start("cancel", "--yes").ended;
    await now.stack.up("--replace", URN);
    await expectConverged(now, ["ci"]);
  });
});

describeWithEngine("a key whose run was killed", () => {
  it("during a rotation in place is recovered, and the old value stays valid", async () => {
    const now = await cliScene();
    const rotation = (team: string) => ({
      ci: { properties: { name: "CI", rotation: { triggers: { team }, overlap: "24h" } } },
    });
    await now.stack.write(rotation("1"));
    await now.stack.up();
    const before = (await now.stack.outputs())["ci"];
    await now.stack.write(rotation("2"));
    await upKilledAfterCreation(now);
    await now.stack.recover();
    expect(await now.gateway.dataPlane(before?.key)).toBe(200);
    expect(await now.gateway.activeKeys()).toHaveLength(2);
    expect(await leftBehind(now)).toEqual([]);
    await expectValuesWork(now);
  });

  it("while it was created again after its deletion is recovered", async () => {
    const now = await cliScene();
    await now.stack.write(CI);
    await now.stack.up();
    const before = (await now.stack.outputs())["ci"];
    await now.gateway.revoke(before?.keyId ?? "");
    now.proxy.onRequest = ({ path }) =>
      path.endsWith(`/${before?.keyId}`)
        ? { status: 404, body: JSON.stringify({ error: { message: "", type: "", code: "not_found" } }) }
        : "pass";
    await now.stack.run("refresh", "--yes", "--skip-preview");
    now.proxy.onRequest = () => "pass";
    await upKilledAfterCreation(now);
    await now.stack.recover();
    await expectConverged(now, ["ci"]);
  });

  it("during the wait until it is ready is recovered, although the wait used the key", async () => {
    const now = await cliScene();
    now.stack.env["DENCH_GATEWAY_URL"] = now.proxy.url;
    await now.stack.write({ ci: { properties: { name: "CI", waitUntilReady: true } } });
    const run = now.stack.start("up", "--yes", "--skip-preview");
    now.proxy.onResponse = async ({ path }) => {
      if (!path.startsWith("/v1/models")) return "pass";
      await run.kill();
      return "cut";
    };
    await run.ended;
    now.proxy.onResponse = () => "pass";
    expect(await now.gateway.activeKeys()).toMatchObject([{ lastUsedAt: expect.any(Number) }]);
    await now.stack.recover();
    await expectConverged(now, ["ci"]);
  });

  it("after a failed deletion is recovered, and the deletion is completed", async () => {
    const now = await cliScene();
    await now.stack.write(CI);
    await now.stack.up();
    await now.stack.write({ ci: { properties: { name: "CD" } } });
    now.stack.env["DENCH_MAX_RETRIES"] = "0";
    now.proxy.onRequest = ({ method }) => (method === "DELETE" ? { status: 500 } : "pass");
    await now.stack.start("up", "--yes", "--skip-preview").ended;
    now.proxy.onRequest = () => "pass";
    expect(await now.stack.keysInState()).toHaveLength(2);

    await now.stack.write({ ci: { properties: { name: "CE" } } });
    await upKilledAfterCreation(now);
    await now.stack.recover();
    await expectConverged(now, ["ci"]);
  });

  it("with --continue-on-error, while another key cannot be created, is recovered", async () => {
    const now = await cliScene();
    await now.stack.write({ ...CI, bad: { properties: { name: "bad" } } });
    now.proxy.onRequest = ({ body }) => (body.includes('"bad"') ? { status: 500 } : "pass");
    now.stack.env["DENCH_MAX_RETRIES"] = "0";
    await upKilledAfterCreation(now, "--continue-on-error");
    now.proxy.onRequest = () => "pass";
    await now.stack.write(CI);
    await now.stack.recover();
    await expectConverged(now, ["ci"]);
  });
});

describeWithEngine("a reused name", () => {
  itEach(
    casesOf(["used", "fresh"]),
    (kind) => `after a rename of a ${kind} key in the state leaves both keys active, in one run`,
    async (kind) => {
      const now = await cliScene();
      await now.stack.write(CI);
      await now.stack.up();
      if (kind === "used") await use(now);
      await now.stack.run("state", "rename", URN, "moved", "--yes");
      await now.stack.write({ moved: CI.ci, ci: { properties: { name: "CI" } } });
      await now.stack.up();
      await expectValuesWork(now);
      expect(await leftBehind(now)).toEqual([]);
      expect(await now.gateway.activeKeys()).toHaveLength(2);
      expect(await now.stack.run("preview", "--expect-no-changes")).toBeTruthy();
    },
  );

  it("after retainOnDelete does not revoke a used key, and the list shows its owner", async () => {
    const now = await cliScene();
    const kept = { properties: { name: "CI" }, options: { retainOnDelete: true } };
    await now.stack.write({ ...CI, other: kept, ci: kept });
    await now.stack.up();
    const before = (await now.stack.outputs())["ci"];
    await use(now);
    await now.stack.write({ other: kept });
    await now.stack.up();
    await now.stack.write({ other: kept, ci: kept });
    await now.stack.up();
    expect(await now.gateway.dataPlane(before?.key)).toBe(200);
    await expectValuesWork(now);
    expect(await leftBehind(now)).toEqual([expect.stringMatching(/^[0-9a-f-]{36}:[0-9a-f]{40}$/)]);
  });

  it("after state delete does not revoke a used key, and revokes an unused one", async () => {
    const now = await cliScene();
    await now.stack.write({ other: CI.ci, ci: CI.ci });
    await now.stack.up();
    for (const kind of ["fresh", "used"]) {
      if (kind === "used") await use(now);
      await now.stack.run("state", "delete", URN, "--yes");
      await now.stack.up();
      await expectValuesWork(now);
      expect(await leftBehind(now), kind).toHaveLength(kind === "used" ? 1 : 0);
    }
  });
});
