// What is wrong with a kept entity by the model and the rules: a client could not have had it so.
import { isDeepStrictEqual } from 'node:util';
import { GraphError } from '../base/index.js';
import { checkProfile, checkSettings } from '../domain/index.js';
import type { EntitySet, Property, Value } from '../edm/index.js';
import { derivedCredentials, deviceConfigurations, model, type Settings } from '../model/index.js';
import { readValue } from '../odata/index.js';
import type { Stored } from '../plan/index.js';

/** Sentences, none where nothing is wrong. */
export function judgeEntity(set: EntitySet, { type, entity }: Stored): readonly string[] {
  const values = [...type.properties.values()].flatMap((property) =>
    judgeValue(property, entity[property.name] ?? null),
  );
  if (values.length > 0) return values;
  if (set === derivedCredentials) return refusal(() => checkSettings(entity as Partial<Settings>));
  return set === deviceConfigurations ? refusal(() => checkProfile(type, entity)) : [];
}

function judgeValue(property: Property, value: Value): readonly string[] {
  let canonical: Value = null;
  const refused = refusal(() => {
    canonical = readValue(value, property, property.name, model);
  });
  if (refused.length > 0 || isDeepStrictEqual(canonical, value)) return refused;
  return [`its '${property.name}' is not as the server writes it`];
}

function refusal(check: () => void): readonly string[] {
  try {
    check();
    return [];
  } catch (error) {
    if (error instanceof GraphError) return [error.message];
    throw error;
  }
}
