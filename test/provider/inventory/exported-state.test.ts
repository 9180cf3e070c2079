import { expect, it } from "vitest";
import { parseExportedState } from "../../../provider/inventory/exported-state";

const MARK = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
const SECRET = { ...MARK, ciphertext: "v1:abc" };
/** An output in an export with `--show-secrets`. */
const shownSecret = (value: unknown) => ({ ...MARK, plaintext: JSON.stringify(value) });
const STACK = "urn:pulumi:dev::shop::";

function exported(...resources: object[]): string {
  return JSON.stringify({
    version: 3,
    deployment: { manifest: { time: "2026-05-01T00:00:00.123456+02:00" }, resources },
  });
}

it("finds the keys of the plugin and of the dynamic provider, with what their states say", () => {
  const stack = parseExportedState(
    "dev.json",
    exported(
      { urn: `${STACK}pulumi:pulumi:Stack::shop-dev`, type: "pulumi:pulumi:Stack" },
      { urn: `${STACK}pulumi:providers:dench::default`, type: "pulumi:providers:dench", id: "instance" },
      {
        urn: `${STACK}dench:index:GatewayKey::ci`,
        type: "dench:index:GatewayKey",
        id: "key_1",
        provider: `${STACK}pulumi:providers:dench::default::instance`,
        outputs: {
          keyId: "key_2",
          last4: "ab12",
          workspaceId: "org_1",
          key: SECRET,
          previousKeyId: "key_1",
          previousKeyRevokeAt: "2026-05-02T18:00:00Z",
          revokePending: ["key_0"],
          scopes: ["models:read"],
        },
      },
      {
        urn: `${STACK}pulumi-nodejs:dynamic/pulumi-dench:GatewayKey::worker`,
        type: "pulumi-nodejs:dynamic/pulumi-dench:GatewayKey",
        id: "key_2",
        provider: `${STACK}pulumi:providers:pulumi-nodejs::default::other`,
        delete: true,
        outputs: { key: SECRET, keyId: shownSecret("key_3"), previousKeyId: null, scopes: null },
      },
      { urn: `${STACK}aws:s3/bucket:Bucket::logs`, type: "aws:s3/bucket:Bucket", id: "logs" },
    ),
  );
  expect(stack).toMatchObject({
    file: "dev.json",
    name: "shop/dev",
    writtenAt: Date.parse("2026-04-30T22:00:00.123Z"),
    providerIds: new Set(["instance"]),
  });
  expect(stack.keys).toEqual([
    {
      stack,
      urn: `${STACK}dench:index:GatewayKey::ci`,
      type: "GatewayKey",
      isDynamic: false,
      providerId: "instance",
      isPendingDelete: false,
      keyId: "key_2",
      last4: "ab12",
      workspaceId: "org_1",
      previousKeyId: "key_1",
      previousKeyRevokeAt: Date.parse("2026-05-02T18:00:00Z"),
      revokePending: ["key_0"],
      scopes: ["models:read"],
    },
    {
      stack,
      urn: `${STACK}pulumi-nodejs:dynamic/pulumi-dench:GatewayKey::worker`,
      type: "GatewayKey",
      isDynamic: true,
      providerId: undefined,
      isPendingDelete: true,
      keyId: "key_3",
      last4: undefined,
      workspaceId: undefined,
      previousKeyId: undefined,
      previousKeyRevokeAt: undefined,
      revokePending: [],
      scopes: undefined,
    },
  ]);
});

it.each(["keyId", "previousKeyId", "revokePending"])(
  "requires --show-secrets if %s is encrypted, since a report without it would be wrong",
  (name) => {
    const urn = `${STACK}dench:index:GatewayKey::ci`;
    const key = { urn, type: "dench:index:GatewayKey", id: "key_1", outputs: { keyId: "key_1", [name]: SECRET } };
    expect(() => parseExportedState("dev.json", exported(key))).toThrow(
      `Could not read dev.json: ${name} of ${urn} is encrypted or damaged. Write the file with \`pulumi stack export --show-secrets\`, and delete it afterwards.`,
    );
  },
);

it("reads the state of a stack without resources", () => {
  const empty = parseExportedState("new.json", JSON.stringify({ version: 3, deployment: { manifest: {} } }));
  expect(empty).toEqual({ file: "new.json", name: undefined, writtenAt: undefined, keys: [], providerIds: new Set() });
});

it.each([
  ["an empty file", ""],
  ["a text", "name: shop\n"],
  ["other JSON", JSON.stringify({ version: 3 })],
  ["a list", "[]"],
  ["resources of another form", JSON.stringify({ deployment: { resources: [{ urn: 1 }] } })],
])("names the file and the command that exports a state instead of reading %s", (_what, text) => {
  expect(() => parseExportedState("dev.json", text)).toThrow(
    "Could not read dev.json: it is not an exported stack state. Write one with `pulumi stack export --file`.",
  );
});
