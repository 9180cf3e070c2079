import { idIn, type Key, type KeyOrder } from "../store/keys";
import { Confirmation, DialogButton } from "./dialog";
import { formatCount, formatUsd, LastUse, MaskedKey } from "./format";
import { KeyDetails } from "./key-details";
import { isPrevious, type ListedKey } from "./key-origin";
import { addressOf, type KeyView, queryOf, SORTS, type SortName } from "./key-view";
import { paths } from "./paths";

interface Column {
  readonly name: string;
  readonly numeric?: boolean;
  /** The orders that the heading leads to: the usual one, and the reverse. */
  readonly sorts?: readonly [SortName, SortName];
}

const COLUMNS: readonly Column[] = [
  { name: "Name", sorts: ["name", "name-reversed"] },
  { name: "Key" },
  { name: "Created By" },
  { name: "30d Requests", numeric: true, sorts: ["requests", "fewest-requests"] },
  { name: "30d Cost", numeric: true, sorts: ["cost", "lowest-cost"] },
  { name: "Last Used", sorts: ["used", "unused"] },
  { name: "Status" },
];

interface KeyTableProps {
  readonly keys: readonly ListedKey[];
  readonly view: KeyView;
  readonly now: number;
}

export function KeyTable({ keys, view, now }: KeyTableProps) {
  // A search for an ID shows the key that it names.
  const opened = keys.length === 1 && idIn(view.text) !== undefined ? keys[0] : undefined;
  return (
    <>
      <table class="list keys">
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <Heading column={column} view={view} />
            ))}
            <th scope="col">
              <span class="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map((listed, index) => (
            <>
              <KeyRow listed={listed} ids={idsOf(index)} isOpen={listed === opened} now={now} />
              <tr class="more">
                <td colspan={COLUMNS.length + 1}>
                  <KeyDetails listed={listed} id={idsOf(index).id} />
                </td>
              </tr>
            </>
          ))}
        </tbody>
      </table>
      {keys.map((listed, index) =>
        isActive(listed.key) ? (
          <RevokeDialog listed={listed} ids={idsOf(index)} query={queryOf(view)} now={now} />
        ) : null,
      )}
    </>
  );
}

const DIRECTIONS = { true: "descending", false: "ascending" } as const;

function Heading({ column: { name, numeric, sorts }, view }: { column: Column; view: KeyView }) {
  const { orderBy, descending } = SORTS[view.sort];
  const isSorted = sorts !== undefined && orderBy === orderOf(sorts);
  return (
    <th
      scope="col"
      class={numeric ? "number" : undefined}
      aria-sort={isSorted ? DIRECTIONS[`${descending}`] : undefined}
    >
      {sorts === undefined ? (
        name
      ) : (
        <a href={addressOf({ ...view, sort: view.sort === sorts[0] ? sorts[1] : sorts[0], page: 1 })}>{name}</a>
      )}
    </th>
  );
}

function orderOf([usual]: readonly [SortName, SortName]): KeyOrder {
  return SORTS[usual].orderBy;
}

/** The IDs of the elements of a row. They are numbered, since the IDs of keys would make a page a tenth larger. */
interface RowIds {
  readonly name: string;
  readonly more: string;
  readonly menu: string;
  readonly revoke: string;
  readonly id: string;
}

function idsOf(row: number): RowIds {
  return { name: `name-${row}`, more: `more-${row}`, menu: `menu-${row}`, revoke: `revoke-${row}`, id: `id-${row}` };
}

interface KeyRowProps {
  readonly listed: ListedKey;
  readonly ids: RowIds;
  readonly isOpen: boolean;
  readonly now: number;
}

function KeyRow({ listed, ids, isOpen, now }: KeyRowProps) {
  const { key } = listed;
  const { id, name, createdBy, usage30d, lastUsedAt } = key;
  return (
    <tr class={isActive(key) ? "key" : "key revoked"}>
      <th scope="row" class="name" aria-labelledby={ids.name}>
        <details open={isOpen}>
          <summary>
            <bdi id={ids.name}>{name}</bdi>
          </summary>
        </details>
      </th>
      <td class="value-cell">
        <MaskedKey {...key} />
      </td>
      <td class="creator">{createdBy.name}</td>
      <td class="number requests">{formatCount(usage30d.requests)}</td>
      <td class="number cost">{formatUsd(usage30d.costUsd)}</td>
      <td class="used">
        <LastUse time={lastUsedAt} now={now} />
      </td>
      <td class="status">
        <Status listed={listed} />
      </td>
      <td class="actions">
        <button
          type="button"
          id={ids.more}
          class="quiet"
          popovertarget={ids.menu}
          aria-label="More for"
          aria-labelledby={`${ids.more} ${ids.name}`}
        >
          ⋯
        </button>
        <div id={ids.menu} popover="auto" class="menu">
          <a class="menu-item" href={paths.usage(id)}>
            View usage
          </a>
          {isActive(key) ? (
            <DialogButton dialog={ids.revoke} variant="menu-item danger">
              Revoke key
            </DialogButton>
          ) : null}
        </div>
      </td>
    </tr>
  );
}

function Status({ listed }: { listed: ListedKey }) {
  if (!isActive(listed.key)) return <span class="badge">Revoked</span>;
  if (!isPrevious(listed)) return <span class="badge good">Active</span>;
  return (
    <>
      <span class="badge good">Active</span> <span class="badge">Previous</span>
    </>
  );
}

interface RevokeDialogProps {
  readonly listed: ListedKey;
  readonly ids: RowIds;
  readonly query: string;
  readonly now: number;
}

function RevokeDialog({ listed, ids, query, now }: RevokeDialogProps) {
  const { key, createdWith } = listed;
  const { requests } = key.usage30d;
  return (
    <Confirmation
      id={ids.revoke}
      title={
        <>
          Revoke <bdi>{key.name}</bdi>?
        </>
      }
      focusAfterClose={ids.more}
      action={paths.revoke(key.id) + query}
      confirm="Revoke key"
    >
      <p>
        The gateway will reject the next request of every program that uses <MaskedKey {...key} />. A revoked key cannot
        be restored.
      </p>
      <dl class="facts">
        <div>
          <dt>Last used</dt>
          <dd>
            <LastUse time={key.lastUsedAt} now={now} />
          </dd>
        </div>
        <div>
          <dt>Requests in 30 days</dt>
          <dd>{formatCount(requests)}</dd>
        </div>
      </dl>
      {createdWith === "Pulumi" ? (
        <p class="hint">Pulumi created this key. If it is in a program, the next update creates a new one.</p>
      ) : null}
    </Confirmation>
  );
}

function isActive({ status }: Key): boolean {
  return status === "active";
}
