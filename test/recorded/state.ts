import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Deployment } from "@pulumi/pulumi/automation";
import * as z from "zod";
import { projectRoot } from "../support/project";
import { ownerOf, RecordedDatabase, recordDatabase, restoreDatabase } from "./database";

/** The time of a recording. The clocks of the gateway and the provider show it when the recording is written and used. */
export const RECORDED_AT = Date.parse("2026-05-02T00:00:00Z");

/** The stack state that a version wrote, and the gateway's database at that time. */
const RecordedState = z.strictObject({
  database: RecordedDatabase,
  /** The state. `{"secretOf": ID}` is the value of the key with this ID. */
  resources: z.array(z.looseObject({ urn: z.string(), type: z.string() })),
});
export type RecordedState = z.infer<typeof RecordedState>;

const ExportedState = z.looseObject({ resources: z.array(z.looseObject({ urn: z.string(), type: z.string() })) });

/** The properties of a secret in a decrypted state: the engine's mark of secrets, and JSON in `plaintext`. */
const SECRET_MARK = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
const Secret = z.strictObject({ "4dabf18193072939515e22adb298388d": z.string(), plaintext: z.string() });
const SecretOf = z.strictObject({ secretOf: z.string() });

/** Returns the file of the state that a version wrote with a host, such as `plugin`. */
export function stateFile(version: string, host: string): string {
  return join(projectRoot, "test/recorded/states", `${version}-${host}.json`);
}

export function readState(file: string): RecordedState {
  return RecordedState.parse(JSON.parse(readFileSync(file, "utf8")));
}

export async function writeState(file: string, recorded: RecordedState): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(recorded, undefined, 2)}\n`);
}

/** Returns the recording of a decrypted state, and of the database of the gateway that created its keys. */
export function stateToRecord({ deployment }: Deployment, database: string): RecordedState {
  const { resources } = ExportedState.parse(deployment);
  const withoutSecrets = (value: unknown): unknown => {
    const secret = Secret.safeParse(value);
    if (!secret.success) return mapValues(value, withoutSecrets);
    const plaintext: unknown = JSON.parse(secret.data.plaintext);
    return plaintext === null ? value : { secretOf: ownerOf(z.string().parse(plaintext), database) };
  };
  return RecordedState.parse({
    database: recordDatabase(database),
    // These properties have paths of the machine.
    resources: resources.map(({ sourcePosition: _position, stackTrace: _trace, ...resource }) =>
      withoutSecrets(resource),
    ),
  });
}

/** Creates the recorded database at `path` with new secrets. Returns the resources of the state with these secrets. */
export function restoreState({ database, resources }: RecordedState, path: string): unknown {
  const secretOf = restoreDatabase(database, path);
  const withSecrets = (value: unknown): unknown => {
    const place = SecretOf.safeParse(value);
    if (!place.success) return mapValues(value, withSecrets);
    return { ...SECRET_MARK, plaintext: JSON.stringify(secretOf(place.data.secretOf)) };
  };
  return withSecrets(resources);
}

/** Returns a copy of a recording whose resources lack the outputs without a value. */
export function withoutAbsentOutputs(recorded: RecordedState): RecordedState {
  const resources = recorded.resources.map((resource) => {
    const outputs = Object.entries(z.record(z.string(), z.unknown()).catch({}).parse(resource["outputs"]));
    return { ...resource, outputs: Object.fromEntries(outputs.filter(([, value]) => value !== null)) };
  });
  return { ...recorded, resources };
}

function mapValues(value: unknown, change: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(change);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, change(each)]));
}
