import { describe, expect, it } from "vitest";
import { warnAboutScopes } from "../../../../provider/resources/gateway-key/scopes";
import { Run } from "../../../../provider/session/run";
import { UNKNOWN } from "../../../../provider/values/unknown";
import { testContext } from "../../../support/context";

/** What one run has to say about these scopes of a resource. */
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
  ])("that is close to a known one is told of by its path, and not by its text: %j", (scope, known) => {
    expect(warningsFor(["other", scope])).toEqual([
      `warning: scopes[1] is close to the known scope ${known}, but not the same. Correct it if it is misspelled.`,
    ]);
  });

  it.each([
    ["known ones", ["models:read", "chat:completions"]],
    ["others, since their list is not public", ["files:write", "images:edit", "admin", "models:write"]],
    ["what is not known yet", [UNKNOWN]],
    ["a list that is not known yet", UNKNOWN],
    ["none", undefined],
    ["what check refuses", ["", 7, "x".repeat(1_000_000)]],
  ])("passes without a word: %s", (_what, scopes) => {
    expect(warningsFor(scopes)).toEqual([]);
  });

  it("is told of once for each resource in a run", () => {
    const run = new Run();
    const urns = ["urn:ci", "urn:ci", "urn:deploy"];
    expect(urns.map((urn) => warningsFor(["model:read"], { run, urn }).length)).toEqual([1, 0, 1]);
  });
});
