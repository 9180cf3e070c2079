/**
 * `Source`, if `Target` has each of its fields, so that a copy by spread keeps them all. Otherwise a text that names the lost
 * fields: then the copy does not compile.
 */
export type Kept<Source, Target> = keyof Source extends keyof Target
  ? Source
  : `lost: ${Exclude<keyof Source, keyof Target> & string}`;
