// Literals of expressions: tokens → values in canonical form.
import { nearest } from '../base/index.js';
import type { EnumType } from '../edm/index.js';
import { type ExpressionType, isSameType, type Literal, primitiveType, type ValueTypeName } from '../plan/index.js';
import { notSupported } from './clause.js';
import { ticksOfDuration, timeOfDay } from './duration.js';
import { readMembers, withoutNumbers } from './enum-text.js';
import { problem, type Scope } from './expression-scope.js';
import type { Token } from './filter-lexer.js';
import { instantOf } from './instant.js';
import { typeName } from './property-not-found.js';

export function literal(value: Literal['value'], name: ValueTypeName): Literal {
  return { kind: 'literal', value, type: primitiveType(name) };
}

const nullLiteral: Literal = { kind: 'literal', value: null, type: undefined };

/** A literal by its own form (OData ABNF 4.01, primitiveLiteral). Refuses: `filterInvalid`, `filterNotSupported`. */
export function readLiteral(token: Token, scope: Scope): Literal {
  const { kind, text, position } = token;
  const lower = text.toLowerCase();
  const read = (value: string | undefined, name: ValueTypeName, what: string): Literal => {
    if (value === undefined) throw problem(scope, `'${text}' is no ${what}`, position);
    return literal(value, name);
  };
  switch (kind) {
    case 'name':
      return lower === 'null' ? nullLiteral : literal(lower === 'true', 'Edm.Boolean');
    case 'string':
      return literal(text, 'Edm.String');
    case 'guid':
      return literal(lower, 'Edm.Guid');
    case 'instant':
      return read(instantOf(text.replace(' ', '+')), 'Edm.DateTimeOffset', 'date and time with its offset');
    case 'date':
      return read(dateOf(text), 'Edm.Date', 'date');
    case 'timeOfDay':
      return read(timeOfDay(text), 'Edm.TimeOfDay', 'time of day');
    case 'number':
      return readNumber(token, scope);
    case 'typedLiteral':
      return readTyped(token, scope);
    default:
      throw problem(scope, `'${text}' is not expected`, position);
  }
}

function dateOf(text: string): string | undefined {
  return instantOf(`${text}T00:00Z`)?.slice(0, 10);
}

function readNumber({ text, position }: Token, scope: Scope): Literal {
  const lower = text.toLowerCase();
  if (lower === 'nan') return literal(Number.NaN, 'Edm.Double');
  if (lower.endsWith('inf')) return literal(lower === 'inf' ? Infinity : -Infinity, 'Edm.Double');
  // No store keeps a negative zero.
  const value = Number(text) + 0;
  if (!Number.isFinite(value)) throw problem(scope, 'a number is too large', position);
  if (lower.includes('e')) return literal(value, 'Edm.Double');
  if (text.includes('.') || Math.abs(value) >= 2 ** 63) return literal(value, 'Edm.Decimal');
  return literal(value, (value | 0) === value ? 'Edm.Int32' : 'Edm.Int64');
}

const base64url = /^(?:[\w-]{4})*(?:[\w-]{2}(?:==)?|[\w-]{3}=?)?$/;

/** `duration'…'`, `binary'…'` and `microsoft.graph.T'…'`. */
function readTyped(token: Token, scope: Scope): Literal {
  const { typeName: name = '', text, position } = token;
  if (name.toLowerCase() === 'duration') return readDuration(token, scope);
  if (name.toLowerCase() === 'binary') {
    if (!base64url.test(text)) throw problem(scope, `'${text}' is no base64url`, position);
    return literal(Buffer.from(text, 'base64').toString('base64url'), 'Edm.Binary');
  }
  const type = name.includes('.') ? scope.model.findType(name) : undefined;
  if (type?.kind !== 'enum') throw notSupported(scope.clause, `${name}'…'`);
  return readEnum(token, type, scope);
}

function readDuration({ text, position }: Token, scope: Scope): Literal {
  const ticks = ticksOfDuration(text);
  if (ticks === undefined) throw problem(scope, `'${text}' is no duration of days and time`, position);
  return literal(ticks, 'Edm.Duration');
}

/**
 * The literal as a value of the type that it is compared to: a text as a member of an enumeration or a duration (URL
 * conventions, section 5.1.1.14.1), and a date, as Graph's clients have it, for the first instant of the day.
 */
export function readLiteralAs(token: Token, type: ExpressionType, scope: Scope): Literal {
  const { kind, text, position } = token;
  if (type.kind === 'enum') return readEnum(token, type, scope);
  if (type.name === 'Edm.Duration' && kind === 'string') return readDuration(token, scope);
  const found = readLiteral(token, scope);
  if (type.name !== 'Edm.DateTimeOffset' || kind !== 'date') return found;
  const instant = instantOf(`${text}T00:00Z`);
  if (instant === undefined) throw problem(scope, `'${text}' is no date`, position);
  return literal(instant, 'Edm.DateTimeOffset');
}

/** `'purebred'` or `microsoft.graph.deviceManagementDerivedCredentialIssuer'purebred'`. */
function readEnum(token: Token, type: EnumType, scope: Scope): Literal {
  const { kind, text, position } = token;
  const name = typeName(type, scope.model);
  if (kind === 'name' && text.toLowerCase() === 'null') return nullLiteral;
  if (kind !== 'string' && kind !== 'typedLiteral') {
    throw problem(scope, `a member of ${name} is expected, in quotes`, position);
  }
  if (kind === 'typedLiteral') {
    const named = scope.model.findType(token.typeName ?? '');
    if (named?.kind !== 'enum' || !isSameType(named, type)) {
      throw problem(scope, `${token.typeName} is not ${name}`, position);
    }
  }
  const members = readMembers(withoutNumbers(text, type), type);
  if (typeof members === 'string') return { kind: 'literal', value: members, type };
  const wrong = 'unknown' in members ? members.unknown : members.alone;
  const hint = nearest(wrong, Object.keys(type.members)).trim();
  throw problem(scope, `'${wrong}' is not a member of ${name} that can stand there${hint && ` (${hint})`}`, position);
}
