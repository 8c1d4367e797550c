// Results → answers: status, headers and JSON text.
import { model } from '../model/index.js';
import {
  entityTag,
  entityUrl,
  placeOfSet,
  type WriteContext,
  writeCollection,
  writeEntity,
  writeReference,
  writeSingleton,
} from '../odata/index.js';
import { type EntityQuery, type Operation, wholeEntity } from '../plan/index.js';
import type { Result } from '../service/index.js';
import { contentTypeOf, type Representation } from './media-types.js';
import { appliedHeader, type Preferences } from './preferences.js';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** `root` is the service root that URLs in the answer begin with: `https://localhost:8443/beta`. */
export function answerOf(
  result: Result,
  operation: Operation,
  root: string,
  form: Representation,
  preferences: Preferences,
): Answer {
  const change = operation.kind === 'create' || operation.kind === 'update';
  const minimal = change && preferences.return === 'minimal';
  const applied = appliedHeader([
    change && preferences.return && `return=${preferences.return}`,
    preferences.unknownEnumMembers && 'include-unknown-enum-members',
  ]);
  const ok = (body: string, headers = {}): Answer => ({
    status: 200,
    headers: { 'content-type': contentTypeOf(form), ...headers, ...applied },
    body,
  });
  const context: WriteContext = { root, model, level: form.level, query: queryOf(operation) };
  switch (result.kind) {
    case 'nothing':
      return { status: 204, headers: {}, body: undefined };
    case 'singleton':
      return ok(writeSingleton(result.entity, result.singleton, context));
    case 'collection': {
      const { set, type, cast } = result.operation.address;
      return ok(writeCollection(result.page, placeOfSet(set, model, cast ? type : undefined), context));
    }
    case 'reference':
      return ok(writeReference(result.set, result.key, context));
    case 'entity': {
      const { stored, set } = result;
      const etag = entityTag(stored);
      if (minimal) return { status: 204, headers: { etag, ...applied }, body: undefined };
      const place = placeOfSet(set, model);
      return ok(writeEntity({ stored, expanded: {} }, place, context), { etag });
    }
    case 'created': {
      const { stored, set } = result;
      const location = entityUrl(root, set, stored.entity.id, model);
      const told = { etag: entityTag(stored), location };
      // Where the object is not answered, a client has to be told which it is (OData protocol 4.01, section 8.3.4).
      if (minimal)
        return { status: 204, headers: { ...told, 'odata-entityid': location, ...applied }, body: undefined };
      const body = writeEntity({ stored, expanded: {} }, placeOfSet(set, model), context);
      return { ...ok(body, told), status: 201 };
    }
  }
}

function queryOf(operation: Operation): EntityQuery {
  return 'query' in operation ? operation.query : wholeEntity;
}
