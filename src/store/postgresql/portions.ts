// A statement over PostgreSQL whose rows are fetched in portions, and which can be ended between two of them.
import pg from 'pg';
import type { IsLast, Row } from '../queries.js';

/** Rows that are asked for at once: 1,000 take four ways there and back, 256 long ones fit into the memory. */
const portion = 256;

/** What the driver's query does with the messages of the server (PostgreSQL's documentation, "Extended Query"). */
interface DriverQuery extends pg.Submittable {
  readonly portal: string;
  on(event: 'row', listener: (row: Row) => void): this;
  handleDataRow(message: unknown): void;
  handlePortalSuspended(connection: DriverConnection): void;
  handleCommandComplete(message: unknown, connection: DriverConnection): void;
  handleError(error: Error, connection: DriverConnection): void;
}

interface DriverConnection {
  sync(): void;
  close(what: { type: 'P'; name: string }): void;
}

type DriverQueryConfig = pg.QueryArrayConfig<unknown[]> & { readonly rows: number };
const DriverQuery = pg.Query as unknown as new (
  config: DriverQueryConfig,
  callback: (error: Error | undefined) => void,
) => DriverQuery;

/**
 * Answers the rows up to the last one as soon as they are there. The exchange ends one way there and back later, which the
 * next statement on the connection waits for by itself.
 */
export function readPortions(
  client: pg.ClientBase,
  config: pg.QueryArrayConfig<unknown[]>,
  isLast: IsLast,
): Promise<readonly Row[]> {
  return new Promise((resolve, reject) => {
    client.query(new PortionedQuery(config, isLast, resolve, reject));
  });
}

class PortionedQuery extends DriverQuery {
  readonly #isLast: IsLast;
  readonly #answer: (rows: Row[]) => void;
  readonly #rows: Row[] = [];
  #ended = false;
  #synchronized = false;

  constructor(
    config: pg.QueryArrayConfig<unknown[]>,
    isLast: IsLast,
    answer: (rows: Row[]) => void,
    fail: (error: Error) => void,
  ) {
    super({ ...config, rows: portion }, (error) => error && fail(error));
    this.#isLast = isLast;
    this.#answer = answer;
    this.on('row', (row) => {
      this.#rows.push(row);
      this.#ended = this.#isLast(row);
    });
  }

  override handleDataRow(message: unknown): void {
    if (!this.#ended) super.handleDataRow(message);
  }

  override handlePortalSuspended(connection: DriverConnection): void {
    if (!this.#ended) {
      super.handlePortalSuspended(connection);
      return;
    }
    connection.close({ type: 'P', name: this.portal });
    this.#synchronized = true;
    connection.sync();
    this.#answer(this.#rows);
  }

  override handleCommandComplete(message: unknown, connection: DriverConnection): void {
    this.#synchronized = true;
    super.handleCommandComplete(message, connection);
    this.#answer(this.#rows);
  }

  /** Of a statement in portions, the driver leaves it open whether the server waits for the end of the exchange. */
  override handleError(error: Error, connection: DriverConnection): void {
    if (!this.#synchronized) {
      this.#synchronized = true;
      connection.sync();
    }
    super.handleError(error, connection);
  }
}
