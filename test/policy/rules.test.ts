import { describe, expect, it } from "vitest";
import * as z from "zod";
import { type CheckedResource, UNKNOWN } from "../../policy/resources";
import type { ResourceRule } from "../../policy/rule";
import { keyName } from "../../policy/rules/key-name";
import { keyNameUnique } from "../../policy/rules/key-name-unique";
import { keyOverlap } from "../../policy/rules/key-overlap";
import { keyRotation } from "../../policy/rules/key-rotation";
import { keyScopes } from "../../policy/rules/key-scopes";
import { noPlainKeyInput } from "../../policy/rules/no-plain-key-input";
import { primaryKeyProtected } from "../../policy/rules/primary-key-protected";
import { providerWorkspace } from "../../policy/rules/provider-workspace";

/** A gateway key as an engine of the version 3.274.1 passed it to the pack. */
const KEY: CheckedResource = {
  urn: "urn:pulumi:dev::shop::dench:index:GatewayKey::ci",
  type: "dench:index:GatewayKey",
  inputs: {
    name: "CI",
    scopes: ["models:read", "chat:completions"],
    rotation: { after: "30d", overlap: "1d12h" },
  },
  isProtected: false,
  plainTexts: [{ path: "name", text: "CI" }],
  provider: { name: "default_0_1_0", inputs: { version: "0.1.0" } },
  stackWorkspace: "acme",
};
const DYNAMIC_KEY = { ...KEY, type: "pulumi-nodejs:dynamic/pulumi-dench:GatewayKey" };
const PRIMARY_KEY = { ...KEY, type: "dench:index:PrimarySandboxKey" };
const SECRET = { ...KEY, type: "kubernetes:core/v1:Secret" };
const explicit = (inputs: object) => ({ ...KEY, provider: { name: "acme", inputs } });
const withInputs = (inputs: object) => ({ ...KEY, inputs });
const withText = (text: string) => ({ ...SECRET, plainTexts: [{ path: "stringData.key", text }] });
const keyValue = () => `dg_live_${crypto.randomUUID().replaceAll("-", "")}`;

interface Case {
  readonly what: string;
  readonly resource: CheckedResource;
  readonly settings?: object;
  /** A part of the problem. Absent if the rule accepts the resource. */
  readonly problem?: string;
}

const RULES: readonly (readonly [ResourceRule, readonly Case[]])[] = [
  [
    keyName,
    [
      { what: "any name without a pattern", resource: KEY },
      { what: "a name of the pattern", resource: KEY, settings: { pattern: "^C" } },
      { what: "a name of another form", resource: KEY, settings: { pattern: "^shop-" }, problem: "match ^shop-" },
      { what: "no name", resource: withInputs({}), settings: { pattern: "^shop-" }, problem: "match ^shop-" },
      { what: "a key of the dynamic provider", resource: DYNAMIC_KEY, settings: { pattern: "x" }, problem: "match x" },
      { what: "a resource of another type", resource: SECRET, settings: { pattern: "^shop-" } },
    ],
  ],
  [
    keyNameUnique,
    [
      { what: "a key without a list", resource: KEY },
      { what: "a name that only this stack has", resource: KEY, settings: { names: { "shop/dev": ["CI"] } } },
      {
        what: "a name of another stack",
        resource: KEY,
        settings: { names: { "shop/dev": ["CI"], "shop/production": ["Web", "CI"] } },
        problem: "shop/production has a key named CI too",
      },
    ],
  ],
  [
    keyScopes,
    [
      { what: "any scopes without a list", resource: KEY },
      { what: "no scopes", resource: withInputs({}), problem: "default scopes" },
      { what: "empty scopes", resource: withInputs({ scopes: [] }), problem: "default scopes" },
      { what: "allowed scopes", resource: KEY, settings: { allowed: ["chat:completions", "models:read"] } },
      {
        what: "a scope that is not in the list",
        resource: KEY,
        settings: { allowed: ["models:read"] },
        problem: "not allowed: chat:completions.",
      },
    ],
  ],
  [
    keyRotation,
    [
      { what: "a rotation each month", resource: KEY },
      { what: "no rotation", resource: withInputs({ name: "CI" }), problem: "not rotated by age" },
      { what: "a trigger alone", resource: withInputs({ rotation: { triggers: { a: "b" } } }), problem: "at most 90d" },
      { what: "exactly the longest age", resource: withInputs({ rotation: { after: "90d" } }) },
      { what: "a longer age", resource: withInputs({ rotation: { after: "90d1s" } }), problem: "is 90d1s" },
      { what: "an age over a set limit", resource: KEY, settings: { maxDays: 29.5 }, problem: "at most 29.5d" },
    ],
  ],
  [
    keyOverlap,
    [
      { what: "no overlap", resource: withInputs({ name: "CI" }) },
      { what: "exactly the longest overlap", resource: withInputs({ rotation: { overlap: "3d" } }) },
      { what: "a longer overlap", resource: withInputs({ rotation: { overlap: "72h1m" } }), problem: "at most 72h" },
      { what: "an overlap over a set limit", resource: KEY, settings: { maxHours: 35 }, problem: "is 1d12h" },
    ],
  ],
  [
    primaryKeyProtected,
    [
      { what: "a protected primary key", resource: { ...PRIMARY_KEY, isProtected: true } },
      { what: "a primary key without protection", resource: PRIMARY_KEY, problem: "protect: true" },
      { what: "an additional key without protection", resource: KEY },
    ],
  ],
  [
    providerWorkspace,
    [
      { what: "the workspace in the stack config", resource: KEY },
      { what: "no workspace", resource: { ...KEY, stackWorkspace: undefined }, problem: "dench:workspace SLUG" },
      { what: "a default provider whose config is not known", resource: { ...KEY, stackWorkspace: UNKNOWN } },
      { what: "an explicit provider with a workspace", resource: explicit({ workspace: "acme" }) },
      { what: "an explicit provider of the dynamic entry", resource: explicit({ "dench:workspace": "acme" }) },
      { what: "an explicit provider without one", resource: explicit({}), problem: "provider acme accepts a token" },
      { what: "a resource of another provider", resource: { ...SECRET, stackWorkspace: undefined } },
    ],
  ],
  [
    noPlainKeyInput,
    [
      { what: "a text without a key", resource: withText("dg_live_ and more") },
      { what: "a key value", resource: withText(keyValue()), problem: "`stringData.key` contains a key value" },
      { what: "a key value in an address", resource: withText(`https://x/?key=${keyValue()}`), problem: "stringData" },
      {
        what: "a text of a set form",
        resource: withText("sk-1234"),
        settings: { pattern: "sk-" },
        problem: "in clear",
      },
    ],
  ],
];

for (const [rule, cases] of RULES) {
  describe(`the rule ${rule.name}`, () => {
    for (const { what, resource, settings = {}, problem } of cases) {
      it(`${problem === undefined ? "accepts" : "refuses"} ${what}`, () => {
        const found = rule.check(resource, rule.Settings.parse(settings));
        if (problem === undefined) expect(found).toEqual([]);
        else expect(found).toEqual([expect.stringContaining(problem)]);
        for (const { text } of resource.plainTexts.filter(({ path }) => path.startsWith("stringData")))
          expect(found.join()).not.toContain(text);
      });
    }
  });
}

it("each rule describes itself by a sentence, and its settings have defaults", () => {
  for (const [{ description, Settings }] of RULES) {
    expect(description).toMatch(/^[A-Z].+\.$/);
    expect(Settings.safeParse({}).success).toBe(true);
    expect(Settings).toBeInstanceOf(z.ZodObject);
  }
});
