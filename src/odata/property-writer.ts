// Properties and other values that are answered by themselves → JSON text, or as they are.
import type { Property, Value } from '../edm/index.js';
import { contextMember, object, type WriteContext } from './entity-writer.js';
import { type Typed, typeAnnotation, valueText } from './value-writer.js';

/** The property at the path: `deviceManagement/derivedCredentials('…')/displayName`. Null has no such answer. */
export function writeProperty(
  value: Exclude<Value, null>,
  property: Property,
  path: string,
  context: WriteContext,
): string {
  return writeValue(value, property, `#${path}`, context);
}

/** What a function answers; its context is its type: `#Edm.String`, `#Collection(Edm.String)`. */
export function writeResult(value: Exclude<Value, null>, property: Typed, context: WriteContext): string {
  const { type, collection } = property;
  const name = type.kind === 'primitive' ? type.name : context.model.qualifiedName(type);
  return writeValue(value, property, collection ? `#Collection(${name})` : `#${name}`, context);
}

function writeValue(value: Exclude<Value, null>, property: Typed, fragment: string, context: WriteContext): string {
  const { model, level } = context;
  const head = contextMember(JSON.stringify(fragment).slice(1, -1), context);
  if (property.type.kind === 'complex' && !property.collection) {
    // A complex value is answered as it is, not wrapped (OData JSON 4.01, section 11).
    return object(head, valueText(value, property, level, model).slice(1, -1));
  }
  const annotation = level === 'full' ? typeAnnotation(value, property, model) : undefined;
  return object(
    head,
    annotation === undefined ? '' : `"@odata.type":"${annotation}"`,
    `"value":${valueText(value, property, level, model)}`,
  );
}

/**
 * A primitive value as `$value` has it, or the number of values in a collection as `$count` has it, with its media type:
 * text, or the bytes of a binary. A complex value has no such form.
 */
export function writeRaw(
  value: Exclude<Value, null>,
  { type }: Property,
): { mediaType: string; body: string | Buffer } {
  if (Array.isArray(value)) return { mediaType: 'text/plain;charset=utf-8', body: String(value.length) };
  if (typeof value === 'object') throw new Error('a complex value has no bare form');
  if (type.kind === 'primitive' && type.name === 'Edm.Binary') {
    return { mediaType: 'application/octet-stream', body: Buffer.from(String(value), 'base64url') };
  }
  return { mediaType: 'text/plain;charset=utf-8', body: String(value) };
}
