// A browser as far as sign-in needs one: cookies by their paths, redirects one at a time, and forms as pages have them.
import assert from 'node:assert/strict';
import { type Answer, call } from '../support.js';

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
}

export interface Shown extends Answer {
  /** Where the page stands. */
  readonly url: string;
  /** Where it leads, as a whole URL. */
  readonly location: string | undefined;
}

export class Browser {
  readonly #origin: string;
  readonly #ca: Buffer | undefined;
  readonly #listener: string;
  #cookies: Cookie[] = [];

  /** `listener` is where the origin leads, as through a proxy. */
  constructor(origin: string, ca?: Buffer, listener = origin) {
    this.#origin = origin;
    this.#listener = listener;
    this.#ca = ca;
  }

  /** The `Cookie` header for a path. */
  cookiesFor(path: string): string {
    return this.#cookies
      .filter((cookie) => path === cookie.path || path.startsWith(cookie.path.replace(/\/?$/, '/')))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  open(url: string, headers: Record<string, string> = {}): Promise<Shown> {
    return this.#send('GET', url, undefined, headers);
  }

  /** Follows redirects that stay at the server; what leads away is answered as it is. */
  async visit(url: string): Promise<Shown> {
    return this.follow(await this.open(url));
  }

  async follow(shown: Shown): Promise<Shown> {
    let at = shown;
    for (let count = 0; at.location?.startsWith(this.#origin) && count < 10; count++) at = await this.open(at.location);
    return at;
  }

  /** Sends the page's form with its hidden fields and these; follows where that leads. */
  async submit(page: Shown, fields: Readonly<Record<string, string>>): Promise<Shown> {
    const [, action] = /<form method="post"(?: action="([^"]+)")?>/.exec(page.text) ?? assert.fail(page.text);
    const hidden = [...page.text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)];
    const form = Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value]));
    return this.follow(await this.send(action ?? page.url, { ...form, ...fields }));
  }

  /** Sends a form, as a browser does that stays at the server. */
  send(url: string, form: Readonly<Record<string, string>>, headers: Record<string, string> = {}): Promise<Shown> {
    return this.#send('POST', url, form, { origin: this.#origin, 'sec-fetch-site': 'same-origin', ...headers });
  }

  async #send(
    method: string,
    url: string,
    form: Readonly<Record<string, string>> | undefined,
    headers: Record<string, string>,
  ): Promise<Shown> {
    const target = new URL(url, this.#origin);
    const cookie = this.cookiesFor(target.pathname);
    const answer = await call({ plainUrl: undefined }, method, target.href.replace(target.origin, this.#listener), {
      token: null,
      ...(this.#ca && { ca: this.#ca }),
      ...(form && { body: new URLSearchParams(form).toString() }),
      headers: {
        host: target.host,
        ...(cookie !== '' && { cookie }),
        ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
        ...headers,
      },
    });
    for (const text of answer.headers['set-cookie'] ?? []) this.#keep(text);
    const { location } = answer.headers;
    return {
      ...answer,
      url: target.href,
      location: location === undefined ? undefined : new URL(location, target).href,
    };
  }

  #keep(text: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
    const [, path = '/'] = /; path=([^;]+)/i.exec(text) ?? [];
    this.#cookies = this.#cookies.filter((cookie) => cookie.name !== name || cookie.path !== path);
    if (!/expires=Thu, 01 Jan 1970/i.test(text)) this.#cookies.push({ name, value, path });
  }
}

/** Signs in with a password, and accepts what is asked for; answers what then leads on. */
export async function signIn(browser: Browser, page: Shown, user: string, password: string): Promise<Shown> {
  assert.match(page.text, /<h1>Sign in<\/h1>/);
  const next = await browser.submit(page, { user, password, action: 'sign-in' });
  return /<h1>Permissions requested<\/h1>/.test(next.text) ? browser.submit(next, { action: 'accept' }) : next;
}
