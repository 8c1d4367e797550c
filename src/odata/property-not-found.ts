// A name that a type does not have, whichever query option asks for it.
import { GraphError } from '../base/index.js';
import type { ComplexType, EntityType, Model } from '../edm/index.js';
import type { ExpressionType } from '../plan/index.js';

type NamedType = ExpressionType | EntityType | ComplexType;

/** How the type of an instance, or of a value, is called in messages. */
export function typeName(type: NamedType, model: Model): string {
  return type.kind === 'primitive' ? type.name : model.qualifiedName(type);
}

/** `propertyNotFound`; where derived types have the property, with the casts that lead there. Undefined is the type of null. */
export function propertyNotFound(
  property: string,
  target: string,
  type: NamedType | undefined,
  model: Model,
): GraphError {
  const values = {
    property,
    type: type ? typeName(type, model) : 'null',
    hint: type ? castsTo(property, type, model) : '',
  };
  return new GraphError('propertyNotFound', { target, values });
}

function castsTo(property: string, type: NamedType, model: Model): string {
  if (type.kind !== 'entity' && type.kind !== 'complex') return '';
  const casts = model.withDerived(type).flatMap((derived) => {
    const own = derived.ownProperties.find(({ name }) => name.toLowerCase() === property.toLowerCase());
    return own ? [`${model.qualifiedName(derived)}/${own.name}`] : [];
  });
  return casts.length === 0 ? '' : ` It is a property of derived types: write ${casts.join(' or ')}.`;
}
