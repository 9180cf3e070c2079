import { DEFAULT_SCOPES } from "../management/rules";
import { CloseButton, Dialog } from "./dialog";
import { paths } from "./paths";

/** The scopes that the data plane checks, with what they permit. */
const KNOWN_SCOPES: Readonly<Record<(typeof DEFAULT_SCOPES)[number], string>> = {
  "models:read": "List models",
  "chat:completions": "Create chats and responses",
};

/** The submitted values of a form that has problems. */
export interface CreateKeyDraft {
  readonly name: string;
  readonly scopes: readonly string[];
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
  const scopes: readonly string[] = draft?.scopes ?? DEFAULT_SCOPES;
  return (
    <Dialog id="create-key" title="Create gateway key" open={draft !== undefined}>
      <form method="post" action={paths.keys} class="stack">
        <input type="hidden" name="requestId" value={requestId} />
        {problems.length > 0 ? (
          <div id="create-problems" class="problem" role="alert">
            <ul>
              {problems.map((problem) => (
                <li>{problem}</li>
              ))}
            </ul>
          </div>
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
        <fieldset>
          <legend>Scopes</legend>
          {Object.entries(KNOWN_SCOPES).map(([scope, meaning]) => (
            <label class="choice">
              <input type="checkbox" name="scopes" value={scope} checked={scopes.includes(scope)} />
              <span>
                {meaning} <code>{scope}</code>
              </span>
            </label>
          ))}
        </fieldset>
        <label for="other-scopes">
          Other scopes <span class="muted">(optional)</span>
        </label>
        <input
          id="other-scopes"
          name="scopes"
          value={scopes.filter((scope) => !Object.hasOwn(KNOWN_SCOPES, scope)).join(" ")}
          placeholder="Separated by spaces"
          autocomplete="off"
          spellcheck={false}
        />
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
