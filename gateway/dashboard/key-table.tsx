import type { Key } from "../store/keys";
import { Confirmation, Opens } from "./dialog";
import { Ago, formatCount, formatUsd, MaskedKey } from "./format";
import { paths } from "./paths";

const COLUMNS = ["Name", "Key", "Created By", "30d Requests", "30d Cost", "Last Used", "Status"] as const;

interface KeyTableProps {
  readonly keys: readonly Key[];
  /** What is looked at, to come back to. */
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
          returnsTo={moreButtonOf(key)}
          action={paths.revoke(key.id) + query}
          confirm="Revoke key"
        >
          <p>
            The key <MaskedKey {...key} /> stops working at once, and for good. Programs that use it are refused from
            their next request on. This cannot be undone.
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
      <td data-column="Last Used">{lastUsedAt ? <Ago time={lastUsedAt} now={now} /> : "Never"}</td>
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
            <Opens dialog={revokeDialogOf(gatewayKey)} look="menu-item danger">
              Revoke key
            </Opens>
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
