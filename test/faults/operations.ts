import { isCreation, isRevocation } from "../support/proxy";
import type { Operation } from "./scene";

/** A second key, which keeps the provider instance in the program. */
const OTHER = { other: { properties: { name: "other" } } };

/** Returns a program with an overlap, which starts again with each attempt. */
const overlapping = (name: string, more: object = {}) => ({
  ...OTHER,
  ci: { properties: { name, rotation: { overlap: "24h" }, ...more } },
});

export const operations: readonly Operation[] = [
  {
    name: "create",
    prepare: ({ stack }, attempt) => stack.write({ ...OTHER, [`ci-${attempt}`]: { properties: { name: "CI" } } }),
    isMet: isCreation,
  },
  {
    name: "replace: creation of the new key",
    prepare: ({ stack }, attempt) => stack.write({ ...OTHER, ci: { properties: { name: `CI ${attempt}` } } }),
    isMet: isCreation,
  },
  {
    name: "replace: revocation of the old key",
    prepare: ({ stack }, attempt) => stack.write({ ...OTHER, ci: { properties: { name: `CI ${attempt}` } } }),
    isMet: isRevocation,
  },
  {
    name: "rotate in place",
    prepare: ({ stack }, attempt) => stack.write(overlapping(`CI ${attempt}`)),
    isMet: isCreation,
  },
  {
    name: "compromised: creation of the new key",
    prepare: ({ stack }, attempt) => stack.write(overlapping("CI", { compromised: `INC-${attempt}` })),
    isMet: isCreation,
  },
  {
    name: "compromised: revocation of an old key",
    prepare: ({ stack }, attempt) => stack.write(overlapping("CI", { compromised: `INC-${attempt}` })),
    isMet: isRevocation,
  },
  {
    name: "end of an overlap",
    async prepare(scene, attempt) {
      await scene.stack.write(overlapping(`CI ${attempt}`));
      await scene.stack.up();
      scene.wait(25);
    },
    isMet: isRevocation,
  },
  {
    name: "delete",
    async prepare({ stack }, attempt) {
      await stack.write({ ...OTHER, [`ci-${attempt}`]: { properties: { name: "CI" } } });
      await stack.up();
      await stack.write(OTHER);
    },
    isMet: isRevocation,
  },
  {
    name: "refresh",
    prepare: ({ stack }) => stack.write({ ...OTHER, ci: { properties: { name: "CI" } } }),
    command: ["refresh", "--yes", "--skip-preview"],
    isMet: ({ method, path }) => method === "GET" && path.startsWith("/api/v1/api-keys/key_"),
  },
  {
    name: "rotate the primary sandbox key",
    prepare: ({ stack }, attempt) => stack.write({ ...OTHER, primary: primary(attempt) }),
    isMet: ({ path }) => path === "/api/v1/api-keys/primary/rotate",
  },
  {
    name: "rotate the primary sandbox key: reading of the value",
    prepare: ({ stack }, attempt) => stack.write({ ...OTHER, primary: primary(attempt) }),
    isMet: ({ path }) => path === "/api/v1/api-keys/primary/reveal",
  },
];

/** The operations of two test files, because Vitest runs two files concurrently, but one test of a file at a time. */
export const halves = {
  even: operations.filter((_, index) => index % 2 === 0),
  odd: operations.filter((_, index) => index % 2 === 1),
};

function primary(attempt: number) {
  return { type: "dench:PrimarySandboxKey", properties: { rotation: { triggers: { attempt: String(attempt) } } } };
}
