import type { Key } from "../store/keys";
import type { DetailedUsage, KeyUsage, ModelUsage } from "../store/usage";
import {
  Copyable,
  formatCount,
  formatDay,
  formatExactUsd,
  formatRough,
  formatStepUsd,
  MaskedKey,
  RelativeTime,
} from "./format";
import { paths } from "./paths";
import { UsageChart } from "./usage-chart";

/** The periods of the usage page, in days. The first one is the default. */
export const PERIODS = [30, 7, 90] as const;

interface UsagePageProps {
  readonly gatewayKey: Key;
  readonly usage: KeyUsage;
  readonly now: number;
}

export function UsagePage({ gatewayKey, usage, now }: UsagePageProps) {
  const { days, requests, costUsd, inputTokens, outputTokens } = usage;
  return (
    <>
      <p>
        <a class="back" href={paths.keys}>
          ← API Keys
        </a>
      </p>
      <div class="heading">
        <div>
          <h1>
            Usage of <bdi>{gatewayKey.name}</bdi>
          </h1>
          <p class="lead identity">
            <MaskedKey {...gatewayKey} />
            <Copyable id="key-id">{gatewayKey.id}</Copyable>
          </p>
        </div>
        <Periods keyId={gatewayKey.id} days={days} />
      </div>
      {requests === 0 && inputTokens + outputTokens === 0 ? (
        <NoUsage gatewayKey={gatewayKey} days={days} now={now} />
      ) : (
        <>
          <dl class="totals">
            <Total name="Requests">{formatCount(requests)}</Total>
            <Total name="Input tokens">{formatCount(inputTokens)}</Total>
            <Total name="Output tokens">{formatCount(outputTokens)}</Total>
            <Total name="Estimated cost">{formatExactUsd(costUsd)}</Total>
          </dl>
          <div class="usage">
            <Charts usage={usage} />
            <div>
              <Models usage={usage} />
              <details class="card">
                <summary>Figures of each day (UTC)</summary>
                <DayTable usage={usage} />
              </details>
            </div>
          </div>
        </>
      )}
    </>
  );
}

function Periods({ keyId, days }: { keyId: string; days: number }) {
  return (
    <nav class="tabs" aria-label="Period">
      {PERIODS.toSorted((a, b) => a - b).map((period) => (
        <a href={`${paths.usage(keyId)}?days=${period}`} aria-current={period === days ? "page" : undefined}>
          {period} days
        </a>
      ))}
    </nav>
  );
}

function NoUsage({ gatewayKey: { lastUsedAt }, days, now }: { gatewayKey: Key; days: number; now: number }) {
  return (
    <section class="card" aria-label="Usage">
      <p class="empty">
        {lastUsedAt === null ? (
          <>
            This key has never been used. Programs send its value in the header <code>Authorization: Bearer</code>.
          </>
        ) : (
          <>
            No requests in the last {days} days. The last one was <RelativeTime time={lastUsedAt} now={now} />.
          </>
        )}
      </p>
    </section>
  );
}

function Total({ name, children }: { name: string; children: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Charts({ usage: { daily } }: { usage: KeyUsage }) {
  return (
    <section class="card" aria-label="Charts">
      <UsageChart
        title="Requests"
        bars={daily.map(({ date, requests }) => ({ date, values: [requests] }))}
        whole
        format={formatCount}
        formatTick={formatRough}
      />
      <UsageChart
        title="Tokens"
        series={["input", "output"]}
        bars={daily.map(({ date, inputTokens, outputTokens }) => ({ date, values: [inputTokens, outputTokens] }))}
        whole
        format={formatCount}
        formatTick={formatRough}
      />
      <UsageChart
        title="Estimated cost"
        bars={daily.map(({ date, costUsd }) => ({ date, values: [costUsd] }))}
        format={formatExactUsd}
        formatTick={formatStepUsd}
      />
    </section>
  );
}

/** The usage by model, and what remains of the total. */
function Models({ usage }: { usage: KeyUsage }) {
  const rest = restOf(usage);
  const highest = Math.max(...usage.models.map(({ costUsd }) => costUsd), rest.costUsd);
  return (
    <section class="card" aria-labelledby="models-title">
      <h2 id="models-title">By model</h2>
      <ul class="models">
        {usage.models.map((of) => (
          <Model name={of.model === "" ? "No model in the request" : of.model} of={of} highest={highest} />
        ))}
        {rest.requests > 0 || rest.inputTokens > 0 ? (
          <Model name="Other requests" of={rest} highest={highest} explanation={OTHER} />
        ) : null}
      </ul>
    </section>
  );
}

const OTHER =
  "Requests without tokens, such as lists of models and errors, requests before the gateway recorded models, and models with a lower cost.";

interface ModelProps {
  readonly name: string;
  readonly of: DetailedUsage;
  /** The cost of the model with the longest line. */
  readonly highest: number;
  readonly explanation?: string;
}

function Model({ name, of, highest, explanation }: ModelProps) {
  const share = highest > 0 ? of.costUsd / highest : 0;
  return (
    <li>
      <div class="model">
        <strong>{name}</strong>
        <span class="number">{formatExactUsd(of.costUsd)}</span>
      </div>
      <svg class="share" width="100%" height="6" aria-hidden="true">
        <rect class="track" width="100%" height="6" rx="3" />
        <rect class="series-0" width={`${Math.round(share * 1000) / 10}%`} height="6" rx="3" />
      </svg>
      <p class="muted">
        {formatCount(of.requests)} {of.requests === 1 ? "request" : "requests"} · {formatRough(of.inputTokens)} in ·{" "}
        {formatRough(of.outputTokens)} out
      </p>
      {explanation ? <p class="muted">{explanation}</p> : null}
    </li>
  );
}

/** Returns the usage that belongs to none of the models. A sum of costs can differ from the total by rounding. */
function restOf({ models, ...total }: KeyUsage): DetailedUsage {
  const rest = (field: keyof DetailedUsage) =>
    total[field] - models.reduce((sum: number, model: ModelUsage) => sum + model[field], 0);
  const costUsd = rest("costUsd");
  return {
    requests: Math.max(0, rest("requests")),
    costUsd: costUsd < 1e-9 ? 0 : costUsd,
    inputTokens: rest("inputTokens"),
    outputTokens: rest("outputTokens"),
  };
}

function DayTable({ usage: { daily } }: { usage: KeyUsage }) {
  return (
    <table class="days">
      <caption class="visually-hidden">Requests, tokens and estimated cost per day, newest first</caption>
      <thead>
        <tr>
          <th scope="col">Day</th>
          <th scope="col" class="number">
            Requests
          </th>
          <th scope="col" class="number">
            Input
          </th>
          <th scope="col" class="number">
            Output
          </th>
          <th scope="col" class="number">
            Cost
          </th>
        </tr>
      </thead>
      <tbody>
        {daily.toReversed().map((day) => (
          <tr>
            <th scope="row" class="day">
              <time datetime={day.date}>{formatDay(day.date)}</time>
            </th>
            <td class="number">{formatCount(day.requests)}</td>
            <td class="number" title={`${formatCount(day.inputTokens)} tokens`}>
              {formatRough(day.inputTokens)}
            </td>
            <td class="number" title={`${formatCount(day.outputTokens)} tokens`}>
              {formatRough(day.outputTokens)}
            </td>
            <td class="number">{formatExactUsd(day.costUsd)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
