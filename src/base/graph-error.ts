// A refusal as it is thrown: the row of the table, with the values of this case.
import { type RefusalName, refusals } from './errors.js';

/** Values that stand in a refusal's text, by the names in braces. */
export type RefusalValues = Readonly<Record<string, string | number>>;

/** Room for our own lists (permissions, members of an enumeration), not for what a client sends. */
const maximumValueLength = 512;

/**
 * A refusal: the request, not the program, is at fault. Becomes Graph's error body by `errorBody` in http/.
 * Values, and targets, longer than 512 characters are cut, so that no text that a client sends is sent back at length.
 */
export class GraphError extends Error {
  readonly refusal: RefusalName;
  readonly status: number;
  readonly code: string;
  /** The name, or path, of the property, option or header that is wrong; `error.target` on the wire. */
  readonly target: string | undefined;
  /** Response headers that belong to this refusal, such as `Allow` (lower-case names). */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    refusal: RefusalName,
    details: { values?: RefusalValues; target?: string; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    const row = refusals[refusal];
    super(fillIn(row.message, details.values ?? {}), details.cause === undefined ? {} : { cause: details.cause });
    this.name = 'GraphError';
    this.refusal = refusal;
    this.status = row.status;
    this.code = row.code;
    this.target = details.target === undefined ? undefined : cut(details.target);
    this.headers = details.headers ?? {};
  }
}

function fillIn(message: string, values: RefusalValues): string {
  return message.replace(/\{(\w+)\}/g, (_, name: string) => cut(String(values[name] ?? '')));
}

function cut(text: string): string {
  return text.length > maximumValueLength ? `${text.slice(0, maximumValueLength)}…` : text;
}
