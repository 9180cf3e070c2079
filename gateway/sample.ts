import { providerRequestId } from "./dashboard/provider-request-id";
import { DEFAULT_PRICES } from "./data-plane/prices";
import { createKey } from "./management/rules";
import type { Caller } from "./store/members";
import type { Actor, Store } from "./store/store";
import type { ModelSpending } from "./store/usage";

const DAY_MS = 24 * 60 * 60 * 1000;
const DAYS_OF_USAGE = 90;
/** The instance of the Pulumi provider that created some of the keys. */
const PROVIDER = "5f0c9d1e-7a34-4b62-9c1b-2f6d8e0a4b37";
/** The share of the usual requests on each day of the week, from Sunday. */
const WEEKDAY_SHARES = [0.35, 1, 1.1, 1.15, 1.05, 0.95, 0.4] as const;

interface SampleKey {
  readonly name: string;
  /** The index of the creator in the team. */
  readonly by: number;
  /** How many days ago the key was created. */
  readonly created: number;
  /** How many days ago the key was revoked. */
  readonly revoked?: number;
  /** The approximate number of requests on a working day. */
  readonly requests: number;
  /** The cost of each request, in US dollars. */
  readonly cost: number;
  readonly scopes?: string[];
  /** The models of the requests, most requested first. Defaults to `MODELS`. */
  readonly models?: readonly Model[];
  /** Whether Pulumi created the key. */
  readonly pulumi?: boolean;
  /** Whether Pulumi created the key to replace the key with the same name, which is still valid. */
  readonly replaces?: boolean;
}

type Model = keyof typeof DEFAULT_PRICES;
const MODELS: readonly Model[] = ["gpt-5-mini"];

const KEYS: readonly SampleKey[] = [
  {
    name: "Production",
    by: 0,
    created: 210,
    requests: 900,
    cost: 0.0031,
    models: ["gpt-5", "gpt-5-mini", "gpt-4.1-nano"],
    pulumi: true,
  },
  { name: "Staging", by: 0, created: 208, requests: 120, cost: 0.0028, models: ["gpt-5", "gpt-5-mini"], pulumi: true },
  { name: "Development", by: 1, created: 208, requests: 60, cost: 0.0011 },
  { name: "CI/CD (old)", by: 0, created: 190, revoked: 12, requests: 40, cost: 0.0004 },
  { name: "Data warehouse export", by: 2, created: 160, revoked: 41, requests: 0, cost: 0 },
  { name: "Support copilot", by: 3, created: 140, requests: 310, cost: 0.0046, models: ["gpt-4o", "gpt-4o-mini"] },
  { name: "Search indexer", by: 2, created: 101, requests: 520, cost: 0.0002 },
  { name: "Invoice reader", by: 3, created: 96, requests: 85, cost: 0.0119 },
  { name: "Grafana probe", by: 1, created: 88, requests: 288, cost: 0, scopes: ["models:read"] },
  { name: "Docs assistant", by: 4, created: 75, requests: 140, cost: 0.0023 },
  { name: "Contractor, March", by: 0, created: 61, revoked: 30, requests: 0, cost: 0 },
  { name: "Load test", by: 1, created: 45, revoked: 20, requests: 400, cost: 0.0001 },
  { name: "Translation batch", by: 2, created: 38, requests: 210, cost: 0.0015 },
  { name: "Mobile app", by: 3, created: 27, requests: 450, cost: 0.0019 },
  { name: "Sales notebook", by: 4, created: 19, requests: 12, cost: 0.0208 },
  { name: "CI/CD", by: 0, created: 12, requests: 44, cost: 0.0004 },
  { name: "Preview environments", by: 1, created: 31, requests: 70, cost: 0.0012, pulumi: true },
  { name: "Preview environments", by: 1, created: 1, requests: 40, cost: 0.0012, replaces: true },
  { name: "Edge worker", by: 2, created: 4, requests: 600, cost: 0.0006 },
  { name: "Zapier", by: 4, created: 1, requests: 0, cost: 0 },
];

interface Event {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly run: () => void;
}

/** Fills a newly created workspace with sample members, keys and 90 days of usage. */
export function fillWithSample(store: Store, now: number): void {
  const admin = store.members.first("admin");
  const team = [
    admin,
    store.members.first("member"),
    ...["Ines Okafor", "Tomás Lindqvist", "Mei Tanaka"].map((name) => store.members.add("member", name)),
  ];
  const events = [
    ...KEYS.flatMap((sample, index) => keyEvents(sample, index, team[sample.by] ?? admin, store, now)),
    ...primaryKeyEvents(store, admin, now),
  ];
  for (const { at, run } of events.sort((a, b) => a.at - b.at)) store.at(at, run);
  store.usage.write();
}

function keyEvents(sample: SampleKey, index: number, caller: Caller, store: Store, now: number): Event[] {
  const isOfPulumi = sample.pulumi === true || sample.replaces === true;
  const by: Actor = { caller, via: isOfPulumi || index % 3 === 0 ? "api" : "page" };
  const createdAt = now - sample.created * DAY_MS;
  const revokedAt = sample.revoked === undefined ? now : now - sample.revoked * DAY_MS;
  let id = "";
  const create = () => {
    const { name, scopes } = sample;
    const requestId = isOfPulumi ? providerRequestId(PROVIDER, predecessorOf(sample, store)) : undefined;
    const creation = createKey(store, { name, scopes, requestId }, by);
    if (creation.outcome === "made") id = creation.key.id;
  };
  const usage = daysOfUsage(now, (index + 1) * 7)
    .filter((at) => at > createdAt && at < revokedAt)
    .flatMap((at) => {
      const requests = requestsAt(at, index, sample.requests);
      return spendingsOf(requests, sample).map(([count, spending]) => ({
        at,
        run: () => store.usage.add(id, count, spending),
      }));
    });
  return [
    { at: createdAt, run: create },
    ...usage,
    ...(sample.revoked === undefined ? [] : [{ at: revokedAt, run: () => store.revokeKey(id, by) }]),
  ];
}

/** Returns the ID of the key that a new one replaces, or a text in place of the URN of its resource. */
function predecessorOf({ name, replaces }: SampleKey, store: Store): string {
  const earlier = replaces ? store.listKeys({ limit: 100 }).keys.find((key) => key.name === name) : undefined;
  return earlier?.id ?? `urn:pulumi:sample::sample::dench:index:GatewayKey::${name}`;
}

/** Returns a time on each day of the usage, this number of minutes ago. */
function daysOfUsage(now: number, minutes: number): number[] {
  return Array.from({ length: DAYS_OF_USAGE }, (_, day) => now - day * DAY_MS - minutes * 60 * 1000);
}

function primaryKeyEvents(store: Store, admin: Caller, now: number): Event[] {
  const by: Actor = { caller: admin, via: "page" };
  const sample = { requests: 230, cost: 0.0021 };
  const usage = daysOfUsage(now, 3).flatMap((at) =>
    spendingsOf(requestsAt(at, KEYS.length, sample.requests), sample).map(([count, spending]) => ({
      at,
      run: () => store.usage.add(store.primaryKey().id, count, spending),
    })),
  );
  return [
    { at: now - 33 * DAY_MS, run: () => store.rotatePrimaryKey({ requestId: undefined, by }) },
    { at: now - 2 * DAY_MS, run: () => store.revealPrimaryKey(by) },
    ...usage,
  ];
}

/** Divides the requests of a day among the models of a key: each model has a third of what the model before it has left. */
function spendingsOf(
  requests: number,
  { cost, models = MODELS }: Pick<SampleKey, "cost" | "models">,
): (readonly [requests: number, spending: ModelSpending])[] {
  let left = requests;
  return models.flatMap((model, index) => {
    const count = index === models.length - 1 ? left : Math.round((left * 2) / 3);
    left -= count;
    return count === 0 ? [] : [[count, spendingOf(model, count * cost)] as const];
  });
}

/** Returns a cost with the tokens that it buys: three fifths of it for prompts, and the rest for responses. */
function spendingOf(model: Model, costUsd: number): ModelSpending {
  const { input, output } = DEFAULT_PRICES[model];
  const tokens = (share: number, price: number) => Math.round((costUsd * share * 1e6) / price);
  return { model, costUsd, inputTokens: tokens(0.6, input), outputTokens: tokens(0.4, output) };
}

/** Returns a number of requests near the usual one. It varies by day and weekday, and is the same on each run of a day. */
function requestsAt(time: number, seed: number, usual: number): number {
  const share = WEEKDAY_SHARES[new Date(time).getUTCDay()] ?? 1;
  const variation = 1 + 0.3 * Math.sin(seed * 12.9 + Math.floor(time / DAY_MS) * 4.7);
  return Math.round(usual * share * variation);
}
