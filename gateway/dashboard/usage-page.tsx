import type { Key } from "../store/keys";
import type { KeyUsage } from "../store/usage";
import { formatCount, formatDay, formatRough, formatUsd, MaskedKey } from "./format";
import { paths } from "./paths";
import { UsageChart } from "./usage-chart";

export function UsagePage({ gatewayKey, usage }: { gatewayKey: Key; usage: KeyUsage }) {
  const { days, requests, costUsd, inputTokens, outputTokens, daily } = usage;
  return (
    <>
      <p>
        <a href={paths.keys}>← API Keys</a>
      </p>
      <h1>Usage of {gatewayKey.name}</h1>
      <p class="lead">
        Requests and estimated cost of <MaskedKey {...gatewayKey} /> in the last {days} days (UTC).
      </p>
      <dl class="totals">
        <div>
          <dt>Requests</dt>
          <dd>{formatCount(requests)}</dd>
        </div>
        <div>
          <dt>Input tokens</dt>
          <dd>{formatCount(inputTokens)}</dd>
        </div>
        <div>
          <dt>Output tokens</dt>
          <dd>{formatCount(outputTokens)}</dd>
        </div>
        <div>
          <dt>Estimated cost</dt>
          <dd>{formatUsd(costUsd)}</dd>
        </div>
      </dl>
      <div class="usage">
        <div class="charts card">
          <UsageChart
            title="Requests"
            bars={daily.map(({ date, requests: value }) => ({ date, value }))}
            least={2}
            format={formatCount}
          />
          <UsageChart
            title="Estimated cost"
            bars={daily.map(({ date, costUsd: value }) => ({ date, value }))}
            format={formatUsd}
          />
        </div>
        <div class="card">
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
                  <td class="number">{formatUsd(day.costUsd)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
    </>
  );
}
