import {
  CheckFailure,
  CheckResponse,
  DiffResponse,
  ListResponse,
  PropertyDiff,
} from "@pulumi/pulumi/proto/provider_pb";
import type { Checked, ListedPage } from "../../resources/handler";
import { type Difference, propertiesOf } from "../../values/differences";
import { checkFailures } from "../check-failures";
import { isSecretAt, type Wire } from "../wire";
import { encode } from "./struct";

/** Returns the response to a check. The properties in `secrets` are marked as secrets, and so are the secrets in `given`. */
export function checkResponse(
  { inputs, problems }: Checked,
  given: Wire,
  secrets: readonly string[] = [],
): CheckResponse {
  const failures = checkFailures(problems, inputs, (keys) => isSecretAt(given, keys));
  return new CheckResponse()
    .setInputs(encode(inputs, secrets, given))
    .setFailuresList(
      failures.map(({ property, reason }) => new CheckFailure().setProperty(property).setReason(reason)),
    );
}

const { Kind } = PropertyDiff;
const KINDS = {
  add: { update: Kind.ADD, replace: Kind.ADD_REPLACE },
  delete: { update: Kind.DELETE, replace: Kind.DELETE_REPLACE },
  update: { update: Kind.UPDATE, replace: Kind.UPDATE_REPLACE },
} as const;

export function diffResponse(differences: readonly Difference[]): DiffResponse {
  const response = changesResponse(differences.length > 0)
    // The engine expects top-level properties here. Only the detailed diff has paths.
    .setDiffsList(propertiesOf(differences))
    .setReplacesList(propertiesOf(differences.filter(({ replace }) => replace)))
    .setHasdetaileddiff(true);
  for (const { path, kind, replace } of differences) {
    response.getDetaileddiffMap().set(path, new PropertyDiff().setKind(KINDS[kind][replace ? "replace" : "update"]));
  }
  return response;
}

/** Returns the response to a diff without details. */
export function changesResponse(differs: boolean): DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = DiffResponse.DiffChanges;
  return new DiffResponse().setChanges(differs ? DIFF_SOME : DIFF_NONE);
}

/** Returns the parts of the response to a list: the resources of the page, then the token of the next page. */
export function listResponses({ items, next = "" }: ListedPage): ListResponse[] {
  const results = items.map(({ id, name }) => new ListResponse.Result().setId(id).setName(name));
  const continuation = new ListResponse.Continuation().setContinuationToken(next);
  return [
    ...results.map((result) => new ListResponse().setResult(result)),
    new ListResponse().setContinuation(continuation),
  ];
}

/** Returns the response to a list whose query contains unknown values. */
export function unknownListResponses(): ListResponse[] {
  return [new ListResponse().setComputed(new ListResponse.Computed())];
}
