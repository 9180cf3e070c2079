import { DEFAULT_SCOPES } from "../management/rules";
import { CloseButton, Dialog } from "./dialog";
import { paths } from "./paths";

/** The submitted values of a form that has problems. */
export interface CreateKeyDraft {
  readonly name: string;
  readonly scopes: string;
  readonly problems: readonly string[];
}

interface CreateKeyDialogProps {
  /** Makes the form idempotent: submitting it twice creates one key. */
  readonly requestId: string;
  /** The rejected form to correct, if any. */
  readonly draft: CreateKeyDraft | undefined;
}

export function CreateKeyDialog({ requestId, draft }: CreateKeyDialogProps) {
  const problems = draft?.problems ?? [];
  return (
    <Dialog id="create-key" title="Create gateway key" open={draft !== undefined}>
      <form method="post" action={paths.keys} class="stack">
        <input type="hidden" name="requestId" value={requestId} />
        {problems.length > 0 ? (
          <ul id="create-problems" class="problem" role="alert">
            {problems.map((problem) => (
              <li>{problem}</li>
            ))}
          </ul>
        ) : null}
        <label for="name">Name</label>
        <input
          id="name"
          name="name"
          value={draft?.name}
          placeholder="For example: nightly-build"
          autocomplete="off"
          maxlength={200}
          aria-invalid={problems.length > 0 ? "true" : undefined}
          aria-describedby={problems.length > 0 ? "create-problems" : undefined}
          required
          autofocus
        />
        <label for="scopes">
          Scopes <span class="muted">(optional)</span>
        </label>
        <input
          id="scopes"
          name="scopes"
          value={draft?.scopes}
          placeholder={DEFAULT_SCOPES.join(" ")}
          autocomplete="off"
          spellcheck={false}
          aria-describedby="scopes-help"
        />
        <p id="scopes-help" class="muted">
          Separate scopes with spaces. Defaults to {DEFAULT_SCOPES.join(" and ")}.
        </p>
        <div class="buttons">
          <CloseButton dialog="create-key" />
          <button type="submit" class="primary">
            Create key
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** Shows a new key value, for the only time. */
export function CreatedKeyDialog({ name, value, done }: { name: string; value: string; done: string }) {
  return (
    <Dialog id="created-key" title={`Key created: ${name}`} open persistent>
      <p>Save this key value now. The gateway does not show it again.</p>
      <div class="value">
        <code id="created-value" data-value>
          {value}
        </code>
        <button type="button" class="primary" data-copy="created-value">
          Copy
        </button>
      </div>
      <p>As an environment variable:</p>
      <div class="value">
        <code id="created-export" data-value>
          export DENCH_GATEWAY_KEY={value}
        </code>
        <button type="button" data-copy="created-export">
          Copy
        </button>
      </div>
      <div class="buttons">
        <a class="button" href={done}>
          Done
        </a>
      </div>
    </Dialog>
  );
}
