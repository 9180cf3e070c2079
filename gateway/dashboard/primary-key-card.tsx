import type { Key } from "../store/keys";
import { Confirmation, DialogButton } from "./dialog";
import { Copyable, formatDate, LastUse, MaskedKey, Scopes } from "./format";
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
    <section id="primary" class="card" aria-labelledby="primary-title">
      <div class="heading">
        <div>
          <h2 id="primary-title">Primary sandbox key</h2>
          <p class="muted">The built-in key of this workspace for its sandbox and the desktop app.</p>
        </div>
        <div class="actions">
          <a class="button" href={paths.usage(primary.id)}>
            View usage
          </a>
          <DialogButton dialog="rotate" disabled={!isAdmin}>
            Rotate key
          </DialogButton>
        </div>
      </div>
      <div class="value">
        {value === undefined ? (
          <>
            <MaskedKey {...primary} />
            {/* The script copies the value that the response to this button shows. */}
            <button type="submit" form="reveal" disabled={!isAdmin} data-copy-revealed>
              Copy
            </button>
            <form id="reveal" method="post" action={paths.revealPrimary + query}>
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
            <button type="button" data-copy="primary-value">
              Copy
            </button>
            <a class="button" href={paths.keys + query}>
              Hide
            </a>
          </>
        )}
      </div>
      {isAdmin ? null : <p class="muted">Revealing and rotating this key requires the admin role.</p>}
      <dl class="facts">
        <div>
          <dt>ID</dt>
          <dd>
            <Copyable id="primary-id">{primary.id}</Copyable>
          </dd>
        </div>
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
          <dd>
            <LastUse time={primary.lastUsedAt} now={now} />
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
