// The parameters of a function in a path: `(category='DeviceConfiguration')`.
import { GraphError } from '../base/index.js';
import type { BoundOperation, Model, Property, Structure, Value } from '../edm/index.js';
import { readValue } from './value-reader.js';

/** Longest text of a parameter, in UTF-16 code units. */
const maximumLength = 1024;

/** What the query gives for a name: a parameter alias with its `@`, or a parameter; undefined where it gives nothing. */
export type ReadAlias = (name: string) => string | undefined;

/** `name=value`, the value a text in quotes, an alias or anything without a comma. */
const parameterForm = /\s*([A-Za-z_]\w*)\s*=(\s*'(?:[^']|'')*'\s*|[^',]*)(,|$)/sy;

/**
 * The values of the parameters; `predicate` is what stands behind the name, parentheses included, undefined where there
 * are none. Refuses: `parameterMissing`, `parameterUnknown`, `parameterInvalid`.
 */
export function readParameters(
  operation: BoundOperation,
  predicate: string | undefined,
  model: Model,
  readAlias: ReadAlias,
): Structure {
  const given = split(predicate?.slice(1, -1) ?? '', operation);
  const known = new Set(operation.parameters.map(({ name }) => name.toLowerCase()));
  const unknown = [...given.keys()].find((name) => !known.has(name));
  if (unknown !== undefined) throw new GraphError('parameterUnknown', about(unknown, operation));
  return Object.fromEntries(
    operation.parameters.map(({ name, type, collection }): [string, Value] => {
      // A parameter that is left out may stand in the query by its own name (URL conventions, section 5.3).
      const text = given.get(name.toLowerCase()) ?? readAlias(name);
      if (text === undefined) throw new GraphError('parameterMissing', about(name, operation));
      if (type.kind === 'entity') throw new Error(`the parameter '${name}' cannot stand in a URL`);
      const value = literal(text.startsWith('@') ? (readAlias(text)?.trim() ?? '') : text);
      if (value === undefined) throw new GraphError('parameterInvalid', about(name, operation));
      const property: Property = {
        name,
        type,
        collection,
        nullable: false,
        readOnly: false,
        secret: false,
        maxLength: maximumLength,
        maxItems: 0,
        default: undefined,
      };
      return [name, readValue(value, property, name, model)];
    }),
  );
}

/** The texts of the parameters by their names in lower case. */
function split(text: string, operation: BoundOperation): Map<string, string> {
  const given = new Map<string, string>();
  if (text.trim() === '') return given;
  parameterForm.lastIndex = 0;
  for (let more = true; more; ) {
    const [, name, value = '', separator] = parameterForm.exec(text) ?? [];
    if (name === undefined) throw new GraphError('parameterInvalid', about(text, operation));
    if (given.has(name.toLowerCase())) throw new GraphError('parameterInvalid', about(name, operation));
    given.set(name.toLowerCase(), value.trim());
    more = separator === ',';
  }
  return given;
}

/** Functions here take texts alone. */
function literal(text: string): string | undefined {
  return /^'.*'$/s.test(text) ? text.slice(1, -1).replaceAll("''", "'") : undefined;
}

function about(
  parameter: string,
  { name }: BoundOperation,
): { target: string; values: { parameter: string; function: string } } {
  return { target: parameter, values: { parameter, function: name } };
}
