// Headers that must not come twice.
import { GraphError } from '../base/index.js';

/** Headers of which a second one could be judged by one program and obeyed by another. */
const singleHeaders = ['authorization', 'host', 'if-match', 'content-type'];

/** Refuses (`malformedHeader`) what Node would pass over in silence: it keeps the first of such headers. */
export function refuseRepeated(rawHeaders: readonly string[]): void {
  for (const header of singleHeaders) {
    let found = false;
    for (let index = 0; index < rawHeaders.length; index += 2) {
      const name = rawHeaders[index] ?? '';
      if (name.length !== header.length || name.toLowerCase() !== header) continue;
      if (found) {
        throw new GraphError('malformedHeader', { target: header, values: { header, reason: 'it is given twice' } });
      }
      found = true;
    }
  }
}
