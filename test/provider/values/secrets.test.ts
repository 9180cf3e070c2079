import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { Secrets, secretPathIn } from "../../../provider/values/secrets";

it("a text that leaves the process contains no secret, and no control character except line breaks", () => {
  const [token, value] = [randomUUID(), randomUUID()];
  const secrets = new Secrets();
  secrets.add(token, value, undefined, "short");
  expect(secrets.clean(`a ${token} b\n${value}${value} \u001b[31mc\u2028\u202e short`)).toBe(
    "a [secret] b\n[secret][secret] [31mc short",
  );
});

it("a secret is found in a field at any depth, unless it is too short to be one", () => {
  const value = randomUUID();
  const secrets = new Secrets();
  secrets.add(value, "ab12");
  expect(secrets.fieldIn({ last4: "ab12", scopes: ["a", `x${value}`] })).toBe("scopes.1");
  expect(secrets.fieldIn({ last4: "ab12", name: "CI" })).toBeUndefined();
  expect(secretPathIn("", { name: "CI" })).toBeUndefined();
});

it("a secret is found at the start, in the middle and at the end of a text, among others with the same ending or beginning", () => {
  const ending = randomUUID();
  const values = [`a${ending}`, `bb${ending}`, `${ending}c`];
  const secrets = new Secrets();
  secrets.add(...values, ...values);
  for (const value of values) {
    for (const text of [value, `x${value}`, `${value}x`, `x${value}x`])
      expect(secrets.fieldIn({ name: "CI", text })).toBe("text");
    expect(secrets.fieldIn({ text: value.slice(0, -1) })).toBeUndefined();
  }
  expect(secrets.fieldIn({ text: ending })).toBeUndefined();
});

it("a secret is hidden completely if its beginning is another secret", () => {
  const [beginning, end] = [randomUUID(), randomUUID()];
  const secrets = new Secrets();
  secrets.mask(beginning);
  secrets.add(`${beginning}${end}`);
  expect(secrets.clean(`${beginning}${end} ${beginning}`)).toBe("[secret] [secret]");
});

it("a value that is only masked is hidden in texts, and may be a field of the server until it is added as a secret", () => {
  const value = randomUUID();
  const secrets = new Secrets();
  secrets.clean("before");
  secrets.mask(value, "ab12");
  expect(secrets.clean(`a ${value} ab12`)).toBe("a [secret] ab12");
  expect(secrets.fieldIn({ createdBy: value })).toBeUndefined();
  secrets.add(value);
  expect(secrets.fieldIn({ createdBy: value })).toBe("createdBy");
});
