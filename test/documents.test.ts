import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type ErrorCode, errorCodes } from "../contract";
import type { DenchErrorCode } from "../provider/errors";
import { SEVERITIES } from "../provider/inventory/audit/finding";
import { comparedFaults } from "./faults/comparison";
import { faults } from "./faults/faults";
import { operations } from "./faults/operations";
import { tableAfter } from "./support/documented";
import { projectRoot } from "./support/project";

const text = (page: string) => readFile(join(projectRoot, "docs", page), "utf8");

/** The provider's own error codes. If one is missing here, this file does not compile. */
const ownCodes: Readonly<Record<Exclude<DenchErrorCode, ErrorCode>, true>> = {
  no_token: true,
  forbidden: true,
  wrong_workspace: true,
  invalid_config: true,
  invalid_arguments: true,
  ambiguous: true,
  canceled: true,
  unreachable: true,
  timeout: true,
  unexpected_status: true,
  unexpected_response: true,
  chain_too_long: true,
  key_in_use: true,
  last_use_unknown: true,
  own_key: true,
  managed_key: true,
  not_confirmed: true,
  not_initialized: true,
  not_importable: true,
  outdated_provider: true,
  invalid_state: true,
  defect: true,
};

it("docs/troubleshooting.md explains every error code, and no others", async () => {
  const headings = (await text("troubleshooting.md")).matchAll(/^### `(\w+)`$/gm);
  const explained = Array.from(headings, ([, code]) => code).toSorted();
  expect(explained).toEqual([...Object.keys(errorCodes), ...Object.keys(ownCodes)].toSorted());
});

it("docs/reliability.md names exactly the tested operations, and the tested faults with their moments", async () => {
  const operationRows = await tableAfter("docs/reliability.md", "### Operations");
  expect(operationRows.map(([name]) => name)).toEqual(operations.map(({ name }) => name));
  const faultRows = await tableAfter("docs/reliability.md", "### Faults");
  expect(faultRows.map(([name, moments]) => [name, moments])).toEqual(
    faults.map(({ name, moments }) => [name, moments.join(", ")]),
  );
});

it("docs/audit.md lists every finding with its severity, and no others", async () => {
  const rows = await tableAfter("docs/audit.md", "## Findings");
  expect(rows.map(([code, severity]) => [code, severity])).toEqual(
    Object.entries(SEVERITIES).map(([code, severity]) => [`\`${code}\``, severity]),
  );
});

it("docs/reliability.md says how many cases are tested", async () => {
  const perOperation = faults.reduce((count, { moments }) => count + moments.length, 0);
  expect(await text("reliability.md")).toContain(`${operations.length * perOperation} cases`);
});

it("docs/reliability.md lists every fault of the comparison", async () => {
  const rows = await tableAfter("docs/reliability.md", "## Compared with two Terraform providers");
  expect(rows.map(([name]) => name)).toEqual(expect.arrayContaining(comparedFaults.map(({ name }) => name)));
});

it("the index links every page, except those of Pulumi's registry", async () => {
  const index = await text("README.md");
  const linked = Array.from(index.matchAll(/\]\(([\w-]+\.md)\)/g), ([, page]) => page);
  const unlisted = ["README.md", "_index.md", "installation-configuration.md"];
  const pages = (await readdir(join(projectRoot, "docs"))).filter(
    (name) => name.endsWith(".md") && !unlisted.includes(name),
  );
  expect(linked.toSorted()).toEqual(pages.toSorted());
});
