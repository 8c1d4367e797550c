// A filter's meaning: its syntax bound to a type of the model, every operand with a type.
import { GraphError } from '../base/index.js';
import { type EntityType, type EnumType, findByName, type Model, type Property, type ValueType } from '../edm/index.js';
import type { Expression, Literal, PropertyPath } from '../plan/index.js';
import { readMembers } from './enum-text.js';
import { invalid, notSupported, type Token } from './filter-lexer.js';
import { parseSyntax, type Segment, type Syntax } from './filter-syntax.js';
import { instantOf } from './instant.js';
import { nearest } from './nearest.js';

/**
 * A `$filter` as an expression on entities of the type. Names match in any case.
 * Refuses: `filterInvalid` (syntax, types, literals, with the position), `filterTooDeep`, `filterTooLarge`,
 * `propertyNotFound`, and what is OData but not supported, by its name: `filterNotSupported`.
 */
export function parseFilter(text: string, type: EntityType, model: Model): Expression {
  return bindCondition(parseSyntax(text), { type, model });
}

interface Scope {
  readonly type: EntityType;
  readonly model: Model;
}

/** An operand of a comparison before its literal, if it is one, takes the type of the other side. */
type Operand = PropertyPath | { readonly kind: 'constant'; readonly token: Token };

function bindCondition(syntax: Syntax, scope: Scope): Expression {
  if (syntax.kind === 'unary' && syntax.operator === 'not') {
    return { kind: 'not', operand: bindCondition(syntax.operand, scope) };
  }
  if (syntax.kind === 'binary') {
    const { operator } = syntax;
    if (operator === 'and' || operator === 'or') {
      return {
        kind: 'logical',
        operator,
        left: bindCondition(syntax.left, scope),
        right: bindCondition(syntax.right, scope),
      };
    }
    if (operator === 'eq' || operator === 'ne') return bindComparison(operator, syntax, scope);
    throw notSupported(operator);
  }
  return bindPredicate(syntax, scope);
}

/** A Boolean that stands by itself: a property, which may be null and then is neither, `true` or `false`. */
function bindPredicate(syntax: Syntax, scope: Scope): Expression {
  const operand = bindOperand(syntax, scope);
  const position = positionOf(syntax);
  if (operand.kind === 'propertyPath') {
    const { type } = lastOf(operand);
    if (type.kind !== 'primitive' || type.name !== 'Edm.Boolean') {
      throw invalid('a condition is expected, not a property that is neither true nor false', position);
    }
    return operand;
  }
  const literal = untypedLiteral(operand.token);
  if (typeof literal.value !== 'boolean') throw invalid('a condition is expected, not a value', position);
  return literal;
}

function bindComparison(operator: 'eq' | 'ne', syntax: Extract<Syntax, { kind: 'binary' }>, scope: Scope): Expression {
  const left = bindOperand(syntax.left, scope);
  const right = bindOperand(syntax.right, scope);
  if (left.kind === 'propertyPath' && right.kind === 'propertyPath') {
    checkSameType(left, right, syntax.position);
    return { kind: 'comparison', operator, left, right };
  }
  if (left.kind === 'propertyPath' && right.kind === 'constant') {
    return { kind: 'comparison', operator, left, right: typedLiteral(right.token, left, scope) };
  }
  if (right.kind === 'propertyPath' && left.kind === 'constant') {
    return { kind: 'comparison', operator, left: typedLiteral(left.token, right, scope), right };
  }
  if (left.kind === 'constant' && right.kind === 'constant') {
    const [a, b] = [untypedLiteral(left.token), untypedLiteral(right.token)];
    if (a.type && b.type && a.type.name !== b.type.name) throw invalid('two types are compared', syntax.position);
    return { kind: 'comparison', operator, left: a, right: b };
  }
  throw new Error('a comparison with an operand of no kind');
}

function bindOperand(syntax: Syntax, scope: Scope): Operand {
  switch (syntax.kind) {
    case 'literal':
      if (syntax.token.kind === 'alias') throw notSupported(syntax.token.text);
      return { kind: 'constant', token: syntax.token };
    case 'path':
      return bindPath(syntax.segments, scope);
    case 'list':
      throw invalid('a list is not expected', syntax.position);
    case 'unary':
      if (syntax.operator === '-') throw notSupported('-');
      throw notSupported('a condition as an operand');
    case 'binary':
      throw notSupported(isArithmetic(syntax.operator) ? syntax.operator : 'a condition as an operand');
  }
}

function isArithmetic(operator: string): boolean {
  return ['add', 'sub', 'mul', 'div', 'divby', 'mod'].includes(operator);
}

function bindPath(segments: readonly Segment[], { type, model }: Scope): PropertyPath {
  const path: Property[] = [];
  let properties: ReadonlyMap<string, Property> = type.properties;
  let owner = model.qualifiedName(type);
  for (const { name, arguments: args } of segments) {
    if (args) throw notSupported(name);
    if (name.includes('.') || name.startsWith('$')) throw notSupported(name);
    const property = findByName(properties, name);
    if (!property) {
      if (path.length === 0 && model.findNavigation(type, name)) throw notSupported(name);
      throw new GraphError('propertyNotFound', { target: '$filter', values: { property: name, type: owner } });
    }
    if (property.collection) throw notSupported(`the collection ${property.name}`);
    path.push(property);
    properties = property.type.kind === 'complex' ? property.type.properties : new Map();
    owner = property.type.kind === 'primitive' ? property.type.name : model.qualifiedName(property.type);
  }
  if (path.at(-1)?.type.kind === 'complex') throw notSupported(`the complex value ${path.at(-1)?.name}`);
  return { kind: 'propertyPath', path };
}

function lastOf({ path }: PropertyPath): Property {
  const last = path.at(-1);
  if (!last) throw new Error('a property path without a property');
  return last;
}

function checkSameType(left: PropertyPath, right: PropertyPath, position: number): void {
  const [a, b] = [lastOf(left).type, lastOf(right).type];
  if (a.name !== b.name) throw invalid(`${a.name} is compared to ${b.name}`, position);
}

/** The literal as a value of the type that it is compared to. */
function typedLiteral(token: Token, path: PropertyPath, { model }: Scope): Literal {
  const { type, name } = lastOf(path);
  if (isNull(token)) return { kind: 'literal', value: null, type: undefined };
  if (type.kind === 'enum') return { kind: 'literal', value: enumValue(token, type, model), type };
  const literal = untypedLiteral(token);
  const value = type.name === 'Edm.DateTimeOffset' ? dateOrInstant(token, literal) : literal;
  if (value.type?.name !== type.name) throw invalid(mismatch(name, type, value), token.position);
  return value;
}

/** A date stands for its first instant, since Graph clients compare instants with dates. */
function dateOrInstant(token: Token, literal: Literal): Literal {
  if (token.kind !== 'date') return literal;
  const value = instantOf(`${token.text}T00:00:00Z`);
  if (value === undefined) throw invalid(`'${token.text}' is no date`, token.position);
  return { kind: 'literal', value, type: { kind: 'primitive', name: 'Edm.DateTimeOffset' } };
}

function mismatch(name: string, type: ValueType, { type: found }: Literal): string {
  return `'${name}' is ${type.name}, which cannot be compared to ${found?.name ?? 'null'}`;
}

function isNull({ kind, text }: Token): boolean {
  return kind === 'name' && text.toLowerCase() === 'null';
}

/** A literal by its own form (OData ABNF 4.01, primitiveLiteral). */
function untypedLiteral(token: Token): Literal {
  const { kind, text, position } = token;
  const literal = (
    name: 'String' | 'Boolean' | 'Guid' | 'DateTimeOffset' | 'Int32',
    value: Literal['value'],
  ): Literal => ({
    kind: 'literal',
    value,
    type: { kind: 'primitive', name: `Edm.${name}` },
  });
  if (isNull(token)) return { kind: 'literal', value: null, type: undefined };
  if (kind === 'name') return literal('Boolean', text.toLowerCase() === 'true');
  if (kind === 'string') return literal('String', text);
  if (kind === 'guid') return literal('Guid', text.toLowerCase());
  if (kind === 'instant') {
    const value = instantOf(text.replace(' ', '+'));
    if (value === undefined) throw invalid(`'${text}' is no date and time with its offset`, position);
    return literal('DateTimeOffset', value);
  }
  if (kind === 'number') {
    const value = Number(text);
    if (/^-?\d+$/.test(text) && (value | 0) === value) return literal('Int32', value | 0);
    throw invalid(`'${text}' is no 32-bit integer`, position);
  }
  throw notSupported(kind === 'typedLiteral' ? `${token.typeName}'…'` : text);
}

/** `'purebred'` or `microsoft.graph.deviceManagementDerivedCredentialIssuer'purebred'`. */
function enumValue(token: Token, type: EnumType, model: Model): string {
  const { kind, text, position } = token;
  if (kind !== 'string' && kind !== 'typedLiteral') {
    throw invalid(`a member of ${model.qualifiedName(type)} is expected, in quotes`, position);
  }
  if (kind === 'typedLiteral' && model.findType(token.typeName ?? '') !== type) {
    throw invalid(`${token.typeName} is not ${model.qualifiedName(type)}`, position);
  }
  const members = readMembers(text, type);
  if (typeof members === 'string') return members;
  const wrong = 'unknown' in members ? members.unknown : members.alone;
  const hint = nearest(wrong, Object.keys(type.members));
  throw invalid(`'${wrong}' is not a member of ${model.qualifiedName(type)} that can stand there.${hint}`, position);
}

function positionOf(syntax: Syntax): number {
  return syntax.kind === 'literal' ? syntax.token.position : syntax.position;
}
