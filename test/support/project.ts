import { resolve } from "node:path";

/** The root of this project: where the built plugin stands. */
export const projectRoot = resolve(__dirname, "../..");
