import type { ActivityEntry } from "../activity";
import { Ago, MaskedKey } from "./format";

const DOORS = { api: "API", page: "This page" } as const;

interface ActivityPageProps {
  readonly entries: readonly ActivityEntry[];
  /** The `before` of the page that follows. */
  readonly next: number | undefined;
  readonly now: number;
}

export function ActivityPage({ entries, next, now }: ActivityPageProps) {
  return (
    <>
      <h1>Activity</h1>
      <p class="lead">Who created, revealed, rotated and revoked keys. Values are never recorded.</p>
      <section class="card" aria-label="Activity">
        {entries.length > 0 ? (
          <ActivityTable entries={entries} now={now} />
        ) : (
          <p class="empty">Nothing was done yet.</p>
        )}
        {next === undefined ? null : (
          <nav class="pages" aria-label="Pages">
            <a href={`/settings/activity?before=${next}`}>Older</a>
          </nav>
        )}
      </section>
    </>
  );
}

function ActivityTable({ entries, now }: { entries: readonly ActivityEntry[]; now: number }) {
  return (
    <table class="keys">
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Who</th>
          <th scope="col">What</th>
          <th scope="col">Name</th>
          <th scope="col">Key</th>
          <th scope="col">By</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr>
            <td data-column="When">
              <Ago time={entry.at} now={now} />
            </td>
            <td data-column="Who">{entry.actorName}</td>
            <td data-column="What">
              <span class={`badge ${entry.action}`}>{entry.action}</span>
            </td>
            <td data-column="Name" class="name">
              <a href={`/settings/api-keys/${entry.keyId}/usage`}>{entry.keyName}</a>
            </td>
            <td data-column="Key">
              <MaskedKey {...entry} />
            </td>
            <td data-column="By">{DOORS[entry.via]}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
