// cast of values.
import { type Cast, isInteger, isNumber, typeOf } from '../../plan/index.js';
import { type Compiled, compile, type Target } from './compile.js';
import { numberOf } from './enumerations.js';
import { checkWhole } from './magnitude.js';

const ranges: Readonly<Record<string, readonly [string, string]>> = {
  'Edm.Int32': ['-2147483648', '2147483647'],
  // The doubles that have a neighbour of 64 bits.
  'Edm.Int64': ['-9223372036854775808', '9223372036854774784'],
};

/** OData 4.01 part 2, section 5.1.1.10.1; a number that does not fit into the type is null. */
export function compileCast({ operand, type }: Cast, target: Target): Compiled {
  const from = typeOf(operand);
  if (from === undefined) return { sql: 'NULL', nullable: true, depth: 0 };
  if (from.kind === 'enum' && isInteger(type)) return numberOf(operand, from, target);
  const { sql, nullable, depth } = compile(operand, target);
  if (type.kind === 'enum') {
    const { parameters } = target;
    const cases = Object.entries(type.members).map(([name, number]) => `WHEN ${number} THEN ${parameters.add(name)}`);
    return { sql: `CASE ${sql} ${cases.join(' ')} END`, nullable: true, depth: depth + 2 };
  }
  if (isInteger(type) && !(isInteger(from) && type.name === 'Edm.Int64')) {
    const [least, most] = ranges[type.name] ?? ['0', '0'];
    return {
      sql: `(WITH v(a) AS MATERIALIZED (SELECT ${target.dialect.rounded(sql)}) SELECT CASE WHEN a BETWEEN ${least} AND ${most} THEN a END FROM v)`,
      nullable: true,
      depth: depth + 14,
    };
  }
  if (type.name !== 'Edm.String') return { sql, nullable, depth };
  if (isNumber(from)) checkWhole(operand);
  if (isNumber(from)) return { sql: `CAST(CAST(${sql} AS BIGINT) AS TEXT)`, nullable, depth: depth + 4 };
  if (from.name !== 'Edm.Boolean') return { sql, nullable, depth };
  return { sql: `CASE ${sql} WHEN TRUE THEN 'true' WHEN FALSE THEN 'false' END`, nullable, depth: depth + 2 };
}
