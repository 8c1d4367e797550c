// isof of entities and complex values.
import { isA } from '../../edm/index.js';
import { declaredType, type TypeTest } from '../../plan/index.js';
import { presenceOf } from './comparison.js';
import type { Compiled, Target } from './compile.js';
import { at, typeGuard } from './places.js';

export function compileTypeTest({ of, type }: TypeTest, target: Target): Compiled {
  if (isA(declaredType(of), type)) {
    const { sql, depth } = presenceOf(of, target);
    return { sql: `(${sql} IS NOT NULL)`, nullable: false, depth: depth + 1 };
  }
  const found = at(of, target, (place, inner) => {
    const guard = typeGuard(place, type, inner);
    if (typeof guard === 'boolean') return { sql: guard ? 'TRUE' : 'FALSE', nullable: false, depth: 0 };
    // The annotation of a value of the declared type is missing.
    const nullable = place.kind === 'json';
    return { sql: nullable ? `coalesce((${guard}), FALSE)` : `(${guard})`, nullable: false, depth: 5 };
  });
  if (!found.nullable) return found;
  return { sql: `coalesce(${found.sql}, FALSE)`, nullable: false, depth: found.depth + 3 };
}
