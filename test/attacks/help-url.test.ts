// `helpUrl` is what phones show as a link: nothing but http and https, read by everybody as the same address, and never fetched.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { leastSettings, openSession, type Session } from '../http/session.js';
import { call } from '../support.js';
import { keptBy } from './kept.js';

let session: Session;
let path: string;
before(async () => {
  session = await openSession();
  path = `derivedCredentials/${session.development.settingsId}`;
});
after(() => session.close());

const refused = ['javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'JAVASCRIPT://example.com/%0aalert(1)', ' javascript:alert(1)', '\tjavascript:alert(1)', 'java\nscript:alert(1)', 'java\tscript:alert(1)', '\u0001javascript:alert(1)', '\u00a0javascript:x', '\u2028javascript:x', '\ufeffhttps://example.com', 'javascript&colon;alert(1)', 'javascript%3aalert(1)', 'data:text/html,<script>alert(1)</script>', 'DATA:text/html;base64,PHNjcmlwdD4=', 'vbscript:msgbox(1)', 'file:///etc/passwd', 'FILE://example.com/x', 'blob:https://example.com/x', 'about:blank', 'view-source:https://example.com', 'ftp://example.com', 'ws://example.com', 'intent://example.com#Intent;end', 'itms-services://?action=download', 'tel:1', 'mailto:a@b', 'ms-settings:', 'chrome://x', '', ' ', 'x', '/', '//example.com', '///example.com', '/\\example.com', '\\\\example.com', 'http:', 'http:/', 'http://', 'https://', 'http:example.com', 'https:/example.com', 'https:///example.com', 'https:\\\\example.com', 'https:/\\example.com', 'https://\\example.com', 'https://example.com\\@evil.example', 'https://example.com\\.evil.example', 'https://?x', 'https://#x', 'https://exa mple.com', 'https://example.com/a b', 'https://example.com/\n', 'https://example.com/\r\nX: y', 'https://example.com/\0', 'https://example.com/\u0085', 'https://example.com/\u2028', 'https://example.com:99999', 'https://example.com:x', 'https://[::1', 'https://[x]', 'https://%00', 'https://a%20b', 'https://<script>', 'https://exa|mple', `https://example.com/${'x'.repeat(2048)}`]; // biome-ignore format: a table
/** Addresses by rule 8, however odd: whom they lead to is for those to judge who set them. They are kept letter by letter. */
const kept = ['https://example.com', 'http://example.com', 'HTTPS://EXAMPLE.COM/Help', 'HtTp://example.com', 'https://example.com/help?x=1#y', 'https://example.com:8443/', 'https://user@example.com/', 'https://example.com@evil.example/', 'https://example.com/..;/x', 'https://example.com/a/../b', 'https://example.com/%2e%2e/b', 'https://example.com//x', 'https://example.com/?next=javascript:alert(1)', 'https://example.com/<script>', 'https://example.com/"onclick="x', "https://example.com/'", 'https://example.com/`', 'https://example.com/{{x}}', 'https://example.com/\u202e', 'https://bücher.example/', 'https://xn--bcher-kva.example/', 'https://\u0430pple.example/', 'https://example\u3002com/', 'https://127.0.0.1/', 'https://2130706433/', 'https://0x7f.1/', 'https://[::1]/', 'https://[::ffff:169.254.169.254]/', 'http://169.254.169.254/latest/meta-data/', `https://example.com/${'x'.repeat(2028)}`]; // biome-ignore format: a table

describe('a helpUrl', () => {
  for (const helpUrl of refused) {
    test(`${JSON.stringify(helpUrl).slice(0, 80)} is refused by every way to set it`, async () => {
      const before = await keptBy(session);
      const vpn = `deviceConfigurations/${session.development.profiles.iosVpnConfiguration}`;
      await session.refused(400, 'PATCH', path, { helpUrl });
      await session.refused(400, 'PATCH', `${vpn}/derivedCredentialSettings`, { helpUrl });
      await session.refused(400, 'POST', 'derivedCredentials', { ...leastSettings, helpUrl });
      const part = { id: '1', method: 'PATCH', headers: { 'Content-Type': 'application/json' }, body: { helpUrl } };
      const requests = [{ ...part, url: `/deviceManagement/${path}` }];
      const { json } = await call(session.server, 'POST', '/beta/$batch', { body: { requests } });
      assert.equal(json.responses[0].status, 400);
      assert.equal(await keptBy(session), before);
    });
  }

  for (const helpUrl of kept) {
    test(`${JSON.stringify(helpUrl).slice(0, 80)} is kept as it was sent`, async () => {
      await session.expect(200, 'PATCH', path, { helpUrl });
      const read = await session.send('GET', path);
      assert.equal(read.json.helpUrl, helpUrl);
      for (const [name, value] of Object.entries(read.headers)) {
        assert.ok(!String(value).includes(helpUrl), `${name} has it`);
      }
      const alone = await session.send('GET', `${path}/helpUrl/$value`);
      assert.equal(alone.text, helpUrl);
      // Nothing that a browser could take for a page.
      assert.match(String(alone.headers['content-type']), /^text\/plain/);
      assert.ok(alone.status === 200 && alone.headers.location === undefined && alone.headers.refresh === undefined);
    });
  }

  test('is asked by nobody here', async (t) => {
    let asked = 0;
    const trap = createServer((_request, response) => {
      asked++;
      response.end();
    });
    trap.on('connection', () => asked++);
    await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
    t.after(() => trap.close());
    const helpUrl = `http://127.0.0.1:${(trap.address() as AddressInfo).port}/help`;
    await session.expect(200, 'PATCH', path, { helpUrl });
    for (const url of [path, 'derivedCredentials', `${path}/helpUrl`, `${path}/helpUrl/$value`, 'auditEvents']) {
      await session.expect(200, 'GET', url);
    }
    await session.expect(200, 'PATCH', path, { helpUrl: `${helpUrl}/2` });
    assert.equal(asked, 0);
  });
});
