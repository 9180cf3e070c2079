import { describe, expect, it } from "vitest";
import type { DriftCheck } from "../../../../provider/config/options";
import { gatewayKey } from "../../../../provider/resources/gateway-key";
import type { Decision } from "../../../../provider/resources/gateway-key/decide";
import { keysRevokedBy } from "../../../../provider/resources/gateway-key/own-key";
import type { Fields } from "../../../../provider/session/context";
import { Run } from "../../../../provider/session/run";
import { testContext } from "../../../support/context";
import { failureOf } from "../../../support/failure";
import { testGateway } from "../../../support/gateway";
import { STATE_OF_KEY } from "../../../support/key";

const STATE = {
  ...STATE_OF_KEY,
  keyId: "current",
  previousKeyId: "previous",
  revokePending: ["pending"],
};

describe("the keys that a decision must revoke to succeed", () => {
  it.each<[string, Pick<Decision, "value" | "revokesPrevious">, string[]]>([
    [
      "a replacement: all keys of the resource",
      { value: "replace", revokesPrevious: false },
      ["pending", "previous", "current"],
    ],
    ["a rotation without overlap", { value: "end", revokesPrevious: true }, ["previous", "current"]],
    ["a rotation with overlap", { value: "overlap", revokesPrevious: false }, []],
    ["a rotation with overlap during an overlap", { value: "overlap", revokesPrevious: true }, ["previous"]],
    ["the end of an overlap", { value: "keep", revokesPrevious: true }, ["previous"]],
    ["nothing to do", { value: "keep", revokesPrevious: false }, []],
  ])("%s", (_what, { value, revokesPrevious }, expected) => {
    const reasons: Decision["reasons"] = [{ kind: "changed", path: "name" }];
    const rest = { previousUntil: undefined, differences: [], notes: [], refusal: undefined };
    expect(keysRevokedBy({ value, reasons, revokesPrevious, ...rest }, STATE)).toEqual(expected);
  });

  it("are none for an incident, which creates the new value first", () => {
    const rest = { previousUntil: undefined, differences: [], notes: [], refusal: undefined };
    const incident: Decision = {
      value: "end",
      reasons: [{ kind: "compromised", identifier: undefined }],
      revokesPrevious: false,
      ...rest,
    };
    expect(keysRevokedBy(incident, STATE)).toEqual([]);
  });
});

describe("an update of the key that the provider authenticates with", () => {
  /** Returns a key in a state, and a run that authenticates with it. */
  async function scene(driftCheck: DriftCheck) {
    const gateway = await testGateway({ keysManage: true });
    const admin = testContext({ env: gateway.env });
    const { id, state } = await gatewayKey.create(admin, { inputs: { name: "CI" } });
    const env = { ...gateway.env, DENCH_API_KEY: String(state["key"]) };
    return { gateway, id, state, newContext: () => testContext({ env, driftCheck, run: new Run() }) };
  }
  const inputs: Fields = { name: "CD" };

  it.each(["warn", "off"] as const)(
    "fails even if the engine ignores the replacement that diff requires, with driftCheck %s",
    async (driftCheck) => {
      const { gateway, id, state, newContext } = await scene(driftCheck);
      const update = gatewayKey.update(newContext(), { id, state, inputs });
      await expect(update).rejects.toMatchObject({ code: "own_key" });
      expect((await gateway.keys()).map(({ status }) => status)).toEqual(["active"]);
    },
  );

  it("fails while planning, with an error that names the key and where the token is set", async () => {
    const { id, state, newContext } = await scene("warn");
    const message = await failureOf(gatewayKey.diff(newContext(), { state, inputs }));
    expect(message).toBe(
      `Could not revoke or replace the key ${id}: this provider authenticates with it. Put another token into the environment variable DENCH_API_KEY, and run again.`,
    );
  });

  it("is not checked by a plan that may not query the workspace", async () => {
    const { state, newContext } = await scene("off");
    expect(await gatewayKey.diff(newContext(), { state, inputs })).toMatchObject([{ path: "name", replace: true }]);
  });
});
