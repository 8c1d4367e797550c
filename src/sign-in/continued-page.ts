// The page by which a browser goes on with a form that the library has filled in.
import { scriptPath } from './addresses.js';
import { html, type Page, pageOf, text } from './page.js';

/** Sends the form, so that people need not; without it they find a button. */
export const scriptAnswer = {
  status: 200,
  headers: {
    'content-type': 'text/javascript; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'cache-control': 'max-age=3600',
  },
  body: 'document.forms[0].submit();\n',
};

/** As the library writes it. */
const formOf = /<form method="post" action="([^"]*)">([\s\S]*?)<noscript>/;
const inputs = /<input type="hidden" name="([^"]*)" value="([^"]*)"\/>/g;

/**
 * Our own in place of the library's, whose script stands in it, which no policy of ours allows. Undefined where the body
 * is another page.
 */
export function continuedPage(body: string, segment: string): Page | undefined {
  if (!body.includes('<title>Submitting Callback</title>')) return undefined;
  const [, action = '', fields = ''] = formOf.exec(body) ?? [];
  const target = unescaped(action);
  const hidden = [...fields.matchAll(inputs)].map(
    ([, name = '', value = '']) => html`<input type="hidden" name="${text(name)}" value="${text(unescaped(value))}">`,
  );
  return pageOf({
    title: 'One moment',
    content: html`<form method="post" action="${text(target)}">
${hidden}
<p>The sign-in goes on in a moment. If it does not:</p>
<button>Continue</button>
</form>`,
    formTargets: [targetOf(target)],
    script: `/${segment}${scriptPath}`,
  });
}

/** What a policy calls the place that a form or a redirect leads to: its origin, or a program's own scheme. */
export function targetOf(uri: string): string {
  if (!URL.canParse(uri)) return "'self'";
  const { protocol, origin } = new URL(uri);
  return /^https?:$/.test(protocol) ? origin : protocol;
}

function unescaped(value: string): string {
  const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'" };
  return value.replace(/&(#?\w+);/g, (whole, name: string) => entities[name] ?? whole);
}
