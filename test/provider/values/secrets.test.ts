import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { Secrets, secretPathIn } from "../../../provider/values/secrets";

it("a text that leaves the process holds no secret, and no control character but line ends", () => {
  const [token, value] = [randomUUID(), randomUUID()];
  const secrets = new Secrets();
  secrets.add(token, value, undefined, "short");
  expect(secrets.clean(`a ${token} b\n${value}${value} \u001b[31mc\u2028\u202e short`)).toBe(
    "a [secret] b\n[secret][secret] [31mc short",
  );
});

it("a field that holds a secret is found, at any depth, and one that holds a short word is not", () => {
  const value = randomUUID();
  const secrets = new Secrets();
  secrets.add(value, "ab12");
  expect(secrets.fieldIn({ last4: "ab12", scopes: ["a", `x${value}`] })).toBe("scopes.1");
  expect(secrets.fieldIn({ last4: "ab12", name: "CI" })).toBeUndefined();
  expect(secretPathIn("", { name: "CI" })).toBeUndefined();
});
