import type { Key } from "../store/keys";
import { Copyable, Scopes } from "./format";

interface CreatedKeyPageProps {
  readonly created: Key;
  readonly value: string;
  /** The address of the list of keys. */
  readonly done: string;
}

/** Shows a new key value, for the only time. Reads nothing from the database, since a failure would lose the value. */
export function CreatedKeyPage({ created: { id, name, scopes }, value, done }: CreatedKeyPageProps) {
  return (
    <section class="card created" aria-labelledby="created-title">
      <h1 id="created-title">
        Key created: <bdi>{name}</bdi>
      </h1>
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
      <dl class="facts">
        <div>
          <dt>ID</dt>
          <dd>
            <Copyable id="created-id">{id}</Copyable>
          </dd>
        </div>
        <div>
          <dt>Scopes</dt>
          <dd>
            <Scopes scopes={scopes} />
          </dd>
        </div>
      </dl>
      <div class="buttons">
        <a class="button" href={done}>
          Done
        </a>
      </div>
    </section>
  );
}
