// Bytes that are no request, or that two programs could read as two different ones.
import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { newId, systemClock } from '../../src/base/index.js';
import { answerClientError } from '../../src/http/client-error.js';
import { sendRaw } from '../http/raw.js';
import { assertRefusal, type Refusal, stateOf } from '../http/refusals.js';
import { openSession, type Session } from '../http/session.js';

/** What the body of each request would do, if it were read. */
const body = '{"displayName":"smuggled"}';

interface Row {
  readonly bytes: (parts: Parts) => string | Buffer;
  readonly refusal: Refusal;
}

interface Parts {
  /** The path of the settings. */
  readonly path: string;
  readonly host: string;
  /** `Host` and `Authorization`. */
  readonly head: string;
  /** An update's first lines, without those that tell its length. */
  readonly update: string;
}

const badHeader = (header: string, reason: string): Refusal => ({
  status: 400,
  code: 'BadRequest',
  message: `The header '${header}' is malformed: ${reason}.`,
  target: header,
});
/** The reason is the parser's own text, which differs from one Node to the next. */
const notWellFormed: Refusal = {
  status: 400,
  code: 'BadRequest',
  message: /^The request is not well-formed HTTP: \S.{8,}\.$/,
};
const tooLarge: Refusal = {
  status: 431,
  code: 'RequestHeaderFieldsTooLarge',
  message: 'The URL and the headers of the request are larger than the limit of 32768 bytes.',
};

const rows: Readonly<Record<string, Row>> = {
  'Content-Length and Transfer-Encoding in one request': {
    bytes: ({ update }) =>
      `${update}Content-Length: ${body.length}\r\nTransfer-Encoding: chunked\r\n\r\n1a\r\n${body}\r\n0\r\n\r\n`,
    refusal: notWellFormed,
  },
  'Transfer-Encoding and then Content-Length': {
    bytes: ({ update }) =>
      `${update}Transfer-Encoding: chunked\r\nContent-Length: ${body.length}\r\n\r\n1a\r\n${body}\r\n0\r\n\r\n`,
    refusal: notWellFormed,
  },
  'two equal Content-Lengths': {
    bytes: ({ update }) => `${update}Content-Length: ${body.length}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    refusal: notWellFormed,
  },
  'two different Content-Lengths': {
    bytes: ({ update }) => `${update}Content-Length: ${body.length}\r\nContent-Length: 2\r\n\r\n${body}`,
    refusal: notWellFormed,
  },
  'a list as Content-Length': {
    bytes: ({ update }) => `${update}Content-Length: ${body.length}, ${body.length}\r\n\r\n${body}`,
    refusal: notWellFormed,
  },
  'a negative Content-Length': {
    bytes: ({ update }) => `${update}Content-Length: -${body.length}\r\n\r\n${body}`,
    refusal: notWellFormed,
  },
  'a signed Content-Length': {
    bytes: ({ update }) => `${update}Content-Length: +${body.length}\r\n\r\n${body}`,
    refusal: notWellFormed,
  },
  'a Content-Length that no number holds': {
    bytes: ({ update }) => `${update}Content-Length: 99999999999999999999999\r\n\r\n${body}`,
    refusal: notWellFormed,
  },
  'a transfer coding besides chunked': {
    bytes: ({ update }) => `${update}Transfer-Encoding: gzip, chunked\r\n\r\n1a\r\n${body}\r\n0\r\n\r\n`,
    refusal: badHeader('Transfer-Encoding', 'only chunked is known here'),
  },
  'a transfer coding that is not chunked': {
    bytes: ({ update }) => `${update}Transfer-Encoding: identity\r\n\r\n${body}`,
    refusal: notWellFormed,
  },
  'a misspelt transfer coding': {
    bytes: ({ update }) => `${update}Transfer-Encoding: xchunked\r\n\r\n1a\r\n${body}\r\n0\r\n\r\n`,
    refusal: notWellFormed,
  },
  'a chunk without a size': {
    bytes: ({ update }) => `${update}Transfer-Encoding: chunked\r\n\r\nzz\r\n${body}\r\n0\r\n\r\n`,
    refusal: notWellFormed,
  },
  'a chunk extension of 20 KB': {
    bytes: ({ update }) =>
      `${update}Transfer-Encoding: chunked\r\n\r\n1a;a=${'b'.repeat(20_000)}\r\n${body}\r\n0\r\n\r\n`,
    refusal: notWellFormed,
  },
  'a chunked body over the limit': {
    bytes: ({ update }) => `${update}Transfer-Encoding: chunked\r\n\r\n400001\r\n${' '.repeat(0x400001)}\r\n0\r\n\r\n`,
    refusal: {
      status: 413,
      code: 'RequestEntityTooLarge',
      message: 'The request body is larger than the limit of 4194304 bytes.',
    },
  },
  'a Content-Length over the limit, before any of the body has come': {
    bytes: ({ update }) => `${update}Content-Length: 4194305\r\n\r\n`,
    refusal: {
      status: 413,
      code: 'RequestEntityTooLarge',
      message: 'The request body is larger than the limit of 4194304 bytes.',
    },
  },
  'lines that end in a bare LF': {
    bytes: ({ update }) => `${update}Content-Length: ${body.length}\r\n\r\n`.replaceAll('\r', '') + body,
    refusal: notWellFormed,
  },
  'a bare LF between two headers': {
    bytes: ({ update }) => `${update}X-A: b\nContent-Length: ${body.length}\r\n\r\n${body}`,
    refusal: notWellFormed,
  },
  'a bare CR in a header': {
    bytes: ({ update }) => `${update}X-A: b\rX-B: c\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    refusal: notWellFormed,
  },
  'U+0000 in a header': {
    bytes: ({ update }) => `${update}X-A: b\0\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    refusal: notWellFormed,
  },
  'a space before the colon of a header': {
    bytes: ({ update }) => `${update}Content-Length : ${body.length}\r\n\r\n${body}`,
    refusal: notWellFormed,
  },
  'a folded header': {
    bytes: ({ update }) => `${update}X-A: b\r\n c\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    refusal: notWellFormed,
  },
  'a header of 40 KB': {
    bytes: ({ path, head }) => `GET ${path} HTTP/1.1\r\n${head}X-A: ${'a'.repeat(40_000)}\r\n\r\n`,
    refusal: tooLarge,
  },
  'ten thousand headers': {
    bytes: ({ path, head }) => `GET ${path} HTTP/1.1\r\n${head}${'X-A: b\r\n'.repeat(10_000)}\r\n`,
    refusal: tooLarge,
  },
  'a URL of 100 KB': {
    bytes: ({ path, head }) => `GET ${path}?$filter=${'('.repeat(100_000)} HTTP/1.1\r\n${head}\r\n`,
    refusal: tooLarge,
  },
  'a TLS greeting': {
    bytes: () => Buffer.from('16030102000100', 'hex'),
    refusal: notWellFormed,
  },
  'a method that is none': {
    bytes: ({ path, head }) => `FROB ${path} HTTP/1.1\r\n${head}\r\n`,
    refusal: notWellFormed,
  },
  'a method in lower case': {
    bytes: ({ path, head }) => `delete ${path} HTTP/1.1\r\n${head}\r\n`,
    refusal: notWellFormed,
  },
  'a version of HTTP that there is not': {
    bytes: ({ path, head }) => `GET ${path} HTTP/3.7\r\n${head}\r\n`,
    refusal: notWellFormed,
  },
  'a space in the URL': {
    bytes: ({ path, head }) => `GET ${path} x HTTP/1.1\r\n${head}\r\n`,
    refusal: notWellFormed,
  },
  'U+0000 in the URL': {
    bytes: ({ path, head }) => `GET ${path}\0 HTTP/1.1\r\n${head}\r\n`,
    refusal: notWellFormed,
  },
  'a URL in Latin-1': {
    bytes: ({ path, head }) => Buffer.from(`GET ${path}\xe9 HTTP/1.1\r\n${head}\r\n`, 'latin1'),
    refusal: notWellFormed,
  },
  'no Host': {
    bytes: ({ path }) => `GET ${path} HTTP/1.1\r\n\r\n`,
    refusal: { status: 400, code: 'BadRequest', message: "The host '' is not served here.", target: 'Host' },
  },
  'HTTP/1.0 without a Host': {
    bytes: ({ path }) => `GET ${path} HTTP/1.0\r\n\r\n`,
    refusal: { status: 400, code: 'BadRequest', message: "The host '' is not served here.", target: 'Host' },
  },
  'a second Host': {
    bytes: ({ path, head }) => `GET ${path} HTTP/1.1\r\n${head}Host: evil.example\r\n\r\n`,
    refusal: badHeader('host', 'it is given twice'),
  },
  'a second Authorization': {
    bytes: ({ path, head }) => `GET ${path} HTTP/1.1\r\n${head}Authorization: Bearer x\r\n\r\n`,
    refusal: badHeader('authorization', 'it is given twice'),
  },
  'a second If-Match': {
    bytes: ({ update }) => `${update}If-Match: *\r\nIf-Match: "x"\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    refusal: badHeader('if-match', 'it is given twice'),
  },
  'a second Content-Type': {
    bytes: ({ update }) => `${update}Content-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    refusal: badHeader('content-type', 'it is given twice'),
  },
  'an If-Match behind three thousand headers': {
    bytes: ({ update }) =>
      `${update}${'a:b\r\n'.repeat(3000)}If-Match: "x"\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    refusal: {
      status: 412,
      code: 'PreconditionFailed',
      message: 'The object has changed since the version that If-Match names.',
      target: 'If-Match',
    },
  },
  'a GET with a body': {
    bytes: ({ path, head }) => `GET ${path} HTTP/1.1\r\n${head}Content-Length: ${body.length}\r\n\r\n${body}`,
    refusal: { status: 400, code: 'BadRequest', message: 'A request of this method must not have a body.' },
  },
  'a DELETE with a chunked body': {
    bytes: ({ path, head }) =>
      `DELETE ${path} HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n1a\r\n${body}\r\n0\r\n\r\n`,
    refusal: { status: 400, code: 'BadRequest', message: 'A request of this method must not have a body.' },
  },
  'a DELETE whose Content-Type is none': {
    bytes: ({ path, head }) => `DELETE ${path} HTTP/1.1\r\n${head}Content-Type: {}\r\n\r\n`,
    refusal: badHeader('Content-Type', 'it is no media type'),
  },
  'OPTIONS of everything': {
    bytes: ({ head }) => `OPTIONS * HTTP/1.1\r\n${head}\r\n`,
    refusal: { status: 400, code: 'BadRequest', message: 'Invalid version.', target: '*' },
  },
};

describe('bytes that are no request', () => {
  let session: Session;
  let parts: Parts;
  before(async () => {
    session = await openSession();
    const { development, root, server } = session;
    const path = `/beta/deviceManagement/derivedCredentials/${development.settingsId}`;
    const host = new URL(root).host;
    const head = `Host: ${host}\r\nAuthorization: Bearer ${await development.token()}\r\n`;
    parts = { path, host, head, update: `PATCH ${path} HTTP/1.1\r\n${head}Content-Type: application/json\r\n` };
    assert.ok(server.plainUrl);
  });
  after(() => session.close());

  const send = (bytes: string | Buffer) => sendRaw(session.root, bytes);

  test('the update itself is read when nothing is wrong with it', async () => {
    const answer = await send(`${parts.update}Content-Length: 2\r\n\r\n{}`);
    assert.equal(answer?.status, 200);
  });

  for (const [name, { bytes, refusal }] of Object.entries(rows)) {
    test(`${name}: ${refusal.status}, in Graph's shape, and nothing is changed`, async () => {
      const before = await stateOf(session);
      const answer = await send(bytes(parts));
      assert.ok(answer, 'an answer comes');
      assertRefusal(answer, refusal);
      assert.equal(await stateOf(session), before);
    });
  }

  test('what follows bytes that could not be read is never taken for a request', async () => {
    const before = await stateOf(session);
    const smuggled = `${parts.update}Content-Length: ${body.length}\r\n\r\n${body}`;
    const answer = await send(`FROB / HTTP/1.1\r\n\r\n${smuggled}`);
    assert.equal(answer?.status, 400);
    assert.equal(answer?.headers.connection, 'close');
    assert.equal(answer?.headers['odata-version'], '4.0');
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(await stateOf(session), before);
  });

  test('CONNECT and an unknown expectation are never a way in, nor a fault', async () => {
    const before = await stateOf(session);
    assert.equal(await send(`CONNECT evil.example:443 HTTP/1.1\r\n${parts.head}\r\n`), undefined);
    const answer = await send(`${parts.update}Expect: frob\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    assert.equal(answer?.status, 417);
    assert.equal(answer?.headers['odata-version'], '4.0');
    assert.ok(answer?.headers['x-ms-ags-diagnostic']);
    assert.equal(await stateOf(session), before);
  });

  test('a whole URL in place of the path is taken for a path on this server, and leads nowhere else', async () => {
    const before = await stateOf(session);
    for (const host of ['evil.example', 'graph.microsoft.com', `x@${parts.host}`, '']) {
      const answer = await send(`DELETE http://${host}${parts.path} HTTP/1.1\r\n${parts.head}\r\n`);
      assert.equal(answer?.status, 400, host);
    }
    for (const scheme of ['http', 'https', 'HTTP']) {
      const answer = await send(`GET ${scheme}://${parts.host}${parts.path}?$select=id HTTP/1.1\r\n${parts.head}\r\n`);
      assert.equal(answer?.status, 200, answer?.text);
    }
    // The host that the URL names goes before the one that the header does (RFC 9112, section 3.2.2).
    const head = parts.head.replace(/^host: [^\r\n]*/im, 'Host: evil.example');
    const answer = await send(`GET http://${parts.host}${parts.path} HTTP/1.1\r\n${head}\r\n`);
    assert.equal(answer?.status, 200, answer?.text);
    for (const document of ['$metadata', 'openapi.json', '']) {
      const read = (host: string) =>
        send(`GET http://${host}/beta/${document} HTTP/1.1\r\nHost: ${parts.host}\r\n\r\n`);
      assert.equal((await read(parts.host))?.status, 200, document);
      assert.equal((await read('evil.example'))?.status, 400, document);
    }
    assert.equal(await stateOf(session), before);
  });

  test('a client that goes away in the middle of its body changes nothing', async () => {
    const before = await stateOf(session);
    const { hostname, port } = new URL(session.root);
    for (const fragment of ['', '{"displayName":"half']) {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), hostname, () => {
          socket.end(`${parts.update}Content-Length: ${body.length}\r\n\r\n${fragment}`);
        });
        socket.resume().on('close', () => resolve());
      });
    }
    assert.equal(await stateOf(session), before);
  });

  test('a request that does not arrive in time is told so: 408', async () => {
    const listener = createServer((socket) => {
      answerClientError({ code: 'ERR_HTTP_REQUEST_TIMEOUT' }, socket, {
        clock: systemClock,
        newId,
        observe: () => {},
        maxHeaderSize: 1,
      });
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const answer = await sendRaw(`http://127.0.0.1:${(listener.address() as AddressInfo).port}`, 'GET / HTTP/1.1\r\n');
    listener.close();
    assert.ok(answer);
    assertRefusal(answer, {
      status: 408,
      code: 'RequestTimeout',
      message: 'The request did not arrive in time.',
    });
  });
});
