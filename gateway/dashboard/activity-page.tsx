import type { ActivityEntry } from "../store/activity";
import { ExactTime, MaskedKey } from "./format";
import { paths } from "./paths";

const INTERFACES = { api: "API", page: "Dashboard" } as const;

interface ActivityPageProps {
  readonly entries: readonly ActivityEntry[];
  /** The `before` parameter of the next page, if there is one. */
  readonly next: number | undefined;
}

export function ActivityPage({ entries, next }: ActivityPageProps) {
  return (
    <>
      <h1>Activity</h1>
      <p class="lead">Who created, revealed, rotated and revoked keys. Key values are not recorded.</p>
      <section class="card" aria-label="Activity">
        {entries.length > 0 ? <ActivityTable entries={entries} /> : <p class="empty">No activity yet.</p>}
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
          <th scope="col">Time (UTC)</th>
          <th scope="col">Actor</th>
          <th scope="col">Action</th>
          <th scope="col">Name</th>
          <th scope="col">Key</th>
          <th scope="col">Via</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr>
            <td data-column="Time (UTC)">
              <ExactTime time={entry.at} />
            </td>
            <td data-column="Actor">{entry.actorName}</td>
            <td data-column="Action">
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
            <td data-column="Via">{INTERFACES[entry.via]}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
