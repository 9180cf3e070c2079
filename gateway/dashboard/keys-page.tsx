import type { Key, KeyCounts } from "../store/keys";
import { CreateKeyDialog, type CreateKeyDraft } from "./create-key";
import { DialogButton } from "./dialog";
import { KeyList } from "./key-list";
import type { ListedKey } from "./key-origin";
import { type KeyView, queryOf } from "./key-view";
import { PrimaryKeyCard } from "./primary-key-card";

/** The result of the last action, shown on the page once. */
export interface KeysPageExtras {
  readonly revealed?: string;
  readonly draft?: CreateKeyDraft;
}

interface KeysPageProps extends KeysPageExtras {
  readonly primary: Key;
  readonly keys: readonly ListedKey[];
  readonly counts: KeyCounts;
  readonly view: KeyView;
  readonly isAdmin: boolean;
  readonly requestId: string;
  readonly now: number;
}

export function KeysPage(props: KeysPageProps) {
  const { primary, keys, counts, view, isAdmin, requestId, now, revealed, draft } = props;
  const query = queryOf(view);
  return (
    <>
      <h1>API Keys</h1>
      <p class="lead">
        Programs send a key with each request to the gateway of this workspace. If every program has its own key, you
        can see its usage and revoke its access separately.
      </p>
      <PrimaryKeyCard
        primary={primary}
        value={revealed}
        isAdmin={isAdmin}
        requestId={requestId}
        query={query}
        now={now}
      />
      <section class="card" aria-labelledby="additional-title">
        <div class="heading">
          <div>
            <h2 id="additional-title">Additional Gateway Keys</h2>
            <p class="muted">Keys for your own programs, such as a deployment, a pipeline or a notebook.</p>
          </div>
          <DialogButton dialog="create-key" variant="primary">
            Create key
          </DialogButton>
        </div>
        <KeyList keys={keys} counts={counts} view={view} now={now} />
      </section>
      <Advice />
      <CreateKeyDialog requestId={requestId} draft={draft} />
    </>
  );
}

function Advice() {
  return (
    <section class="advice" aria-labelledby="advice-title">
      <h2 id="advice-title">Keep keys secret</h2>
      <ul>
        <li>
          Pass a key to a program when it starts, for example from a secret store. Do not write it into a file of a
          repository: it remains in the history.
        </li>
        <li>
          Do not reuse a key. If two programs share one, you cannot tell their requests apart or revoke one alone.
        </li>
        <li>If a key may have leaked, create a new one, switch the program to it, and revoke the old one.</li>
        <li>Revoke keys that no program uses. To find them, sort by Longest unused.</li>
      </ul>
    </section>
  );
}
