// Sums and products beyond the range of numbers: SQLite has an infinity, PostgreSQL refuses. Neither is a fault.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openSession, type Session } from './session.js';

describe('what a query computes beyond the range of numbers', () => {
  let session: Session;
  before(async () => {
    session = await openSession();
  });
  after(() => session.close());
  const overPostgresql = process.env.TEST_STORE === 'postgresql';

  for (const option of [
    '$filter=length(displayName) mul 1e308 mul 1e308 gt 1',
    '$filter=version mul 1e300 div 1e-300 gt 1',
    "$filter=duration'P9999999D' mul 1e300 gt duration'P1D'",
    '$orderby=length(displayName) mul 1e308 mul 1e308',
  ]) {
    test(`${option} is answered or refused, the same way each time`, async () => {
      const { status, json } = await session.send('GET', `deviceConfigurations?${option}`);
      if (!overPostgresql) assert.equal(status, 200, JSON.stringify(json));
      else
        assert.deepEqual(
          [status, json.error.message],
          [400, 'The query computes a number or an instant that is out of range.'],
        );
    });
  }
});
