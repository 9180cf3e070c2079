/**
 * The type `Source`, if `Target` has all of its fields, so that a copy by spread loses none. Otherwise, a text that names the lost
 * fields, so that the copy does not compile.
 */
export type Kept<Source, Target> = keyof Source extends keyof Target
  ? Source
  : `lost: ${Exclude<keyof Source, keyof Target> & string}`;
