// What the tests of the protocol share: requests as text, and refusals by their names.
import assert from 'node:assert/strict';
import { GraphError, type RefusalName } from '../../src/base/index.js';
import { settings } from '../../src/config/index.js';
import { model } from '../../src/model/index.js';
import { actionOf, createSkipTokens, locate, readOperation } from '../../src/odata/index.js';
import type { Address, Expression, Operation } from '../../src/plan/index.js';

export const tenantId = '5a1e4e1c-9f3d-4f0e-8b0e-3a1d9c7b2f60';
/** As the server has them, with a key that never changes. */
export const paging = {
  limits: {
    pageSize: settings.pageSize.default,
    expandDepth: settings.expandDepth.default,
    expansions: settings.expandLimit.default,
    expression: {
      depth: settings.filterDepth.default,
      nodes: settings.filterNodes.default,
      list: settings.filterList.default,
    },
  },
  tokens: createSkipTokens(Buffer.alloc(32, 1)),
};

export const limits = paging.limits.expression;

export const context = { model, ownOrigins: ['https://localhost:8443', 'http://127.0.0.1:8080'] };

/** The operation of a request below /beta/deviceManagement. */
export function operation(method: string, path: string, body = '', ifMatch?: string): Operation {
  const url = locate(`/beta/deviceManagement${path}`, model);
  return readOperation({
    url,
    action: actionOf(method, url.address),
    body,
    ifMatch,
    tenantId,
    paging,
    now: 0,
    context,
  });
}

export function addressOf(url: string): Address {
  return locate(url, model).address;
}

/** The filter of a list, as an expression. `set` may have a cast. */
export function filter(text: string, set = 'deviceConfigurations/microsoft.graph.iosVpnConfiguration'): Expression {
  const list = operation('GET', `/${set}?$filter=${encodeURIComponent(text)}`);
  assert.equal(list.kind, 'list');
  assert.ok(list.kind === 'list' && list.query.filter);
  return list.query.filter;
}

/** That the call is refused by this name, with this target where one is given; answers the refusal. */
export function refused(call: () => unknown, refusal: RefusalName, target?: string): GraphError {
  try {
    call();
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    assert.equal(error.refusal, refusal, `${error.refusal}: ${error.message}`);
    if (target !== undefined) assert.equal(error.target, target);
    assert.ok(error.message.length < 1500, 'a refusal does not send back at length what was sent');
    return error;
  }
  return assert.fail(`not refused, instead of ${refusal}`);
}
