import { randomUUID } from "node:crypto";

/** How the engine marks a secret in a state. */
const SECRET_MARK = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

/** A resource with a key, as a state has it. Each output has a default. */
export interface ExportedKey {
  /** The name of the resource. */
  readonly name: string;
  readonly type?: "GatewayKey" | "PrimarySandboxKey";
  readonly isDynamic?: boolean;
  readonly isPendingDelete?: boolean;
  readonly outputs: Readonly<Record<string, unknown>>;
}

export interface ExportedStackOptions {
  /** `project/stack`. */
  readonly name?: string;
  /** The ID of the provider instance. */
  readonly instance?: string;
  readonly writtenAt?: string;
}

/** Returns the URN of a resource. */
export function urnOf(stack: string, key: string, type = "dench:index:GatewayKey"): string {
  const [project = "", name = ""] = stack.split("/");
  return `urn:pulumi:${name}::${project}::${type}::${key}`;
}

/** Returns a state with these keys, as `pulumi stack export` writes it. */
export function exportedState(
  keys: readonly ExportedKey[],
  { name = "shop/dev", instance = randomUUID(), writtenAt = "2026-05-01T00:00:00Z" }: ExportedStackOptions = {},
): string {
  const provider = urnOf(name, "default", "pulumi:providers:dench");
  const resources = [
    { urn: urnOf(name, "shop", "pulumi:pulumi:Stack"), type: "pulumi:pulumi:Stack" },
    { urn: provider, type: "pulumi:providers:dench", id: instance },
    ...keys.map(({ name: resource, type = "GatewayKey", isDynamic, isPendingDelete, outputs }) => {
      const token = isDynamic ? `pulumi-nodejs:dynamic/pulumi-dench:${type}` : `dench:index:${type}`;
      return {
        urn: urnOf(name, resource, token),
        type: token,
        id: type === "GatewayKey" ? outputs["keyId"] : "primary",
        provider: `${provider}::${instance}`,
        ...(isPendingDelete ? { delete: true } : {}),
        outputs: { key: { ...SECRET_MARK, ciphertext: randomUUID() }, ...outputs },
      };
    }),
  ];
  return JSON.stringify({ version: 3, deployment: { manifest: { time: writtenAt }, resources } });
}
