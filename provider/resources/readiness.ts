import { NotInitializedError } from "../errors";
import type { Context, Fields } from "../session/context";
import type { Problem } from "../values/problems";

/** Returns a problem if `waitUntilReady` is set without `gatewayUrl`: a new key is never sent to a guessed host. */
export function readinessProblems({ gatewayUrl }: Context, inputs: Fields): Problem[] {
  if (inputs["waitUntilReady"] !== true || gatewayUrl !== undefined) return [];
  const message = "requires the provider option gatewayUrl (DENCH_GATEWAY_URL), the address where the key is tested";
  return [{ path: "waitUntilReady", message }];
}

type Waiting = Fields & { readonly key?: string | undefined; readonly waitUntilReady?: boolean | undefined };

/**
 * Waits until the data plane accepts the key value, if the program sets `waitUntilReady`. Throws `not_initialized` with the
 * state if it does not.
 */
export async function requireReadiness(
  { awaitReadiness, gatewayUrl, limitSeconds }: Context,
  id: string,
  state: Waiting,
  action: "created" | "rotated",
): Promise<void> {
  const { key, waitUntilReady } = state;
  if (!waitUntilReady || key === undefined || gatewayUrl === undefined) return;
  const reason = await awaitReadiness({ gatewayUrl, key, limitSeconds });
  if (reason === undefined) return;
  throw new NotInitializedError(
    id,
    state,
    `The key was ${action} and is kept in the state, but the data plane does not accept its value yet: ${reason}. Run pulumi up again: it continues with the same key.`,
  );
}
