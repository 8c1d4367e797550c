// Constants, properties and the items of collections.
import type { Literal, PropertyPath, Variable } from '../../plan/index.js';
import type { Compiled, Target } from './compile.js';
import { at, propertyOf } from './places.js';

export function compileLiteral({ value, type }: Literal, { dialect, parameters }: Target): Compiled {
  if (value === null) return { sql: 'NULL', nullable: true, depth: 0 };
  const placeholder = parameters.add(value);
  if (type?.name !== 'Edm.Duration') return { sql: placeholder, nullable: false, depth: 0 };
  return { sql: dialect.integer(placeholder), nullable: false, depth: 1, ticks: true };
}

export function compilePropertyPath({ of, property }: PropertyPath, target: Target): Compiled {
  return at(of, target, (place, inner) => propertyOf(place, property, inner));
}

/** An item of a collection of primitive values; such items are never null. */
export function compileVariable(variable: Variable, target: Target): Compiled {
  const { type } = variable;
  return at(variable, target, (place, { dialect }) => {
    if (place.kind !== 'json' || type.kind === 'complex' || type.kind === 'entity') {
      throw new Error(`the variable '${variable.name}' is no single value`);
    }
    return { sql: dialect.documentValue(place.json, place.path, type), nullable: false, depth: 0 };
  });
}
