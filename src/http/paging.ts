// How the lists of one server are cut into pages.
import { createSkipTokens, type Paging, type QueryLimits } from '../odata/index.js';

/** `key`, a secret of at least 32 bytes, signs the links to next pages; servers of one store share it. */
export function createPaging(key: Buffer, limits: QueryLimits): Paging {
  return { limits, tokens: createSkipTokens(key) };
}
