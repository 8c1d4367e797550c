// Identifiers as a thing that is handed in.
import { randomUUID } from 'node:crypto';

/** Makes a new unique identifier: a version 4 UUID in lower case. */
export type NewId = () => string;

export const newId: NewId = () => randomUUID();

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text has the form of a UUID, in any case (Edm.Guid, OData ABNF `guidValue`). */
export function isUuid(text: string): boolean {
  return uuid.test(text);
}
