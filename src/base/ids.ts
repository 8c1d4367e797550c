// Identifiers as a thing that is handed in.
import { v7 } from 'uuid';

/**
 * Makes a new unique identifier: a UUID in lower case, of version 7 (RFC 9562, section 5.7). Later ones sort behind
 * earlier ones, so that adding a row touches the end of an index and not a page anywhere in it.
 */
export type NewId = () => string;

export const newId: NewId = () => v7();

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text has the form of a UUID, in any case (Edm.Guid, OData ABNF `guidValue`). */
export function isUuid(text: string): boolean {
  return uuid.test(text);
}
