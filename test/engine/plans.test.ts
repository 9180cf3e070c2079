import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "vitest";
import type { GatewayKeyArgs } from "../../sdk";
import * as dench from "../../sdk";
import type { Host } from "../support/by-host";
import { failureOf } from "../support/failure";
import { hosts } from "../support/hosts";
import { casesOf, cellsOf, it, itEach } from "../support/sample";
import { DAY, Scene } from "../support/scene";
import { describeWithEngine } from "../support/stack";

const [plugin = expect.fail()] = hosts;

describeWithEngine("a plan", () => {
  const open = (args: GatewayKeyArgs) => Scene.open(plugin, args);
  const diffOf = async (scene: Scene) => {
    const printed: string[] = [];
    await scene.stack.stack.preview({ diff: true, onOutput: (text) => printed.push(text) });
    return printed.join("");
  };
  const count = (text: string, part: string) => text.split(part).length - 1;

  itEach(
    casesOf<[string, GatewayKeyArgs, GatewayKeyArgs, number, string, RegExp]>([
      [
        "a trigger, with overlap",
        { rotation: { triggers: { team: "1" }, overlap: "24h" } },
        { rotation: { triggers: { team: "2" }, overlap: "24h" } },
        0,
        "rotation trigger team changed: creates a new key; the first update after 2026-05-02T00:00:00Z revokes key_",
        /~ team\s*: "1" => "2"/,
      ],
      [
        "an age",
        { rotation: { after: "30d" } },
        { rotation: { after: "30d" } },
        31 * DAY,
        "key is 31 days old, rotation.after is 30d: creates a new key; revokes key_",
        /~ after\s*: "30d" => "30d"/,
      ],
      [
        "an incident",
        {},
        { compromised: "INC-1" },
        0,
        "compromised is INC-1: creates a new key; revokes key_",
        /\+ compromised\s*: "INC-1"/,
      ],
      [
        "scopes",
        { scopes: ["models:read"] },
        { scopes: ["models:read", "chat:completions"] },
        0,
        "scopes changed: creates a new key; revokes key_",
        /scopes/,
      ],
    ]),
    ([what]) => `explains the reason and the effect: ${what}`,
    async ([, before, after, waitMs, line, detail]) => {
      const scene = await open(before);
      await scene.up();
      scene.args = { name: "CI", ...after };
      scene.wait(waitMs);
      const { output } = await scene.stack.preview();
      const [, diagnostics = ""] = output.split("Diagnostics:");
      expect(count(diagnostics, line)).toBe(1);
      expect(await diffOf(scene)).toMatch(detail);
    },
  );

  it("names each key that it revokes, with its last four characters and the time", async () => {
    const scene = await open({ rotation: { triggers: { team: "1" }, overlap: "24h" } });
    const first = await scene.up();
    scene.args = { name: "CI", rotation: { triggers: { team: "2" }, overlap: "24h" } };
    const second = await scene.up();
    scene.args = { name: "CI", rotation: { triggers: { team: "3" }, overlap: "24h" } };
    const [old, current] = [first, second].map(({ key, keyId }) => `${keyId} (…${key.slice(-4)})`);
    expect((await scene.stack.preview()).output).toContain(
      `rotation trigger team changed: creates a new key; revokes ${old} now, before its overlap ends at 2026-05-02T00:00:00Z; the first update after 2026-05-02T00:00:00Z revokes ${current}`,
    );
    scene.args = { name: "CI", rotation: { triggers: { team: "2" }, overlap: "24h" }, compromised: "INC-7" };
    const { output } = await scene.stack.preview();
    expect(output).toContain(
      `revokes ${old} now, before its overlap ends at 2026-05-02T00:00:00Z; revokes ${current} now`,
    );
  });

  it("of a refresh lists what it finds, and no key to create", async () => {
    const scene = await open({});
    const { keyId } = await scene.up();
    await scene.gateway.revoke(keyId);
    const { output } = await scene.stack.refresh();
    expect(output).toContain("[diff: ~status]");
    expect(output).not.toContain("new key");
    expect((await scene.stack.preview()).output).toContain("creates a new key");
  });

  itEach(
    cellsOf<[string, GatewayKeyArgs, GatewayKeyArgs, string], Host>(
      [
        [
          "a trigger, in place",
          { rotation: { triggers: { team: "1" }, overlap: "24h" } },
          { rotation: { triggers: { team: "2" }, overlap: "24h" } },
          "~rotation",
        ],
        [
          "two triggers, by replacement",
          { rotation: { triggers: { team: "1", "the other": "1" } } },
          { rotation: { triggers: { team: "2", "the other": "2" } } },
          "~rotation",
        ],
        ["an incident", {}, { compromised: "INC-1" }, "+compromised"],
      ],
      hosts,
    ),
    ([[what], { host }]) => `in the table, by ${host}, names the top-level property of ${what}`,
    async ([[, before, after, diff], host]) => {
      const scene = await Scene.open(host, before);
      await scene.up();
      scene.args = { name: "CI", ...after };
      expect((await scene.stack.preview()).output).toContain(`[diff: ${diff}]`);
    },
  );

  it("shows drift at the status", async () => {
    const scene = await open({});
    const { keyId } = await scene.up();
    await scene.gateway.revoke(keyId);
    expect(await diffOf(scene)).toMatch(/- status\s*: "active"/);
    expect((await scene.stack.preview()).output).toContain(
      `${keyId} was revoked outside of this program: creates a new key`,
    );
  });

  it("of a rotation in place shows the key's dependents as changing, and they change in the same run", async () => {
    const scene = await open({});
    let triggers = { team: "1" };
    scene.stack.program = async () => {
      const ci = new dench.GatewayKey("ci", { name: "CI", rotation: { triggers, overlap: "24h" } });
      new dench.GatewayKey("follower", { name: pulumi.interpolate`follows ${ci.keyId}`, rotation: { overlap: "1h" } });
    };
    await scene.stack.up();
    triggers = { team: "2" };
    expect((await scene.stack.preview()).steps).toEqual(["update ci", "update follower"]);
    expect((await scene.stack.up()).steps).toEqual(["update ci", "update follower"]);
  });

  it("does not show secret inputs, nor does any output of a run, even if it fails", async () => {
    const secretArgs = (round: number) => ({
      name: pulumi.secret("hush-name"),
      scopes: [pulumi.secret("hush:scope"), "models:read"],
      rotation: { triggers: { team: pulumi.secret(`hush-trigger-${round}`), other: "1" }, overlap: "24h" },
      compromised: pulumi.secret(`hush-incident-${round}`),
    });
    const scene = await open(secretArgs(1));
    const { stack } = scene;
    // Nothing listens at this address, so a new key is never ready.
    stack.setEnv("DENCH_GATEWAY_URL", "http://127.0.0.1:1");
    const shown: string[] = [];
    const options = { onOutput: (text: string) => shown.push(text), onError: (text: string) => shown.push(text) };
    const plan = (round: number) => ({ ...options, diff: true, plan: join(stack.folder, `plan-${round}.json`) });

    await stack.stack.up(options);
    scene.args = secretArgs(2);
    await stack.stack.preview(plan(2));
    await stack.stack.up(options);

    scene.args = secretArgs(3);
    scene.proxy.onRequest = ({ method }) => (method === "DELETE" ? { status: 500 } : "pass");
    expect(await failureOf(stack.stack.up(options))).toContain("[dench:not_initialized]");
    scene.proxy.onRequest = () => "pass";
    const unready = { ...secretArgs(4), waitUntilReady: true };
    stack.program = async () => {
      const ci = new dench.GatewayKey("ci", scene.args);
      const follower = {
        name: pulumi.interpolate`follower of ${ci.name}`,
        rotation: { triggers: { ci: ci.compromised.apply((incident = "none") => incident) } },
      };
      new dench.GatewayKey("follower", follower);
      new dench.GatewayKey("unready", unready, { customTimeouts: { create: "1s" } });
    };
    await stack.stack.preview(plan(4));
    expect(await failureOf(stack.stack.up(options))).toContain("[dench:not_initialized]");
    await stack.stack.refresh(options);

    const inState = JSON.stringify(await stack.stack.exportStack());
    for (const secret of ["-name", ":scope", "-trigger-3", "-incident-4"]) expect(inState).toContain(`hush${secret}`);
    await stack.stack.destroy(options);
    const written = [...(await stack.filesWritten())].filter(([, text]) => text.includes("hush"));
    expect(written.map(([file]) => file)).toEqual([]);
    expect(shown.join("")).not.toContain("hush");
  });

  it("that was saved and is outdated fails safely", async () => {
    const scene = await open({ rotation: { after: "30d", overlap: "24h" } });
    const { keyId } = await scene.up();
    const plan = join(scene.stack.folder, "plan.json");
    await scene.stack.stack.preview({ plan });
    scene.wait(31 * DAY);
    await failureOf(scene.stack.stack.up({ plan }));
    expect(await scene.live()).toEqual([keyId]);
    const after = await scene.up();
    expect(after.previousKeyId).toBe(keyId);
  });
});

describeWithEngine("a program that switches from the dynamic provider to the plugin", () => {
  it("keeps every key without a replacement or an update", async () => {
    const [, dynamic = expect.fail()] = hosts;
    const scene = await Scene.open(dynamic, { scopes: ["models:read"], rotation: { overlap: "24h" } });
    const before = await scene.up();
    scene.requests();
    scene.stack.program = async () => {
      const ci = new dench.GatewayKey("ci", scene.args);
      return { key: ci.key, keyId: ci.keyId };
    };
    expect((await scene.stack.preview()).steps).toEqual([]);
    const after = await scene.up();
    expect(after.steps).toEqual([]);
    expect([after.key, after.keyId]).toEqual([before.key, before.keyId]);
    expect(scene.requests().filter((request) => !request.startsWith("GET"))).toEqual([]);

    scene.args = { name: "CD", scopes: ["models:read"], rotation: { overlap: "24h" } };
    expect((await scene.up()).steps).toEqual(["update ci"]);
    const { deployment } = await scene.stack.stack.exportStack();
    const { inputs, outputs } = deployment.resources.find(({ urn }: { urn: string }) => urn.endsWith("::ci"));
    expect([inputs.__provider, outputs.__provider]).toEqual([undefined, undefined]);
    await scene.stack.destroy();
    expect(await scene.live()).toEqual([]);
  });
});
