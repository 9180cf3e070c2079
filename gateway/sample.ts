import { createKey } from "./management/rules";
import type { Caller } from "./store/members";
import type { Actor, Store } from "./store/store";

const DAY_MS = 24 * 60 * 60 * 1000;
const DAYS_OF_USAGE = 30;
/** Weekends are quiet. Sunday first. */
const SHARE_OF_WEEKDAY = [0.35, 1, 1.1, 1.15, 1.05, 0.95, 0.4] as const;

interface SampleKey {
  readonly name: string;
  readonly by: number;
  /** Days ago. */
  readonly made: number;
  /** Days ago. */
  readonly revoked?: number;
  /** Requests on a working day, about. */
  readonly requests: number;
  /** US dollars for each. */
  readonly cost: number;
  readonly scopes?: string[];
}

const KEYS: readonly SampleKey[] = [
  { name: "Production", by: 0, made: 210, requests: 900, cost: 0.0031 },
  { name: "Staging", by: 0, made: 208, requests: 120, cost: 0.0028 },
  { name: "Development", by: 1, made: 208, requests: 60, cost: 0.0011 },
  { name: "CI/CD (old)", by: 0, made: 190, revoked: 12, requests: 40, cost: 0.0004 },
  { name: "Data warehouse export", by: 2, made: 160, revoked: 41, requests: 0, cost: 0 },
  { name: "Support copilot", by: 3, made: 140, requests: 310, cost: 0.0046 },
  { name: "Hackathon", by: 4, made: 122, revoked: 119, requests: 0, cost: 0 },
  { name: "Search indexer", by: 2, made: 101, requests: 520, cost: 0.0002 },
  { name: "Invoice reader", by: 3, made: 96, requests: 85, cost: 0.0119 },
  { name: "Grafana probe", by: 1, made: 88, requests: 288, cost: 0, scopes: ["models:read"] },
  { name: "Docs assistant", by: 4, made: 75, requests: 140, cost: 0.0023 },
  { name: "Contractor, March", by: 0, made: 61, revoked: 30, requests: 0, cost: 0 },
  { name: "Load test", by: 1, made: 45, revoked: 20, requests: 400, cost: 0.0001 },
  { name: "Translation batch", by: 2, made: 38, requests: 210, cost: 0.0015 },
  { name: "Mobile app", by: 3, made: 27, requests: 450, cost: 0.0019 },
  { name: "Sales notebook", by: 4, made: 19, requests: 12, cost: 0.0208 },
  { name: "CI/CD", by: 0, made: 12, requests: 44, cost: 0.0004 },
  { name: "Preview environments", by: 1, made: 9, requests: 70, cost: 0.0012 },
  { name: "Edge worker", by: 2, made: 4, requests: 600, cost: 0.0006 },
  { name: "Zapier", by: 4, made: 1, requests: 0, cost: 0 },
];

interface Happening {
  readonly at: number;
  readonly run: () => void;
}

/** Fills a workspace that was just made with what a month of work leaves behind: to look at, and for demos. */
export function fillWithSample(store: Store, now: number): void {
  const admin = store.members.first("admin");
  const team = [
    admin,
    store.members.first("member"),
    ...["Ines Okafor", "Tomás Lindqvist", "Mei Tanaka"].map((name) => store.members.add("member", name)),
  ];
  const happenings = [
    ...KEYS.flatMap((sample, index) => lifeOf(sample, index, team[sample.by] ?? admin, store, now)),
    ...primaryKeyEvents(store, admin, now),
  ];
  for (const { at, run } of happenings.sort((a, b) => a.at - b.at)) store.at(at, run);
  store.usage.write();
}

function lifeOf(sample: SampleKey, index: number, caller: Caller, store: Store, now: number): Happening[] {
  const by: Actor = { caller, via: index % 3 === 0 ? "api" : "page" };
  const madeAt = now - sample.made * DAY_MS;
  const revokedAt = sample.revoked === undefined ? now : now - sample.revoked * DAY_MS;
  let id = "";
  const create = () => {
    const made = createKey(store, { name: sample.name, scopes: sample.scopes }, by);
    if (made.outcome === "made") id = made.key.id;
  };
  const uses = Array.from({ length: DAYS_OF_USAGE }, (_, day) => now - day * DAY_MS - (index + 1) * 7 * 60 * 1000)
    .filter((at) => at > madeAt && at < revokedAt)
    .map((at) => ({ at, requests: requestsAt(at, index, sample.requests) }))
    .filter(({ requests }) => requests > 0)
    .map(({ at, requests }) => ({ at, run: () => store.usage.add(id, requests, requests * sample.cost) }));
  return [
    { at: madeAt, run: create },
    ...uses,
    ...(sample.revoked === undefined ? [] : [{ at: revokedAt, run: () => store.revokeKey(id, by) }]),
  ];
}

function primaryKeyEvents(store: Store, admin: Caller, now: number): Happening[] {
  const by: Actor = { caller: admin, via: "page" };
  const uses = Array.from({ length: DAYS_OF_USAGE }, (_, day) => now - day * DAY_MS - 3 * 60 * 1000).map((at) => {
    const requests = requestsAt(at, KEYS.length, 230);
    return { at, run: () => store.usage.add(store.primaryKey().id, requests, requests * 0.0021) };
  });
  return [
    { at: now - 33 * DAY_MS, run: () => store.rotatePrimaryKey({ requestId: undefined, by }) },
    { at: now - 2 * DAY_MS, run: () => store.revealPrimaryKey(by) },
    ...uses,
  ];
}

/** About the usual number: less at weekends, and never quite the same, yet the same at each run of the same day. */
function requestsAt(time: number, seed: number, usual: number): number {
  const share = SHARE_OF_WEEKDAY[new Date(time).getUTCDay()] ?? 1;
  const wiggle = 1 + 0.3 * Math.sin(seed * 12.9 + Math.floor(time / DAY_MS) * 4.7);
  return Math.round(usual * share * wiggle);
}
