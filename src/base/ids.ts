// Identifiers as a thing that is handed in.
import { randomFillSync } from 'node:crypto';

/**
 * Makes a new unique identifier: a UUID in lower case, of version 7 (RFC 9562, section 5.7). Those of a later
 * millisecond sort behind, so that adding a row touches the end of an index and not a page anywhere in it.
 */
export type NewId = () => string;

export const newId: NewId = () => {
  const milliseconds = Date.now().toString(16).padStart(12, '0');
  const random = randomHex();
  const variant = '89ab'[Number.parseInt(random.charAt(3), 16) & 3];
  return `${milliseconds.slice(0, 8)}-${milliseconds.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(4, 7)}-${random.slice(7, 19)}`;
};

/** Random bytes are drawn by the thousand: each call into the system costs more than an identifier. */
const pool = Buffer.alloc(4000);
const bytesOfOne = 10;
let used = pool.length;

/** Twenty hexadecimal digits, never the same ones again. */
function randomHex(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytesOfOne;
  return pool.toString('hex', used - bytesOfOne, used);
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text has the form of a UUID, in any case (Edm.Guid, OData ABNF `guidValue`). */
export function isUuid(text: string): boolean {
  return uuid.test(text);
}
