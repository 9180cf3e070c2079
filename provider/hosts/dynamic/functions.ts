import "./needs-node";
import { createHash } from "node:crypto";
import type * as z from "zod";
import { argumentsSource, type ConfigSource, stackConfigSource, variables } from "../../config/options";
import { errorText } from "../../errors";
import { type DenchFunction, notKnown } from "../../functions/handler";
import { functions } from "../../functions/registry";
import type { Fields } from "../../session/context";
import { Session, timeOfRun } from "../../session/session";
import { hasUnknown } from "../../values/unknown";
import { decodeObject } from "../wire";

/** The program that calls a function. */
export interface Program {
  /** The options of an explicit provider in wire form. If undefined, the stack config is used. */
  readonly settings: object | undefined;
  /** Returns a value of the stack config. */
  readonly config: (key: string) => string | undefined;
  readonly warn: (line: string) => void;
}

/** Selects a function. */
export type Choice<Result extends z.ZodObject> = (all: typeof functions) => DenchFunction<z.ZodObject, Result>;

/** The sessions by the hash of their options. A program with the Automation API may use several sets of options. */
const sessions = new Map<string, Session>();
const MOST_SESSIONS = 16;

/** Calls a function in the process of the program. Throws an `Error` with a text for the user. */
export async function callFunction<Result extends z.ZodObject>(
  choose: Choice<Result>,
  args: object,
  { settings, config, warn }: Program,
): Promise<z.output<Result>> {
  try {
    const called = choose(functions);
    const given = decodeObject(args);
    const source = settings ? argumentsSource(decodeObject(settings)) : stackConfigSource(stackConfig(config));
    if (hasUnknown(source.values)) throw notKnown(called.token);
    return await called.call(sessionOf(source, warn).workspace, given);
  } catch (error) {
    throw new Error(errorText(error));
  }
}

function stackConfig(config: Program["config"]): Fields {
  return Object.fromEntries(Object.keys(variables).map((option) => [option, config(`dench:${option}`)]));
}

function sessionOf(source: ConfigSource, warn: Program["warn"]): Session {
  const { env } = process;
  const names = [...Object.values(variables), "DENCH_TEST_NOW"];
  const options = JSON.stringify([source.values, names.map((name) => env[name] ?? null)]);
  // Hashed, because the options contain the token and the map is kept after the call.
  const key = createHash("sha256").update(options).digest("hex");
  const known = sessions.get(key);
  if (known) return known;
  if (sessions.size >= MOST_SESSIONS) sessions.clear();
  const session = new Session({
    source,
    env,
    time: timeOfRun(env, warn),
    warn,
    providerId: undefined,
    cancel: new AbortController().signal,
    trace: (line) => process.stderr.write(`${line}\n`),
  });
  sessions.set(key, session);
  return session;
}
