import type { Key } from "../store/keys";
import { Confirmation, Opens } from "./dialog";
import { Ago, formatDate, MaskedKey } from "./format";
import { paths } from "./paths";

interface PrimaryKeyCardProps {
  readonly primary: Key;
  /** Shown in the place of the mask, when it was just revealed. */
  readonly value: string | undefined;
  readonly isAdmin: boolean;
  readonly requestId: string;
  /** What is looked at, to come back to. */
  readonly query: string;
  readonly now: number;
}

/** The card of the workspace's built-in key. */
export function PrimaryKeyCard({ primary, value, isAdmin, requestId, query, now }: PrimaryKeyCardProps) {
  return (
    <section class="card" aria-labelledby="primary-title">
      <div class="heading">
        <div>
          <h2 id="primary-title">Primary sandbox key</h2>
          <p class="muted">
            Created with the workspace, and used by the cloud sandbox and the Dench desktop app. It can be revealed and
            rotated, but not deleted.
          </p>
        </div>
        <Opens dialog="rotate" disabled={!isAdmin}>
          Rotate key
        </Opens>
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
        <button type="button" data-copies="primary-value" disabled={value === undefined}>
          Copy
        </button>
      </div>
      {isAdmin ? null : <p class="muted">Only workspace admins can reveal or rotate this key.</p>}
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
          <dd>{primary.lastUsedAt ? <Ago time={primary.lastUsedAt} now={now} /> : "Never"}</dd>
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
          A new key is issued, the sandbox's secrets are updated, and the old key is revoked at once. Whatever else uses
          the old value is refused until it has the new one: the desktop app, and programs that were given it.
        </p>
        <p>Access to the gateway is interrupted briefly while the new key spreads. Choose a time of low traffic.</p>
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
