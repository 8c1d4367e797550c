// `@odata.type`: which type a value has.
import { GraphError } from '../base/index.js';
import { isA, type Model, type StructuredType } from '../edm/index.js';

/**
 * The type that an `@odata.type` names, with or without `#`: `declared` or one derived from it. Undefined where there is
 * no annotation. Refuses: `unknownType`, `foreignType`.
 */
export function readType<T extends StructuredType>(
  annotation: unknown,
  declared: T,
  path: string,
  model: Model,
): T | undefined {
  if (annotation === undefined) return undefined;
  const found = namedType(annotation, path, model);
  const type = model.withDerived(declared).find((candidate) => candidate === found);
  if (type) return type;
  throw foreignType(found, declared, path, model);
}

/** The structured type of that exact name. Refuses: `unknownType`. */
export function namedType(annotation: unknown, path: string, model: Model): StructuredType {
  const name = typeof annotation === 'string' ? annotation.replace(/^#/, '') : undefined;
  const type = name === undefined ? undefined : model.findType(name);
  if (type && type.kind !== 'enum' && model.qualifiedName(type) === name) return type;
  throw new GraphError('unknownType', { target: path, values: { type: name ?? JSON.stringify(annotation) } });
}

export function foreignType(found: StructuredType, declared: StructuredType, path: string, model: Model): GraphError {
  return new GraphError('foreignType', {
    target: path,
    values: { type: model.qualifiedName(found), expected: model.qualifiedName(declared) },
  });
}

/** Whether one of the types is the other or derived from it. */
export function areRelated(a: StructuredType, b: StructuredType): boolean {
  return isA(a, b) || isA(b, a);
}
