import { NotInitializedError } from "../errors";
import type { Context, Fields } from "../session/context";
import type { Problem } from "../values/problems";

/** A new key is not tried on a guessed host. */
export function readinessProblems({ gatewayUrl }: Context, inputs: Fields): Problem[] {
  if (inputs["waitUntilReady"] !== true || gatewayUrl !== undefined) return [];
  const message = "needs the provider's gatewayUrl (DENCH_GATEWAY_URL): where to try the key";
  return [{ path: "waitUntilReady", message }];
}

type Waiting = Fields & { readonly key?: string | undefined; readonly waitUntilReady?: boolean | undefined };

/** Waits, where the program wants it, until the data plane takes the value. The state stands, whether it does or not. */
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
    `The key was ${action} and is kept in the state, but the data plane does not take its value yet: ${reason}. Run up again: it goes on with the same key.`,
  );
}
