// Microsoft's Graph client, as it comes, making the calls that the test asks for.
import { Client, type GraphError, GraphRequest } from '@microsoft/microsoft-graph-client';
import { answerRequests } from './client-process.js';

/** The methods of a GraphRequest to call one after the other, each with its arguments; the last one sends it. */
export type Chain = readonly [
  path: string,
  ...steps: (readonly [method: keyof GraphRequest, ...values: readonly unknown[]])[],
];

export type Outcome =
  | { readonly result: unknown }
  | { readonly error: Pick<GraphError, 'code' | 'message' | 'requestId' | 'statusCode' | 'body' | 'date'> };

answerRequests<Chain, Outcome>(({ url, token }) => {
  const client = Client.initWithMiddleware({
    baseUrl: `${url}/`,
    defaultVersion: 'beta',
    customHosts: new Set([new URL(url).hostname]),
    authProvider: { getAccessToken: async () => token },
  });
  return async ([path, ...steps]) => {
    try {
      let made: unknown = client.api(path);
      for (const [method, ...values] of steps) {
        if (!(made instanceof GraphRequest)) throw new Error(`${method} comes after the request was sent`);
        made = (made[method] as (...given: readonly unknown[]) => unknown)(...values);
      }
      const result = await made;
      if (!(result instanceof Response)) return { result };
      const { status, headers } = result;
      return { result: { status, headers: Object.fromEntries(headers), text: await result.text() } };
    } catch (thrown) {
      const { code, message, requestId, statusCode, body, date } = thrown as GraphError;
      return { error: { code, message, requestId, statusCode, body, date } };
    }
  };
});
