// What changes between two states of an object, property by property.
import { isDeepStrictEqual } from 'node:util';
import type { EntityType, Structure, Value } from '../edm/index.js';

/** One property's change, in the texts of Graph's `auditProperty`: null where there is no value. */
export interface PropertyChange {
  readonly displayName: string;
  readonly oldValue: string | null;
  readonly newValue: string | null;
}

/** What stands in the audit for the value of a secret property. */
const masked = '****';

/** The server's own account of a change, which says nothing of its own. */
const bookkeeping: ReadonlySet<string> = new Set(['id', 'createdDateTime', 'lastModifiedDateTime', 'version']);

/** Whether any of the given values differs from the object's. */
export function differs(entity: Structure, values: Structure): boolean {
  return Object.keys(values).some((name) => !isDeepStrictEqual(entity[name], values[name]));
}

/**
 * The properties in which two states differ, in the model's order; `undefined` stands for a state in which the object
 * does not exist. Secret values are masked.
 */
export function changedProperties(
  type: EntityType,
  before: Structure | undefined,
  after: Structure | undefined,
): PropertyChange[] {
  const changes: PropertyChange[] = [];
  for (const { name, secret } of type.properties.values()) {
    const [old, now] = [before?.[name] ?? null, after?.[name] ?? null];
    if (bookkeeping.has(name) || isDeepStrictEqual(old, now)) continue;
    const text = (value: Value) => (secret && value !== null ? masked : auditText(value));
    changes.push({ displayName: name, oldValue: text(old), newValue: text(now) });
  }
  return changes;
}

function auditText(value: Value): string | null {
  return value === null || typeof value === 'string' ? value : JSON.stringify(value);
}
