import { expect, it, onTestFinished, vi } from "vitest";
import { callFunction, type Program } from "../../../../provider/hosts/dynamic/functions";
import { encodeObject } from "../../../../provider/hosts/wire";
import { UNKNOWN } from "../../../../provider/values/unknown";
import { failureOf } from "../../../support/failure";
import { testGateway } from "../../../support/gateway";

const NO_CONFIG: Program = { settings: undefined, config: () => undefined, warn: () => {} };

it("a program's call uses the options of the stack config, or the arguments of a provider", async () => {
  const [ours, theirs] = [await testGateway(), await testGateway()];
  const idFrom = async (program: Partial<Program>) =>
    (await callFunction((all) => all.getWorkspace, {}, { ...NO_CONFIG, ...program })).id;
  const optionsOf = ({ gateway }: typeof ours) => ({ token: gateway.adminToken, baseUrl: gateway.baseUrl });
  const stackConfig: Record<string, string> = {
    "dench:token": ours.gateway.adminToken,
    "dench:baseUrl": ours.gateway.baseUrl,
  };
  const config = (key: string) => stackConfig[key];
  const ids = await Promise.all([ours, theirs].map(async (each) => (await each.call("GET", "/status")).workspace.id));
  const settings = encodeObject(optionsOf(theirs), ["token"]);
  expect([await idFrom({ config }), await idFrom({ config, settings })]).toEqual(ids);
});

it("a program's call uses the current environment, and queries the workspace again", async () => {
  const [first, second] = [await testGateway(), await testGateway()];
  const slugNow = async () => (await callFunction((all) => all.getWorkspace, {}, NO_CONFIG)).id;
  onTestFinished(() => void vi.unstubAllEnvs());
  const setEnv = ({ env }: typeof first) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  };
  setEnv(first);
  const before = await slugNow();
  setEnv(second);
  expect(await slugNow()).not.toBe(before);
  setEnv(first);
  await first.gateway.close();
  vi.stubEnv("DENCH_MAX_RETRIES", "0");
  expect(await failureOf(slugNow())).toContain("[dench:unreachable]");
});

it("a program's call with an unknown value fails, and names the Output form", async () => {
  const call = callFunction((all) => all.getKeyUsage, encodeObject({ keyId: UNKNOWN }), NO_CONFIG);
  expect(await failureOf(call)).toContain("Call getKeyUsageOutput");
  const settings = encodeObject({ token: UNKNOWN });
  const byProvider = callFunction((all) => all.getWorkspace, {}, { ...NO_CONFIG, settings });
  expect(await failureOf(byProvider)).toContain("Call getWorkspaceOutput");
});

it("a failed call of a program reports the reason, without a stack", async () => {
  const failure = await failureOf(callFunction((all) => all.getGatewayKey, {}, NO_CONFIG));
  expect(failure).toBe("Could not call getGatewayKey. Set either keyId or name. [dench:invalid_arguments]");
});
