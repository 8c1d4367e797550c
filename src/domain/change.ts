// What changes between two states of an object, property by property.
import { isDeepStrictEqual } from 'node:util';
import type { EntityType, Property, Structure, StructuredType, Value } from '../edm/index.js';
import { model } from '../model/index.js';

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
 * does not exist. Secret values are masked, those inside complex values too.
 */
export function changedProperties(
  type: EntityType,
  before: Structure | undefined,
  after: Structure | undefined,
): PropertyChange[] {
  const changes: PropertyChange[] = [];
  for (const property of type.properties.values()) {
    const { name } = property;
    const [old, now] = [before?.[name] ?? null, after?.[name] ?? null];
    if (bookkeeping.has(name) || isDeepStrictEqual(old, now)) continue;
    const [oldValue, newValue] = [old, now].map((value) => auditText(shown(value, property)));
    changes.push({ displayName: name, oldValue: oldValue ?? null, newValue: newValue ?? null });
  }
  return changes;
}

/** The value without its secrets. */
function shown(value: Value, { type, secret }: Property): Value {
  if (value === null) return null;
  if (secret) return masked;
  if (type.kind !== 'complex') return value;
  return Array.isArray(value) ? value.map((item) => withoutSecrets(item, type)) : withoutSecrets(value, type);
}

function withoutSecrets(value: Value, declared: StructuredType): Value {
  if (!isStructure(value)) return value;
  const name = value['@odata.type'];
  const found = typeof name === 'string' ? model.findType(name) : undefined;
  const { properties } = found?.kind === 'complex' ? found : declared;
  return Object.fromEntries(
    Object.entries(value).map(([member, item]): [string, Value] => {
      const property = properties.get(member);
      return [member, property ? shown(item, property) : item];
    }),
  );
}

function isStructure(value: Value): value is Structure {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function auditText(value: Value): string | null {
  return value === null || typeof value === 'string' ? value : JSON.stringify(value);
}
