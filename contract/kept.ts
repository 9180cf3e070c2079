/**
 * `Source`, if `Target` has a field for each of its fields: then a copy by spread drops none. Else a text that names the dropped
 * fields, so that the copy does not compile.
 */
export type Kept<Source, Target> = keyof Source extends keyof Target
  ? Source
  : `dropped: ${Exclude<keyof Source, keyof Target> & string}`;
