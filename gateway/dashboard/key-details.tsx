import type { Child } from "hono/jsx";
import { Copyable, ExactTime, Scopes } from "./format";
import { isPrevious, type ListedKey } from "./key-origin";
import { addressOf } from "./key-view";
import { paths } from "./paths";

const WITH = { Pulumi: "Pulumi", Dashboard: "the dashboard", API: "the API" } as const;

interface KeyDetailsProps {
  readonly listed: ListedKey;
  /** The ID of the element with the ID of the key. */
  readonly id: string;
}

/** What a row of the table shows when it is open. */
export function KeyDetails({ listed, id }: KeyDetailsProps) {
  const { key, createdWith, providerInstance, successor } = listed;
  return (
    <dl class="facts">
      <Fact name="ID">
        <Copyable id={id}>{key.id}</Copyable>
      </Fact>
      <Fact name="Created (UTC)">
        <ExactTime time={key.createdAt} /> by {key.createdBy.name}
        {createdWith && `, with ${WITH[createdWith]}`}
      </Fact>
      <Fact name="Scopes">
        <Scopes {...key} />
      </Fact>
      {key.lastUsedAt === null ? null : (
        <Fact name="Last used (UTC)">
          <ExactTime time={key.lastUsedAt} />
        </Fact>
      )}
      {key.revokedAt === null ? null : (
        <Fact name="Revoked (UTC)">
          <ExactTime time={key.revokedAt} />
        </Fact>
      )}
      {providerInstance === undefined ? null : (
        <Fact name="Provider ID in the stack state">
          <code>{providerInstance}</code>
        </Fact>
      )}
      {successor === undefined ? null : (
        <Fact name="Replaced by">
          <a href={addressOf({ text: successor.id, status: "all" })}>
            <code>{successor.id}</code>
          </a>{" "}
          (…{successor.last4})
          {isPrevious(listed) ? <span class="muted"> Pulumi revokes this key in a later update.</span> : null}
        </Fact>
      )}
      <Fact name="Usage">
        <a href={paths.usage(key.id)}>View usage</a>
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: Child }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
