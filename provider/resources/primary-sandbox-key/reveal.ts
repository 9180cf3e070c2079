import { causeText, DenchError, hasCode, NotInitializedError } from "../../errors";
import type { Context } from "../../session/context";
import { shown } from "../../values/shown";
import { ID, type PrimarySandboxKeyInputs, type PrimarySandboxKeyState } from "./fields";

/** Returns the value, where the program wants it. The workspace records each request for it. */
export async function reveal(
  { client, keys }: Context,
  { reveal }: Pick<PrimarySandboxKeyInputs, "reveal">,
): Promise<string | undefined> {
  if (reveal === false) return undefined;
  const [{ keyId, value }, known] = [await client.revealPrimary(), await keys.primary()];
  if (keyId === known.id) return value;
  throw new DenchError("unexpected_response", "The primary sandbox key was rotated in this very moment. Run again.");
}

/** Like `reveal`, for a key that may just have been rotated: the failure has the state, so that the rotation is not lost. */
export async function revealAfter(context: Context, next: PrimarySandboxKeyState): Promise<string | undefined> {
  try {
    return await reveal(context, next);
  } catch (error) {
    const own = hasCode(error, "unauthorized")
      ? ` If this provider was logged in with the very key that was rotated, its token has died with it: reveal the new value at Settings → API Keys and put it where the token came from, ${context.client.tokenSource}.`
      : "";
    throw new NotInitializedError(
      ID,
      next,
      `The primary sandbox key is ${shown(next.keyId)} now, but its value could not be revealed; the next update tries again.${own} ${causeText(error)}`,
    );
  }
}
