// isof and cast.
import { isA } from '../edm/index.js';
import {
  declaredType,
  type Expression,
  type ExpressionType,
  isInteger,
  isNumber,
  isSameType,
  primitiveType,
  type ValueTypeName,
} from '../plan/index.js';
import { notSupported } from './clause.js';
import { problem, type Scope } from './expression-scope.js';
import { bindOperand, nameOf, type Operand, positionOf, valueOperand } from './filter-binding.js';
import { type Token, tokenize } from './filter-lexer.js';
import { literal, readLiteralAs } from './filter-literals.js';
import { itemOf, narrow } from './filter-paths.js';
import type { Syntax } from './filter-syntax.js';
import { typeName } from './property-not-found.js';

const primitives: readonly ValueTypeName[] = [
  'Edm.Binary',
  'Edm.Boolean',
  'Edm.Date',
  'Edm.DateTimeOffset',
  'Edm.Decimal',
  'Edm.Double',
  'Edm.Duration',
  'Edm.Guid',
  'Edm.Int32',
  'Edm.Int64',
  'Edm.String',
  'Edm.TimeOfDay',
];

/** `isof(T)` and `isof(path,T)`. A type that the model does not have is legal: nothing is of it. */
export function bindIsOf(given: readonly Syntax[], position: number, scope: Scope): Expression {
  const { operand, name } = split('isof', given, position, scope);
  const no = literal(false, 'Edm.Boolean');
  if (operand.kind === 'collection') throw notSupported(scope.clause, nameOf(operand, scope));
  if (operand.kind === 'value') {
    const type = singleType(name, scope);
    const is = type && operand.type && isWidening(operand.type, type);
    if (is && operand.expression.kind === 'literal') return literal(operand.expression.value !== null, 'Edm.Boolean');
    return is
      ? {
          kind: 'comparison',
          operator: 'ne',
          left: operand.expression,
          right: { kind: 'literal', value: null, type: undefined },
        }
      : no;
  }
  const type = scope.model.findType(name);
  if (!type || type.kind === 'enum') return no;
  const declared = declaredType(operand.instance);
  if (operand.instance.kind === 'current' && isA(declared, type)) return literal(true, 'Edm.Boolean');
  if (!isA(type, declared) && !isA(declared, type)) return no;
  return { kind: 'typeTest', of: operand.instance, type };
}

/** `cast(T)` and `cast(path,T)`: an instance to a type of its family, a value to another type, or a text to what it says. */
export function bindCast(given: readonly Syntax[], position: number, scope: Scope): Operand {
  const { operand, name } = split('cast', given, position, scope);
  if (operand.kind === 'collection') throw notSupported(scope.clause, nameOf(operand, scope));
  if (operand.kind === 'instance') return { kind: 'instance', instance: narrow(operand.instance, name, scope) };
  const type = singleType(name, scope);
  if (!type) throw notSupported(scope.clause, `cast to ${name}`);
  if (operand.token?.kind === 'string' && type.name !== 'Edm.String') return readText(operand.token, type, scope);
  if (operand.type && !hasMeaning(operand.type, type)) {
    throw notSupported(
      scope.clause,
      `cast of ${typeName(operand.type, scope.model)} to ${typeName(type, scope.model)}`,
    );
  }
  if (operand.type && isSameType(operand.type, type)) return { kind: 'value', expression: operand.expression, type };
  return valueOperand({ kind: 'cast', operand: operand.expression, type });
}

/** A text as the literal that it holds: `cast('2024-01-01T00:00:00Z',Edm.DateTimeOffset)`. */
function readText(token: Token, type: ExpressionType, scope: Scope): Operand {
  const found = readLiteralAs(heldToken(token, type, scope), type, scope);
  if (found.type && fits(found.type, type)) return { kind: 'value', expression: { ...found, type }, type };
  throw problem(scope, `'${token.text}' is no ${typeName(type, scope.model)}`, token.position);
}

/** The text's own token where it holds no single literal. */
function heldToken(token: Token, type: ExpressionType, scope: Scope): Token {
  if (type.kind === 'enum' || type.name === 'Edm.Duration') return token;
  if (type.name === 'Edm.Binary') return { ...token, kind: 'typedLiteral', typeName: 'binary' };
  const [held, ...rest] = tokenize(token.text, scope.clause);
  const isWord = held?.kind === 'name' && !/^(?:true|false)$/i.test(held.text);
  return held && rest.length === 1 && !isWord ? { ...held, position: token.position } : token;
}

function fits(from: ExpressionType, to: ExpressionType): boolean {
  if (isSameType(from, to)) return true;
  return isNumber(from) && isNumber(to) && (!isInteger(to) || (to.name === 'Edm.Int64' && isInteger(from)));
}

function split(
  call: string,
  given: readonly Syntax[],
  position: number,
  scope: Scope,
): { readonly operand: Operand; readonly name: string } {
  const type = given.at(-1);
  if (!type || given.length > 2) throw problem(scope, `'${call}' takes a type, or something and a type,`, position);
  const [subject] = given;
  const operand = given.length === 2 && subject ? bindOperand(subject, scope) : itemOf(scope.current);
  return { operand, name: typeNameOf(type, scope) };
}

/** A type's name stands as it is, or in quotes as in OData 2. */
function typeNameOf(syntax: Syntax, scope: Scope): string {
  const isText = syntax.kind === 'literal' && syntax.token.kind === 'string';
  const only = syntax.kind === 'path' && syntax.segments.length === 1 ? syntax.segments[0] : undefined;
  const name = isText ? syntax.token.text : only?.arguments ? undefined : only?.name;
  if (name !== undefined && /^#?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$/.test(name)) return name;
  throw problem(scope, 'the qualified name of a type is expected', positionOf(syntax));
}

function singleType(name: string, scope: Scope): ExpressionType | undefined {
  const primitive = primitives.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  if (primitive) return primitiveType(primitive);
  const type = scope.model.findType(name);
  return type?.kind === 'enum' ? type : undefined;
}

/** Numbers, each of which is also one of the types behind it. */
const widths = ['Edm.Int32', 'Edm.Int64', 'Edm.Decimal', 'Edm.Double'];

/** Whether every value of the one type is one of the other too. */
function isWidening(from: ExpressionType, to: ExpressionType): boolean {
  return (
    isSameType(from, to) || (isNumber(from) && isNumber(to) && widths.indexOf(from.name) <= widths.indexOf(to.name))
  );
}

function isAssignable(from: ExpressionType, to: ExpressionType): boolean {
  return isSameType(from, to) || (isNumber(from) && isNumber(to));
}

/** The casts that mean the same in every store (URL conventions, section 5.1.1.10.1). */
function hasMeaning(from: ExpressionType, to: ExpressionType): boolean {
  if (isAssignable(from, to)) return true;
  if (from.kind === 'enum') return isInteger(to) || to.name === 'Edm.String';
  if (to.kind === 'enum') return isInteger(from) && !to.flags;
  if (to.name !== 'Edm.String') return false;
  return from.name !== 'Edm.Double' && from.name !== 'Edm.Decimal' && from.name !== 'Edm.Duration';
}
