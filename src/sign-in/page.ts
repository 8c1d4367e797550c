// The frame of every page: plain HTML that needs no script, and headers that let nobody else's in.
import { createHash } from 'node:crypto';

/** A piece of HTML; a text becomes one by `escaped`. */
export type Html = string & { readonly html: unique symbol };

export function escaped(text: string): Html {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '') as Html;
}

/** A template whose values are escaped unless they are HTML already; lists are put together. */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly (Html | readonly Html[] | { text: string })[]
): Html {
  return parts.reduce((before, part, index) => {
    const value = values[index - 1] ?? ('' as Html);
    const text = typeof value === 'string' ? value : 'text' in value ? escaped(value.text) : value.join('');
    return before + text + part;
  }) as Html;
}

/** A text in a template. */
export function text(value: string): { text: string } {
  return { text: value };
}

const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --ground: #eef1f4; --line: #8a939d; --accent: #0b5cad; --alarm: #a4161a; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #eceff2; --paper: #1d2126; --ground: #121518; --line: #78828c; --accent: #74b3f2; --alarm: #ff9b9b; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--ground);
  color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 27rem; padding: 2rem; background: var(--paper); border-radius: .5rem;
  box-shadow: 0 1px 6px rgb(0 0 0 / 18%); overflow-wrap: anywhere; }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; }
p, ul { margin: 0 0 1rem; }
ul { padding-left: 1.25rem; }
label { display: block; margin-bottom: .25rem; font-weight: 600; }
input[type="text"], input[type="email"], input[type="password"] { width: 100%; margin-bottom: 1rem; padding: .6rem .7rem;
  border: 1px solid var(--line); border-radius: .3rem; background: var(--paper); color: var(--ink); font: inherit; }
input.code { letter-spacing: .15em; text-transform: uppercase; }
button { min-height: 2.75rem; padding: .5rem 1.25rem; border: 2px solid var(--accent); border-radius: .3rem;
  background: var(--accent); color: var(--paper); font: inherit; font-weight: 600; cursor: pointer; }
button.other { background: transparent; color: var(--accent); }
.choices { display: flex; flex-wrap: wrap; gap: .75rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.alarm { padding: .6rem .8rem; border-left: 4px solid var(--alarm); color: var(--alarm); font-weight: 600; }
.small { font-size: .875rem; }
code { font-size: .9em; }
footer { margin-top: 1.5rem; font-size: .875rem; color: var(--line); }
@media (max-width: 30rem) { body { padding: 0; place-items: stretch; } main { max-width: none; padding: 1.5rem 1.25rem; border-radius: 0; box-shadow: none; } }
`;

export interface PageOptions {
  readonly title: string;
  readonly content: Html;
  /** Where forms may lead, besides here: the origin or scheme of the place that sign-in leads back to. */
  readonly formTargets?: readonly string[];
  /** The address of our one script, where the page goes on by itself. */
  readonly script?: string;
}

export interface Page {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The page, and the headers that keep it from being framed, led on, or added to. */
export function pageOf({ title, content, formTargets = [], script }: PageOptions): Page {
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${styleHash}'`,
    ...(script === undefined ? [] : ["script-src 'self'"]),
    `form-action ${["'self'", ...formTargets].join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
  const head = script === undefined ? ('' as Html) : html`<script src="${text(script)}" defer></script>`;
  return {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      // With none at all browsers would not say either where a form comes from.
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
    },
    body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escaped(title)}</title>
<style>${style}</style>
${head}
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
${content}
</main>
</body>
</html>
`,
  };
}

const styleHash = createHash('sha256').update(style).digest('base64');
