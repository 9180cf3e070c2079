import type { ActivityEntry } from "../store/activity";
import { MaskedKey, Moment } from "./format";
import { paths } from "./paths";

const DOORS = { api: "API", page: "This page" } as const;

interface ActivityPageProps {
  readonly entries: readonly ActivityEntry[];
  /** The `before` of the page that follows. */
  readonly next: number | undefined;
}

export function ActivityPage({ entries, next }: ActivityPageProps) {
  return (
    <>
      <h1>Activity</h1>
      <p class="lead">Who created, revealed, rotated and revoked keys. Values are never recorded.</p>
      <section class="card" aria-label="Activity">
        {entries.length > 0 ? <ActivityTable entries={entries} /> : <p class="empty">Nothing was done yet.</p>}
        {next === undefined ? null : (
          <nav class="pages" aria-label="Pages">
            <a href={`${paths.activity}?before=${next}`}>Older</a>
          </nav>
        )}
      </section>
    </>
  );
}

function ActivityTable({ entries }: { entries: readonly ActivityEntry[] }) {
  return (
    <table class="keys">
      <thead>
        <tr>
          <th scope="col">When, in UTC</th>
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
              <Moment time={entry.at} />
            </td>
            <td data-column="Who">{entry.actorName}</td>
            <td data-column="What">
              <span class={`badge ${entry.action}`}>{entry.action}</span>
            </td>
            <td data-column="Name" class="name">
              <a href={paths.usage(entry.keyId)}>
                <bdi>{entry.keyName}</bdi>
              </a>
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
