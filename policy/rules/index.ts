import type { ResourceRule, StackRule } from "../rule";
import { keyName } from "./key-name";
import { keyNameUnique } from "./key-name-unique";
import { keyOverlap } from "./key-overlap";
import { keyRotation } from "./key-rotation";
import { keyScopes } from "./key-scopes";
import { noPlainKeyInput } from "./no-plain-key-input";
import { noPlainKeyOutput } from "./no-plain-key-output";
import { primaryKeyProtected } from "./primary-key-protected";
import { providerWorkspace } from "./provider-workspace";

export const resourceRules: readonly ResourceRule[] = [
  keyName,
  keyNameUnique,
  keyScopes,
  keyRotation,
  keyOverlap,
  primaryKeyProtected,
  providerWorkspace,
  noPlainKeyInput,
];

export const stackRules: readonly StackRule[] = [noPlainKeyOutput];
