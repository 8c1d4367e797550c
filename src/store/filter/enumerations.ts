// Members of enumerations: their numbers, and flags, which are kept as comma-joined texts.
import type { EnumType } from '../../edm/index.js';
import type { Expression, FlagTest } from '../../plan/index.js';
import { type Compiled, compile, type Target } from './compile.js';

/** The number of a member, or of a set of flags; null where there is none. */
export function numberOf(expression: Expression, type: EnumType, target: Target): Compiled {
  const { parameters } = target;
  if (expression.kind === 'literal') {
    if (expression.value === null) return { sql: 'NULL', nullable: true, depth: 0 };
    const members = String(expression.value).split(',');
    const number = members.reduce((sum, member) => sum | (type.members[member] ?? 0), 0);
    return { sql: parameters.add(number), nullable: false, depth: 0 };
  }
  const { sql, nullable, depth } = compile(expression, target);
  const members = Object.entries(type.members);
  if (!type.flags) {
    const cases = members.map(([name, number]) => `WHEN ${parameters.add(name)} THEN ${number}`);
    return { sql: `CASE ${sql} ${cases.join(' ')} END`, nullable, depth: depth + 2 };
  }
  const bits = bitsOf(members.reduce((sum, [, number]) => sum | number, 0));
  const terms = bits.map((bit) => `CASE WHEN ${isSet(sql, bit, type, target)} THEN ${bit} ELSE 0 END`);
  const sum = terms.length === 0 ? '0' : terms.join(' + ');
  return { sql: `CASE WHEN ${sql} IS NOT NULL THEN ${sum} END`, nullable, depth: depth + 14 };
}

/** OData 4.01 part 2, section 5.1.1.1.10: null where the operand is. */
export function compileFlagTest({ operand, flags }: FlagTest, target: Target): Compiled {
  const { type, value } = flags;
  if (type?.kind !== 'enum') throw new Error('flags of no enumeration');
  const { sql, nullable, depth } = compile(operand, target);
  const wanted = String(value)
    .split(',')
    .reduce((sum, member) => sum | (type.members[member] ?? 0), 0);
  const tests = bitsOf(wanted).map((bit) => isSet(sql, bit, type, target));
  // Nothing is asked for: all that there is has it.
  const test = tests.length === 0 ? `${sql} = ${sql}` : tests.join(' AND ');
  return { sql: `(${test})`, nullable, depth: depth + 9 };
}

/** Whether one of the members that have the bit is among those of the text. */
function isSet(text: string, bit: number, type: EnumType, { dialect, parameters }: Target): string {
  const members = Object.entries(type.members).filter(([, number]) => (number & bit) !== 0);
  const tests = members.map(
    ([name]) => `${dialect.position(`',' || ${text} || ','`, parameters.add(`,${name},`))} > 0`,
  );
  return `(${tests.join(' OR ')})`;
}

function bitsOf(number: number): number[] {
  return Array.from({ length: 31 }, (_, index) => 2 ** index).filter((bit) => (number & bit) !== 0);
}
