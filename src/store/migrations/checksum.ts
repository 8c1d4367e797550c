// What tells whether a step is still the one that was applied.
import { createHash } from 'node:crypto';
import type { Schema } from '../dialect.js';
import type { Migration } from './migration.js';

/** Of the step's text as the database has it: SHA-256, in hexadecimal digits. */
export function checksumOf(step: Migration, schema: Schema): string {
  return createHash('sha256').update(step.sql(schema)).digest('hex');
}
