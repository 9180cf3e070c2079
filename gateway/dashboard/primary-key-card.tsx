import type { Key } from "../store/keys";
import { Confirmation, DialogButton } from "./dialog";
import { formatDate, MaskedKey, RelativeTime } from "./format";
import { paths } from "./paths";

interface PrimaryKeyCardProps {
  readonly primary: Key;
  /** The key value to show instead of the mask, if it was just revealed. */
  readonly value: string | undefined;
  readonly isAdmin: boolean;
  readonly requestId: string;
  /** The query of the current view, to return to after an action. */
  readonly query: string;
  readonly now: number;
}

/** The card of the workspace's primary sandbox key. */
export function PrimaryKeyCard({ primary, value, isAdmin, requestId, query, now }: PrimaryKeyCardProps) {
  return (
    <section class="card" aria-labelledby="primary-title">
      <div class="heading">
        <div>
          <h2 id="primary-title">Primary sandbox key</h2>
          <p class="muted">
            The built-in key of this workspace for its sandbox and the desktop app. Rotate it to replace its value.
          </p>
        </div>
        <DialogButton dialog="rotate" disabled={!isAdmin}>
          Rotate key
        </DialogButton>
      </div>
      <div class="value">
        {value === undefined ? (
          <>
            <MaskedKey {...primary} />
            <form method="post" action={paths.revealPrimary + query}>
              <button type="submit" disabled={!isAdmin}>
                Reveal
              </button>
            </form>
          </>
        ) : (
          <>
            <code id="primary-value" data-value>
              {value}
            </code>
            <a class="button" href={paths.keys + query}>
              Hide
            </a>
          </>
        )}
        <button type="button" data-copy="primary-value" disabled={value === undefined}>
          Copy
        </button>
      </div>
      {isAdmin ? null : <p class="muted">Revealing and rotating this key requires the admin role.</p>}
      <dl class="facts">
        <div>
          <dt>Scopes</dt>
          <dd>
            <Scopes scopes={primary.scopes} />
          </dd>
        </div>
        <div>
          <dt>Created</dt>
          <dd>{formatDate(primary.createdAt)}</dd>
        </div>
        <div>
          <dt>Last used</dt>
          <dd>{primary.lastUsedAt ? <RelativeTime time={primary.lastUsedAt} now={now} /> : "Never"}</dd>
        </div>
        <div>
          <dt>Usage</dt>
          <dd>
            <a href={paths.usage(primary.id)}>View usage</a>
          </dd>
        </div>
      </dl>
      <Confirmation
        id="rotate"
        title="Rotate the primary sandbox key?"
        requestId={requestId}
        action={paths.rotatePrimary + query}
        confirm="Rotate key"
      >
        <p>
          The gateway creates a new key value, writes it to the sandbox, and revokes the current value immediately. The
          desktop app and other programs that use the current value need the new one.
        </p>
        <p>
          Requests can fail until the new value has propagated. If possible, rotate the key while few programs use it.
        </p>
      </Confirmation>
    </section>
  );
}

function Scopes({ scopes }: { scopes: readonly string[] }) {
  return (
    <ul class="scopes">
      {scopes.map((scope) => (
        <li>
          <code>{scope}</code>
        </li>
      ))}
    </ul>
  );
}
