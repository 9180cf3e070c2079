import type { Audit } from "../../provider/inventory/audit/audit";
import { type Finding, SEVERITIES } from "../../provider/inventory/audit/finding";
import { environmentOf, type GroupUsage } from "../../provider/inventory/audit/usage";
import type { ExportedStack } from "../../provider/inventory/exported-state";
import type { Holder } from "../../provider/inventory/holders";
import { lastFour, onOneLine } from "../../provider/values/shown";
import { nameInUrn } from "../../provider/values/urn";
import { type Column, counted, paragraph, table } from "../text";
import { keyLabel, roleLabel, stackAndFile, stackLabel } from "./labels";

/** Returns the report for people. */
export function reportForPeople(audit: Audit): string {
  const { workspace, keys, stacks, findings, ignored, notCompared } = audit;
  const active = keys.filter(({ key }) => key.status === "active").length;
  return [
    paragraph(`Workspace ${workspace.slug}: ${counted(active, "active key")}, ${counted(stacks.length, "stack")}.`),
    keyTable(audit),
    usageTable(audit),
    ...notCompared.map((sentence) => paragraph(sentence)),
    ...findingTexts(findings),
    paragraph(summary(findings, ignored)),
  ].join("\n");
}

const KEY_COLUMNS: readonly Column[] = [
  { title: "Key" },
  { title: "Name", shrinks: true },
  { title: "Last 4" },
  { title: "Stack", shrinks: true },
  { title: "Resource", shrinks: true },
  { title: "As", shrinks: true },
];

function keyTable({ keys, stacks }: Audit): string {
  const rows = keys.flatMap(({ key, holders }) => {
    const cells = [key.id, key.name, `…${lastFour(key.last4)}`];
    if (holders.length === 0) return [[...cells, "-", "-", key.kind === "primary" ? "primary" : "unmanaged"]];
    return holders.map((holder) => [...cells, ...holderCells(holder, stacks)]);
  });
  return table(KEY_COLUMNS, rows);
}

function holderCells(holder: Holder, stacks: readonly ExportedStack[]): string[] {
  const { stack, urn, isDynamic } = holder.resource;
  const role = roleLabel(holder);
  return [stackLabel(stack, stacks), nameInUrn(urn), isDynamic ? `${role} (dynamic)` : role];
}

const USAGE_COLUMNS: readonly Column[] = [
  { title: "Environment", shrinks: true },
  { title: "Stack", shrinks: true },
  { title: "Active keys", align: "right" },
  { title: "Requests, 30 days", align: "right" },
  { title: "Cost, 30 days", align: "right" },
];

function usageTable({ usage, stacks }: Audit): string {
  const rows: string[][] = [];
  for (const [environment, sum] of usage.environments) {
    const members = usage.stacks.filter(({ stack }) => environmentOf(stack) === environment);
    for (const { stack, usage } of members) rows.push([environment, stackLabel(stack, stacks), ...usageCells(usage)]);
    if (members.length > 1) rows.push([environment, "(all stacks)", ...usageCells(sum)]);
  }
  rows.push(["(unmanaged)", "-", ...usageCells(usage.unmanaged)]);
  if (usage.primary !== undefined) rows.push(["(primary key)", "-", ...usageCells(usage.primary)]);
  if (usage.revoked.requests > 0) rows.push(["(revoked)", "-", ...usageCells(usage.revoked)]);
  rows.push(["(total)", "-", ...usageCells(usage.total)]);
  return table(USAGE_COLUMNS, rows);
}

function usageCells({ activeKeys, requests, costUsd }: GroupUsage): string[] {
  const cost = costUsd.toLocaleString("en", { style: "currency", currency: "USD" });
  return [String(activeKeys), requests.toLocaleString("en"), cost];
}

/** Returns the findings with the same code and advice as one paragraph each. */
function findingTexts(findings: readonly Finding[]): string[] {
  const groups = Map.groupBy(findings, ({ code, advice }) => `${code} ${advice}`);
  return Array.from(groups.values(), groupText);
}

function groupText(group: readonly Finding[]): string {
  return group
    .map(({ code, key, where, message, advice }, index) => {
      const about = key === undefined ? [] : [paragraph(keyLabel(key), "  ")];
      const places = where.map(({ stack, urn }) => {
        const place = paragraph(stackAndFile(stack), "    ");
        // On a line of its own and in full, to be copied.
        return urn === undefined ? place : `${place}    ${onOneLine(urn)}\n`;
      });
      const isFirst = group[index - 1]?.message !== message;
      const isLast = index === group.length - 1;
      return [
        ...(isFirst ? [paragraph(`${SEVERITIES[code]} ${code}: ${message}`)] : []),
        ...about,
        ...places,
        ...(isLast ? [paragraph(advice, "  ")] : []),
      ].join("");
    })
    .join("");
}

function summary(findings: readonly Finding[], ignored: number): string {
  const errors = findings.filter(({ code }) => SEVERITIES[code] === "error").length;
  const parts = [
    findings.length === 0
      ? "No findings."
      : `${counted(findings.length, "finding")}: ${counted(errors, "error")}, ${counted(findings.length - errors, "warning")}.`,
    ...(ignored === 0 ? [] : [`${counted(ignored, "finding")} ignored.`]),
  ];
  return parts.join(" ");
}
