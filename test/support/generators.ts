import type fc from "fast-check";

/** A generator for each field, optional ones too. A field without a generator does not compile. */
export type Generators<Fields> = { readonly [Field in keyof Fields]-?: fc.Arbitrary<NonNullable<Fields[Field]>> };
