// Results → answers: status, headers and JSON text.
import { model } from '../model/index.js';
import { entityTag, entityUrl, writeCollection, writeEntity, writeReference, writeSingleton } from '../odata/index.js';
import type { Operation, Selection } from '../plan/index.js';
import type { Result } from '../service/index.js';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** `root` is the service root that URLs in the answer begin with: `https://localhost:8443/beta`. */
export function answerOf(result: Result, operation: Operation, root: string): Answer {
  const ok = (body: string, headers = {}): Answer => ({ status: 200, headers, body });
  const context = { root, model, select: selectOf(operation) };
  switch (result.kind) {
    case 'nothing':
      return { status: 204, headers: {}, body: undefined };
    case 'singleton':
      return ok(writeSingleton(result.entity, result.singleton, context));
    case 'collection':
      return ok(writeCollection(result.page, result.operation, context));
    case 'reference':
      return ok(writeReference(result.set, result.key, context));
    case 'entity':
      return ok(writeEntity(result.stored, result.set, context), { etag: entityTag(result.stored) });
    case 'created': {
      const { stored, set } = result;
      const location = entityUrl(root, set, stored.entity.id, model);
      return { status: 201, headers: { etag: entityTag(stored), location }, body: writeEntity(stored, set, context) };
    }
  }
}

function selectOf(operation: Operation): Selection {
  return 'query' in operation ? operation.query.select : undefined;
}
