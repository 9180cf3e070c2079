import type { ActivityEntry } from "../store/activity";
import { ExactTime, MaskedKey } from "./format";
import { addressOf } from "./key-view";
import { paths } from "./paths";

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
        {entries.length > 0 ? (
          <ActivityTable entries={entries} />
        ) : (
          <p class="empty">No activity yet. Create a key to see it here.</p>
        )}
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
    <table class="list activity">
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
            <td class="time">
              <ExactTime time={entry.at} />
            </td>
            <td class="actor">{entry.actorName}</td>
            <td class="action">
              <span class={`badge ${entry.action}`}>{entry.action}</span>
            </td>
            <td class="name">
              <a href={paths.usage(entry.keyId)}>
                <bdi>{entry.keyName}</bdi>
              </a>
            </td>
            <td class="value-cell">
              <MaskedKey {...entry} />
            </td>
            <td class="via">{entry.via === "api" ? "API" : <a href={placeOf(entry)}>Dashboard</a>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Returns the address of the dashboard that shows the key of an entry. */
function placeOf({ keyKind, keyId }: ActivityEntry): string {
  return keyKind === "primary" ? paths.keys : addressOf({ text: keyId, status: "all" });
}
