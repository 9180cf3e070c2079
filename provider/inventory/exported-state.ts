import * as z from "zod";
import { DenchError } from "../errors";
import { shown } from "../values/shown";

// The states that `pulumi stack export` writes, with secrets encrypted or in clear. They are read for what is no secret.

/** A key that a resource in a stack state has. */
export interface DeclaredKey {
  readonly stack: ExportedStack;
  readonly urn: string;
  readonly type: "GatewayKey" | "PrimarySandboxKey";
  /** Whether the resource belongs to the dynamic provider. */
  readonly isDynamic: boolean;
  /** The ID of the provider instance, with which its request IDs begin. Undefined for the dynamic provider. */
  readonly providerId: string | undefined;
  /** Whether the engine still has to delete the resource, for example after an interrupted replacement. */
  readonly isPendingDelete: boolean;
  /** The ID of the current key. */
  readonly keyId: string;
  /** The last four characters of the current key's value. */
  readonly last4: string | undefined;
  readonly workspaceId: string | undefined;
  readonly previousKeyId: string | undefined;
  /** When the previous key is due to be revoked: milliseconds since the epoch. */
  readonly previousKeyRevokeAt: number | undefined;
  /** The IDs of keys that could not be revoked. */
  readonly revokePending: readonly string[];
  readonly scopes: readonly string[] | undefined;
}

/** Returns the IDs of all keys that a resource has: the current one, the previous one, and those that are still to be revoked. */
export function keyIdsOf({ keyId, previousKeyId, revokePending }: DeclaredKey): string[] {
  return [keyId, ...(previousKeyId === undefined ? [] : [previousKeyId]), ...revokePending];
}

/** A stack state. */
export interface ExportedStack {
  /** The file that the state was read from. */
  readonly file: string;
  /** `project/stack`. Undefined for a state without resources. */
  readonly name: string | undefined;
  /** When the engine wrote the state: milliseconds since the epoch. */
  readonly writtenAt: number | undefined;
  readonly keys: readonly DeclaredKey[];
  /** The IDs of all instances of this provider in the state. */
  readonly providerIds: ReadonlySet<string>;
}

const Resource = z.object({
  urn: z.string(),
  type: z.string(),
  id: z.string().optional(),
  provider: z.string().optional(),
  delete: z.boolean().optional(),
  outputs: z.unknown().optional(),
});

const Export = z.object({
  deployment: z.object({
    manifest: z
      .object({ time: z.string().optional().catch(undefined) })
      .nullish()
      .catch(undefined),
    resources: z.array(Resource).nullish(),
  }),
});

/** An output, which is an object with its plain text if a program made it a secret, and the export shows secrets. */
const output = <Schema extends z.ZodType>(schema: Schema) => z.preprocess(plainOf, schema.nullish()).optional();

const ShownSecret = z.object({
  "4dabf18193072939515e22adb298388d": z.string(),
  plaintext: z.string().transform(jsonOf),
});

function plainOf(value: unknown): unknown {
  const secret = ShownSecret.safeParse(value);
  return secret.success ? secret.data.plaintext : value;
}

const Outputs = z.object({
  keyId: output(z.string()),
  last4: output(z.string()),
  workspaceId: output(z.string()),
  previousKeyId: output(z.string()),
  previousKeyRevokeAt: output(z.string()),
  revokePending: output(z.array(z.string())),
  scopes: output(z.array(z.string())),
});

const TYPE = /^(?:dench:index:|(pulumi-nodejs:dynamic\/pulumi-dench:))(GatewayKey|PrimarySandboxKey)$/;

/** Parses a state. Throws `invalid_state` if the text is not one, or if it encrypts what is usually no secret. */
export function parseExportedState(file: string, text: string): ExportedStack {
  const { manifest, resources: all } = parsed(file, text);
  const resources = all ?? [];
  const keys: DeclaredKey[] = [];
  const stack: ExportedStack = {
    file,
    name: nameOf(resources[0]?.urn),
    writtenAt: timeOf(manifest?.time),
    keys,
    providerIds: new Set(
      resources.flatMap(({ type, id }) => (type === "pulumi:providers:dench" && id !== undefined ? [id] : [])),
    ),
  };
  for (const resource of resources) {
    const key = declaredKey(stack, resource);
    if (key !== undefined) keys.push(key);
  }
  return stack;
}

function parsed(file: string, text: string): z.infer<typeof Export>["deployment"] {
  const result = Export.safeParse(jsonOf(text));
  if (result.success) return result.data.deployment;
  throw new DenchError(
    "invalid_state",
    `Could not read ${shown(file)}: it is not an exported stack state. Write one with \`pulumi stack export --file\`.`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function declaredKey(stack: ExportedStack, resource: z.infer<typeof Resource>): DeclaredKey | undefined {
  const { urn, id, provider } = resource;
  const [, dynamic, type] = TYPE.exec(resource.type) ?? [];
  if (type !== "GatewayKey" && type !== "PrimarySandboxKey") return undefined;
  const outputs = outputsOf(stack.file, resource);
  // The ID of a GatewayKey is that of its first key. A PrimarySandboxKey has the ID `primary`.
  const keyId = outputs.keyId ?? id;
  if (keyId === undefined) return undefined;
  const isDynamic = dynamic !== undefined;
  return {
    stack,
    urn,
    type,
    isDynamic,
    providerId: isDynamic ? undefined : provider?.split("::").at(-1),
    isPendingDelete: resource.delete ?? false,
    keyId,
    last4: outputs.last4 ?? undefined,
    workspaceId: outputs.workspaceId ?? undefined,
    previousKeyId: outputs.previousKeyId ?? undefined,
    previousKeyRevokeAt: timeOf(outputs.previousKeyRevokeAt),
    revokePending: outputs.revokePending ?? [],
    scopes: outputs.scopes ?? undefined,
  };
}

/** Returns the outputs that say which keys a resource has. A wrong guess at an encrypted one would be a wrong report. */
function outputsOf(file: string, { urn, outputs }: z.infer<typeof Resource>): z.infer<typeof Outputs> {
  const result = Outputs.safeParse(outputs ?? {});
  if (result.success) return result.data;
  const [name = "outputs"] = result.error.issues.map(({ path }) => String(path[0]));
  throw new DenchError(
    "invalid_state",
    `Could not read ${shown(file)}: ${shown(name)} of ${shown(urn)} is encrypted or damaged. Write the file with \`pulumi stack export --show-secrets\`, and delete it afterwards.`,
  );
}

function nameOf(urn: string | undefined): string | undefined {
  const [, stack, project] = /^urn:pulumi:([^:]+)::([^:]+)::/.exec(urn ?? "") ?? [];
  return stack === undefined || project === undefined ? undefined : `${project}/${stack}`;
}

function timeOf(text: string | null | undefined): number | undefined {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? undefined : time;
}
