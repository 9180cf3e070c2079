import { describe, expect, it } from "vitest";
import { warnAboutScopes } from "../../../../provider/resources/gateway-key/scopes";
import { Run } from "../../../../provider/session/run";
import { UNKNOWN } from "../../../../provider/values/unknown";
import { testContext } from "../../../support/context";

/** Returns the warnings of a run about the scopes of a resource. */
function warningsFor(scopes: unknown, { run = new Run(), urn = "urn:ci" } = {}): string[] {
  const lines: string[] = [];
  warnAboutScopes(
    testContext({ env: {}, run, urn, log: (severity, line) => lines.push(`${severity}: ${line}`) }),
    scopes,
  );
  return lines;
}

describe("a scope", () => {
  it.each([
    ["model:read", "models:read"],
    ["Models:Read", "models:read"],
    ["models.read", "models:read"],
    ["models:raed", "models:read"],
    [" models:read", "models:read"],
    ["chat:completion", "chat:completions"],
    ["chat_completions", "chat:completions"],
  ])("that is similar to a known one causes a warning with its path, but without its text: %j", (scope, known) => {
    expect(warningsFor(["other", scope])).toEqual([
      `warning: scopes[1] is similar to the known scope ${known}, but not equal to it. Correct it if it is misspelled.`,
    ]);
  });

  it.each([
    ["known ones", ["models:read", "chat:completions"]],
    ["others, because their list is not public", ["files:write", "images:edit", "admin", "models:write"]],
    ["what is not known yet", [UNKNOWN]],
    ["a list that is not known yet", UNKNOWN],
    ["none", undefined],
    ["values that check rejects", ["", 7, "x".repeat(1_000_000)]],
  ])("causes no warning: %s", (_what, scopes) => {
    expect(warningsFor(scopes)).toEqual([]);
  });

  it("causes one warning for each resource in a run", () => {
    const run = new Run();
    const urns = ["urn:ci", "urn:ci", "urn:deploy"];
    expect(urns.map((urn) => warningsFor(["model:read"], { run, urn }).length)).toEqual([1, 0, 1]);
  });
});
