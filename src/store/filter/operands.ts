// Constants and properties.
import type { Literal, PropertyPath } from '../../plan/index.js';
import { documentColumn } from '../layout.js';
import type { Compiled, Target } from './compile.js';

export function compileLiteral({ value }: Literal, { parameters }: Target): Compiled {
  if (value === null) return { sql: 'NULL', nullable: true, depth: 0 };
  return { sql: parameters.add(value), nullable: false, depth: 0 };
}

/** A column, or a value inside the document; one that a document lacks has the default, as when it is read. */
export function compilePropertyPath({ path }: PropertyPath, { layout, alias, dialect, parameters }: Target): Compiled {
  const [first, last] = [path[0], path.at(-1)];
  if (!first || !last || last.type.kind === 'complex') throw new Error('a property path leads to no single value');
  const column = layout.columns.get(first.name);
  if (column !== undefined) return { sql: `${alias}.${column}`, nullable: first.nullable, depth: 0 };

  const names = path.map((property) => property.name);
  const value = dialect.documentValue(`${alias}.${documentColumn}`, names, last.type);
  const fallback = path.length === 1 ? first.default : undefined;
  if (fallback === undefined || fallback === null || typeof fallback === 'object') {
    return { sql: value, nullable: true, depth: 0 };
  }
  return { sql: `coalesce(${value}, ${parameters.add(fallback)})`, nullable: first.nullable, depth: 1 };
}
