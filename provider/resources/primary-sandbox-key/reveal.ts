import { causeText, DenchError, hasCode, NotInitializedError } from "../../errors";
import type { Context } from "../../session/context";
import { shown } from "../../values/shown";
import { ID, type PrimarySandboxKeyInputs, type PrimarySandboxKeyState } from "./fields";

/** Returns the key value, or undefined if `reveal` is `false`. The workspace records each request for the value. */
export async function reveal(
  { client, keys }: Context,
  { reveal }: Pick<PrimarySandboxKeyInputs, "reveal">,
): Promise<string | undefined> {
  if (reveal === false) return undefined;
  const [{ keyId, value }, known] = [await client.revealPrimary(), await keys.primary()];
  if (keyId === known.id) return value;
  throw new DenchError(
    "unexpected_response",
    "Could not reveal the primary sandbox key: it was rotated at the same time. Run again.",
  );
}

/** Reveals the value of a key that may just have been rotated. An error contains the state, so that the rotation is not lost. */
export async function revealForState(context: Context, next: PrimarySandboxKeyState): Promise<string | undefined> {
  try {
    return await reveal(context, next);
  } catch (error) {
    const own = hasCode(error, "unauthorized")
      ? ` If this provider authenticates with the rotated key, its token is no longer valid: reveal the new value at Settings → API Keys and set it in ${context.client.tokenSource}.`
      : "";
    throw new NotInitializedError(
      ID,
      next,
      `The primary sandbox key is ${shown(next.keyId)} now, but its value could not be revealed. The next update tries again.${own} ${causeText(error)}`,
    );
  }
}
