import type { AssetName } from "./assets";

const SETTINGS = "/settings";
const KEYS = `${SETTINGS}/api-keys`;
const ASSETS = "/assets";

/** The paths of the dashboard. The path of a key is built from its ID or from a route parameter. */
export const paths = {
  home: "/",
  signIn: "/sign-in",
  signOut: "/sign-out",
  settings: SETTINGS,
  activity: `${SETTINGS}/activity`,
  keys: KEYS,
  revealPrimary: `${KEYS}/primary/reveal`,
  rotatePrimary: `${KEYS}/primary/rotate`,
  revoke: <Id extends string>(id: Id) => `${KEYS}/${id}/revoke` as const,
  usage: <Id extends string>(id: Id) => `${KEYS}/${id}/usage` as const,
  assets: ASSETS,
  asset: (name: AssetName) => `${ASSETS}/${name}`,
} as const;
