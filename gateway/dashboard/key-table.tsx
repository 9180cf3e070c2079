import type { Key } from "../store/keys";
import { Confirmation, DialogButton } from "./dialog";
import { formatCount, formatUsd, MaskedKey, RelativeTime } from "./format";
import { paths } from "./paths";

const COLUMNS = ["Name", "Key", "Created By", "30d Requests", "30d Cost", "Last Used", "Status"] as const;

interface KeyTableProps {
  readonly keys: readonly Key[];
  /** The query of the current view, to return to after an action. */
  readonly query: string;
  readonly now: number;
}

export function KeyTable({ keys, query, now }: KeyTableProps) {
  return (
    <>
      <table class="keys">
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <th scope="col" class={isNumeric(column) ? "number" : undefined}>
                {column}
              </th>
            ))}
            <th scope="col">
              <span class="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <KeyRow key={key.id} gatewayKey={key} now={now} />
          ))}
        </tbody>
      </table>
      {keys.filter(isActive).map((key) => (
        <Confirmation
          id={revokeDialogOf(key)}
          title={
            <>
              Revoke <bdi>{key.name}</bdi>?
            </>
          }
          focusAfterClose={moreButtonOf(key)}
          action={paths.revoke(key.id) + query}
          confirm="Revoke key"
        >
          <p>
            The gateway will reject the next request of every program that uses <MaskedKey {...key} />. A revoked key
            cannot be restored.
          </p>
        </Confirmation>
      ))}
    </>
  );
}

function KeyRow({ gatewayKey, now }: { gatewayKey: Key; now: number }) {
  const { id, name, createdBy, usage30d, lastUsedAt } = gatewayKey;
  return (
    <tr class={isActive(gatewayKey) ? undefined : "revoked"}>
      <th scope="row" data-column="Name" class="name">
        <bdi>{name}</bdi>
      </th>
      <td data-column="Key">
        <MaskedKey {...gatewayKey} />
      </td>
      <td data-column="Created By">{createdBy.name}</td>
      <td data-column="30d Requests" class="number">
        {formatCount(usage30d.requests)}
      </td>
      <td data-column="30d Cost" class="number">
        {formatUsd(usage30d.costUsd)}
      </td>
      <td data-column="Last Used">{lastUsedAt ? <RelativeTime time={lastUsedAt} now={now} /> : "Never"}</td>
      <td data-column="Status">
        {isActive(gatewayKey) ? <span class="badge good">Active</span> : <span class="badge">Revoked</span>}
      </td>
      <td class="actions">
        <button
          type="button"
          id={moreButtonOf(gatewayKey)}
          class="quiet"
          popovertarget={`menu-${id}`}
          aria-label={`More for ${name}`}
        >
          ⋯
        </button>
        <div id={`menu-${id}`} popover="auto" class="menu">
          <a class="menu-item" href={paths.usage(id)}>
            View usage
          </a>
          {isActive(gatewayKey) ? (
            <DialogButton dialog={revokeDialogOf(gatewayKey)} variant="menu-item danger">
              Revoke key
            </DialogButton>
          ) : null}
        </div>
      </td>
    </tr>
  );
}

function isActive({ status }: Key): boolean {
  return status === "active";
}

function isNumeric(column: string): boolean {
  return column.startsWith("30d");
}

function moreButtonOf({ id }: Key): string {
  return `more-${id}`;
}

function revokeDialogOf({ id }: Key): string {
  return `revoke-${id}`;
}
