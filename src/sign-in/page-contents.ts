// What the pages of a sign-in say, and the forms in them.
import { escaped, type Html, html, type PageOptions, text } from './page.js';

const nothing = '' as Html;

/** A form that is sent to its own page, unless told otherwise. `hidden` are the fields that nobody sees. */
function form(hidden: Readonly<Record<string, string>>, content: Html, action?: string): Html {
  const fields = Object.entries(hidden).map(
    ([name, value]) => html`<input type="hidden" name="${text(name)}" value="${text(value)}">\n`,
  );
  return html`<form method="post"${action === undefined ? nothing : html` action="${text(action)}"`}>
${fields}${content}
</form>`;
}

/** A form in answer to a question of ours: `token` shows that the page was. */
interface Asked {
  readonly token: string;
  /** Where the form may lead, besides to the server. */
  readonly formTargets: readonly string[];
  /** The application's name. */
  readonly application: string;
}

/** `wrong` says what was wrong with the last attempt. */
export function signInPage({ token, formTargets, application }: Asked, name: string, wrong?: string): PageOptions {
  return {
    title: 'Sign in',
    formTargets,
    content: html`<p>to go on to <strong>${text(application)}</strong></p>
${alarm(wrong)}
${form(
  { token },
  html`<label for="user">User name</label>
<input type="text" inputmode="email" id="user" name="user" value="${text(name)}" placeholder="someone@example.org" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="256" required${autofocus(name === '')}${describedBy(wrong)}>
<label for="password">Password</label>
<input type="password" id="password" name="password" autocomplete="current-password" maxlength="1024" required${autofocus(name !== '')}${describedBy(wrong)}>
<div class="choices">
<button name="action" value="sign-in">Sign in</button>
<button class="other" name="action" value="cancel" formnovalidate>Cancel</button>
</div>`,
)}`,
  };
}

export function accountPage({ token, formTargets, application }: Asked, userName: string): PageOptions {
  return {
    title: 'Choose an account',
    formTargets,
    content: html`<p>to go on to <strong>${text(application)}</strong></p>
${form(
  { token },
  html`<div class="choices">
<button name="action" value="continue">${breakable(userName)}</button>
<button class="other" name="action" value="other">Another account</button>
</div>`,
)}`,
  };
}

export function consentPage(
  { token, formTargets, application }: Asked,
  userName: string,
  scopes: readonly string[],
): PageOptions {
  return {
    title: 'Permissions requested',
    formTargets,
    content: html`<p><strong>${text(application)}</strong> wants to act for you, ${breakable(userName)}, with these permissions:</p>
<ul>${scopes.map((scope) => html`<li><code>${breakable(scope)}</code></li>`)}</ul>
<p class="small">If you accept, it can do what they allow for as long as you have them yourself. Accept only if you trust it.</p>
${form(
  { token },
  html`<div class="choices">
<button name="action" value="accept">Accept</button>
<button class="other" name="action" value="decline">Decline</button>
</div>`,
)}`,
  };
}

/** A form of the library's: where it goes, and what shows that it is the user's own. */
interface LibraryForm {
  readonly action: string;
  readonly xsrf: string;
}

/** Where the code of a device is entered. */
export function codePage({ action, xsrf }: LibraryForm, wrong?: string): PageOptions {
  return {
    title: 'Enter the code',
    content: html`${alarm(wrong)}
<p>Your device or program shows it.</p>
${form(
  { xsrf },
  html`<label for="code">Code</label>
<input type="text" class="code" id="code" name="user_code" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="32" required autofocus${describedBy(wrong)}>
<button>Next</button>`,
  action,
)}`,
  };
}

export function confirmationPage({ action, xsrf }: LibraryForm, application: string, userCode: string): PageOptions {
  return {
    title: 'Is it you?',
    content: html`<p>You are about to sign in to <strong>${text(application)}</strong> on the device that shows the code <strong>${text(userCode)}</strong>.</p>
<p class="alarm">Go on only if you have begun this yourself, on a device that you have before you. Whoever sent you a code wants to act as you.</p>
${form(
  { xsrf, user_code: userCode },
  html`<div class="choices">
<button name="confirm" value="yes">Continue</button>
<button class="other" name="abort" value="yes">Cancel</button>
</div>`,
  action,
)}`,
  };
}

export function deviceDonePage(application: string): PageOptions {
  return {
    title: 'Signed in',
    content: html`<p>You have signed in to <strong>${text(application)}</strong> on your device. You can close this page.</p>`,
  };
}

export const deviceDeclinedPage: PageOptions = {
  title: 'Declined',
  content: html`<p>The device is not signed in. You can close this page.</p>`,
};

export function signOutPage({ action, xsrf }: LibraryForm): PageOptions {
  return {
    title: 'Sign out',
    content: form(
      { xsrf },
      html`<div class="choices">
<button name="logout" value="yes">Sign out</button>
<button class="other">Stay signed in</button>
</div>`,
      action,
    ),
  };
}

export const signedOutPage: PageOptions = {
  title: 'Signed out',
  content: html`<p>You can close this page.</p>`,
};

/** What went wrong, for people, and what names it for those who run the server. */
export function failurePage(error: {
  readonly message: string;
  readonly code: number;
  readonly requestId: string;
  readonly time: string;
}): PageOptions {
  return {
    title: 'The sign-in cannot go on',
    content: html`<p class="alarm">${text(error.message)}</p>
<p class="small">AADSTS${text(String(error.code))}<br>Trace ID: ${text(error.requestId)}<br>Time: ${text(error.time)}</p>`,
  };
}

function alarm(wrong: string | undefined): Html {
  return wrong === undefined ? nothing : html`<p class="alarm" role="alert" id="wrong">${text(wrong)}</p>`;
}

/** A long name that a narrow page may break behind its signs, rather than anywhere. */
function breakable(name: string): Html {
  return escaped(name).replace(/[.@-](?=.)/g, '$&<wbr>') as Html;
}

function autofocus(wanted: boolean): Html {
  return (wanted ? ' autofocus' : '') as Html;
}

function describedBy(wrong: string | undefined): Html {
  return (wrong === undefined ? '' : ' aria-describedby="wrong" aria-invalid="true"') as Html;
}
