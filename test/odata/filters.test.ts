// $filter: text → expression, and what is refused.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RefusalName } from '../../src/base/index.js';
import { filter, operation, refused } from './requests.js';
import { words } from './words.js';

const a = "displayName eq 'a'";
const b = "realm eq 'b'";
const c = 'enablePerApp eq true';
const [A, B, C] = ['(eq displayName "a")', '(eq realm "b")', '(eq enablePerApp true)'];

const understood: readonly (readonly [string, string])[] = [
  // What Microsoft365DSC sends.
  ["DisplayName eq 'K5'", '(eq displayName "K5")'],
  ["displayName eq 'O''Brien'", '(eq displayName "O\'Brien")'],
  ["displayName eq ''", '(eq displayName "")'],
  ["displayName eq ''''", '(eq displayName "\'")'],
  ["displayName eq 'a and b or (c'", '(eq displayName "a and b or (c")'],
  ["displayName eq '😀'", '(eq displayName "😀")'],
  ["  displayName\teq  'a'  ", A],
  [`(${a})`, A],
  [`((${a}))`, A],
  ["'a' eq displayName", '(eq "a" displayName)'],
  ["DISPLAYNAME EQ 'a' AND NOT(ENABLEPERAPP EQ TRUE)", `(and ${A} (not ${C}))`],
  ['realm eq null', '(eq realm null)'],
  ['realm ne NULL', '(ne realm null)'],
  ['null eq realm', '(eq null realm)'],
  ['realm eq role', '(eq realm role)'],
  ["server/address eq 'x'", '(eq server/address "x")'],
  ["Server/Address eq 'x'", '(eq server/address "x")'],
  ['proxyServer/port eq 80', '(eq proxyServer/port 80)'],
  ["id eq 'x'", '(eq id "x")'],

  // Precedence and grouping.
  [`${a} or ${b} and ${c}`, `(or ${A} (and ${B} ${C}))`],
  [`${a} and ${b} or ${c}`, `(or (and ${A} ${B}) ${C})`],
  [`(${a} or ${b}) and ${c}`, `(and (or ${A} ${B}) ${C})`],
  [`${a} and ${b} and ${c}`, `(and (and ${A} ${B}) ${C})`],
  [`not ${a} and ${b}`, `(and (not ${A}) ${B})`],
  [`not (${a} and ${b})`, `(not (and ${A} ${B}))`],
  [`not(${a})`, `(not ${A})`],
  [`not not ${a}`, `(not (not ${A}))`],
  [`${a} and not ${b} or ${c}`, `(or (and ${A} (not ${B})) ${C})`],
  [`${a} and(${b})`, `(and ${A} ${B})`],

  // Booleans stand by themselves.
  ['enableSplitTunneling', 'enableSplitTunneling'],
  ['not enableSplitTunneling', '(not enableSplitTunneling)'],
  [`enablePerApp and ${a}`, `(and enablePerApp ${A})`],
  ['server/isDefaultServer', 'server/isDefaultServer'],
  ['true', 'true'],
  ['false or enablePerApp', '(or false enablePerApp)'],
  ['1 eq 1', '(eq 1 1)'],
  ["'a' ne null", '(ne "a" null)'],

  // Literals.
  ['version eq 2147483647', '(eq version 2147483647)'],
  ['version eq -2147483648', '(eq version -2147483648)'],
  ['version eq -0', '(eq version 0)'],
  ['version ne 007', '(ne version 7)'],
  ["authenticationMethod eq 'derivedCredential'", '(eq authenticationMethod "derivedCredential")'],
  ["authenticationMethod eq microsoft.graph.vpnAuthenticationMethod'azureAD'", '(eq authenticationMethod "azureAD")'],
  ["providerType eq null and 'appProxy' ne providerType", '(and (eq providerType null) (ne "appProxy" providerType))'],
  ['createdDateTime eq 2024-02-29T00:00:00Z', '(eq createdDateTime "2024-02-29T00:00:00.0000000Z")'],
  ['createdDateTime eq 2024-01-01t00:00z', '(eq createdDateTime "2024-01-01T00:00:00.0000000Z")'],
  ['createdDateTime eq 2024-01-01T00:00:00.1Z', '(eq createdDateTime "2024-01-01T00:00:00.1000000Z")'],
  ['createdDateTime eq 2024-01-01T00:00:00.123456789012Z', '(eq createdDateTime "2024-01-01T00:00:00.1234567Z")'],
  ['createdDateTime eq 2024-01-01T00:30:00+01:00', '(eq createdDateTime "2023-12-31T23:30:00.0000000Z")'],
  ['createdDateTime eq 2024-01-01T00:30:00.25-11:30', '(eq createdDateTime "2024-01-01T12:00:00.2500000Z")'],
  ['createdDateTime ne lastModifiedDateTime', '(ne createdDateTime lastModifiedDateTime)'],
  ['createdDateTime gt 2024-01-01', '(gt createdDateTime "2024-01-01T00:00:00.0000000Z")'],
  ['version eq 2147483648', '(eq version 2147483648)'],
  ['version lt 5.5 or version lt 1e3', '(or (lt version 5.5) (lt version 1000))'],
  ['version lt INF and version gt -INF', '(and (lt version Infinity) (gt version -Infinity))'],
  ['version eq NaN or NaN ne version or NaN lt 1', '(or (or false true) false)'],
  ['time(createdDateTime) ge 10:00', '(ge (time createdDateTime) "10:00:00.0000000")'],
  ['date(createdDateTime) eq 2024-02-29', '(eq (date createdDateTime) "2024-02-29")'],
  [
    "lastModifiedDateTime sub createdDateTime gt duration'P1DT1.5S'",
    '(gt (sub lastModifiedDateTime createdDateTime) "864015000000")',
  ],
  [
    "lastModifiedDateTime sub createdDateTime gt '-PT0.5S'",
    '(gt (sub lastModifiedDateTime createdDateTime) "-5000000")',
  ],
  ["binary'AAA=' eq null", '(eq "AAA" null)'],

  // Comparison, membership, flags.
  ['version gt 1 and 2 GE version', '(and (gt version 1) (ge 2 version))'],
  ["authenticationMethod le 'sharedSecret'", '(le authenticationMethod "sharedSecret")'],
  ["displayName in ('a', null)", '(in displayName ["a" null])'],
  ["displayName IN ('a')", '(in displayName ["a"])'],
  ['displayName in ["a", "\\u00e9", \'c\']', '(in displayName ["a" "é" "c"])'],
  ["authenticationMethod in ('azureAD','certificate')", '(in authenticationMethod ["azureAD" "certificate"])'],
  ["'0' in roleScopeTagIds", '(in "0" roleScopeTagIds)'],
  ["'0' in (RoleScopeTagIds)", '(in "0" roleScopeTagIds)'],
  ['version in (1, NaN, 2)', '(in version [1 2])'],
  ['version in ()', '(in version [])'],
  ['server eq null', '(absent server)'],
  ['null ne proxyServer', '(not (absent proxyServer))'],
  ['derivedCredentialSettings ne null', '(not (absent derivedCredentialSettings))'],
  [`(${a}) eq true`, `(eq ${A} true)`],

  // Sums bind tighter than comparisons, products tighter than sums, has and in tighter than all.
  ['version add 1 mul 2 eq -version sub 3', '(eq (add version (mul 1 2)) (sub (- version) 3))'],
  ['version sub 1 sub 2 gt version div 2 mod 3', '(gt (sub (sub version 1) 2) (mod (div version 2) 3))'],
  ['not version in (1) and version divby 2 eq 0.5', '(and (not (in version [1])) (eq (divby version 2) 0.5))'],
  ["2024-01-02T00:00:00Z sub duration'P1D' le createdDateTime", '(le "2024-01-01T00:00:00.0000000Z" createdDateTime)'],
  ["createdDateTime add 'PT1S' gt lastModifiedDateTime", '(gt (add createdDateTime "10000000") lastModifiedDateTime)'],

  // Functions.
  ["StartsWith(DisplayName,'a')", '(startswith displayName "a")'],
  ["contains(tolower(displayName),'a') eq false", '(eq (contains (tolower displayName) "a") false)'],
  ["indexof(concat(trim(realm),'x'),'a') eq 1", '(eq (indexof (concat (trim realm) "x") "a") 1)'],
  ["substring(realm,1,length(realm) sub 1) eq 'a'", '(eq (substring realm 1 (sub (length realm) 1)) "a")'],
  ['maxdatetime() gt mindatetime()', '(gt "9999-12-31T23:59:59.9999999Z" "0001-01-01T00:00:00.0000000Z")'],
  [
    'round(version divby 2) eq 1 and floor(null) eq null',
    '(and (eq (round (divby version 2)) 1) (eq (floor null) null))',
  ],
  ["isof('microsoft.graph.iosVpnConfiguration')", 'true'],
  ['isof(microsoft.graph.appleVpnConfiguration)', 'true'],
  ["not isof('microsoft.graph.iosUpdateConfiguration')", '(not false)'],
  ["isof(proxyServer,'microsoft.graph.windows10VpnProxyServer')", '(isof proxyServer windows10VpnProxyServer)'],
  [
    'isof(NaN,Edm.Double) and not isof(INF,Edm.Int32) and not isof(1.5,Edm.Int32)',
    '(and (and true (not false)) (not false))',
  ],
  ['isof(realm,Edm.String) and isof(realm,Edm.Int32)', '(and (ne realm null) false)'],
  ["cast(version,Edm.String) eq '1'", '(eq (cast version Edm.String) "1")'],
  ['cast(authenticationMethod,Edm.Int32) eq 3', '(eq (cast authenticationMethod Edm.Int32) 3)'],

  // Paths and collections.
  ["$it/displayName eq 'a'", A],
  ["microsoft.graph.iosVpnConfiguration/cloudName eq 'x'", '(eq cloudName "x")'],
  ["cast(microsoft.graph.iosVpnConfiguration)/cloudName eq 'x'", '(eq cloudName "x")'],
  ["derivedCredentialSettings/issuer eq 'purebred'", '(eq derivedCredentialSettings/issuer "purebred")'],
  [
    'proxyServer/microsoft.graph.windows10VpnProxyServer/bypassProxyServerForLocalAddress',
    'proxyServer/windows10VpnProxyServer/bypassProxyServerForLocalAddress',
  ],
  ['roleScopeTagIds/any()', '(any roleScopeTagIds)'],
  ["roleScopeTagIds/ANY(t:t eq '0')", '(any t roleScopeTagIds (eq t "0"))'],
  [
    'onDemandRules/all(r:r/ssids/any(r:r eq displayName) and r/probeUrl ne null)',
    '(all r onDemandRules (and (any r2 r/ssids (eq r2 displayName)) (ne r/probeUrl null)))',
  ],
  [
    'onDemandRules/$count gt 1 and length(roleScopeTagIds) eq 1',
    '(and (gt (count onDemandRules) 1) (eq (count roleScopeTagIds) 1))',
  ],
];

const invalid: readonly (readonly [string, RegExp])[] = [
  ['displayName eq', /position 14/],
  ['displayName', /position 0/],
  ["displayName 'a'", /position 12/],
  ["displayName eq 'a' 'b'", /position 19/],
  ["displayName eq 'a' and", /position 22/],
  ["(displayName eq 'a'", /'\)' is missing at position 19/],
  ["displayName eq 'a')", /'\)' is not expected at position 18/],
  ['()', /position 1/],
  [')', /position 0/],
  ["displayName eq 'a", /string does not end at position 15/],
  ["displayName eq 'a''", /string does not end/],
  ["displayName eq 'a'; DROP TABLE audit_events --", /position 18/],
  ['displayName eq "a"', /position 15/],
  ["displayName = 'a'", /position 12/],
  ["displayName == 'a'", /position 12/],
  ["displayName eq 'a' && realm eq 'b'", /position 19/],
  ['displayName eq \u0000', /U\+0000/],
  ["displayName eq 'a\u0000b'", /U\+0000/],
  ["displayName\neq 'a'", /position 11/],
  ['displayName eq 5', /Edm\.String.*Edm\.Int32/],
  ['displayName eq true', /Edm\.String.*Edm\.Boolean/],
  ['displayName eq bc650741-0741-bc65-4107-65bc410765bc', /Edm\.String.*Edm\.Guid/],
  ['displayName eq 2024-01-01T00:00:00Z', /Edm\.String.*Edm\.DateTimeOffset/],
  ["version eq '5'", /Edm\.Int32.*Edm\.String/],
  ['version eq 5abc', /position 11/],
  ["enablePerApp eq 'true'", /Edm\.Boolean.*Edm\.String/],
  ['enablePerApp eq 1', /Edm\.Boolean.*Edm\.Int32/],
  ['realm eq version', /Edm\.String.*Edm\.Int32/],
  ['realm eq authenticationMethod', /Edm\.String.*vpnAuthenticationMethod/],
  ["'a' eq 1", /Edm\.String cannot be compared to Edm\.Int32 at position 4/],
  ["authenticationMethod eq 'nope'", /'nope' is not a member of microsoft\.graph\.vpnAuthenticationMethod/],
  ["authenticationMethod eq 'derivedcredential'", /Did you mean 'derivedCredential'\?/],
  ["authenticationMethod eq 'constructor'", /not a member/],
  ["authenticationMethod eq ''", /not a member/],
  ['authenticationMethod eq 3', /microsoft\.graph\.vpnAuthenticationMethod is expected/],
  ['authenticationMethod eq true', /microsoft\.graph\.vpnAuthenticationMethod is expected/],
  ["authenticationMethod eq microsoft.graph.eapType'peap'", /eapType is not microsoft\.graph\.vpnAuthenticationMethod/],
  ['createdDateTime eq 2024-02-30T00:00:00Z', /no date and time/],
  ['createdDateTime eq 2023-02-29T00:00:00Z', /no date and time/],
  ['createdDateTime eq 2024-13-01T00:00:00Z', /no date and time/],
  ['createdDateTime eq 2024-01-01T24:00:00Z', /no date and time/],
  ['createdDateTime eq 2024-01-01T00:60:00Z', /no date and time/],
  ['createdDateTime eq 2024-01-01T00:00:60Z', /no date and time/],
  ['createdDateTime eq 2024-01-01T00:00:00', /no date and time/],
  ['createdDateTime eq 2024-01-01T00:00:00+24:00', /no date and time/],
  ['createdDateTime eq 2024-01-01T00:00:00.1234567890123Z', /no date and time/],
  ['createdDateTime eq 0000-01-01T00:00:00+01:00', /no date and time/],
  ['createdDateTime eq 9999-12-31T23:59:59-01:00', /no date and time/],
  ["createdDateTime eq '2024-01-01T00:00:00Z'", /Edm\.DateTimeOffset.*Edm\.String/],
  ['proxyServer', /condition is expected/],
  ['not realm', /condition is expected/],
  ["'a'", /condition is expected/],
  ['null', /condition is expected/],
  ['1 and 2', /condition is expected/],
  [`${a} and realm`, /condition is expected.*position 23/],
  ["(displayName, realm) eq 'a'", /list/],
  ['version div 0 eq 1', /division by zero at position 8/],
  ['version add displayName eq 1', /'add' does not take Edm.Int32 and Edm.String at position 8/],
  ['-displayName eq 1', /'-' takes a number/],
  ["binary'AAAA' gt binary'AAAA'", /no order/],
  ["binary'!' eq null", /no base64url/],
  ["authenticationMethod has 'certificate'", /flags/],
  ["version in ('a')", /Edm\.Int32 cannot be compared to Edm\.String/],
  ['startswith(displayName) eq true', /'startswith' takes 2 arguments, not 1 at position 0/],
  ["startswith(version,'a')", /'startswith' does not take Edm\.Int32 there at position 11/],
  ["substring(realm,-1) eq 'a'", /no negative numbers/],
  ['day(2024-01-01T00:00:00+01:00) eq 1', /in UTC/],
  ['createdDateTime eq now(1)', /'now' takes no arguments/],
  ["isof('nope')", /qualified name of a type/],
  ['isof()', /takes a type/],
  ['roleScopeTagIds/all()', /'all' takes a condition/],
  ["roleScopeTagIds/any(t eq '0')", /takes a variable/],
  ['roleScopeTagIds/any(t:t)', /condition is expected/],
  ['roleScopeTagIds/nope eq 1', /'roleScopeTagIds' is a collection/],
  ['displayName eq ["a"', /']' is missing/],
  ['displayName in ["\\x"]', /malformed/],
  ["9999-12-31T00:00:00Z add duration'P2D' gt createdDateTime", /out of range/],
  ["duration'P1M' eq null", /no duration of days and time/],
  ['version eq 1e999', /too large/],
];

const others: readonly (readonly [string, RefusalName, RegExp])[] = [
  ["nope eq 'a'", 'propertyNotFound', /'nope' on type 'microsoft.graph.iosVpnConfiguration'/],
  ['eq', 'propertyNotFound', /'eq'/],
  ["__proto__ eq 'a'", 'propertyNotFound', /__proto__/],
  ["constructor eq 'a'", 'propertyNotFound', /constructor/],
  ["server/nope eq 'a'", 'propertyNotFound', /'nope' on type 'microsoft.graph.vpnServer'/],
  ["displayName/length eq 'a'", 'propertyNotFound', /'length' on type 'Edm.String'/],
  ["$root/deviceManagement/id eq 'a'", 'filterNotSupported', /'\$root'/],
  ['server eq proxyServer', 'filterNotSupported', /server/],
  ["microsoft.graph.iosWiFiConfiguration/ssid eq 'a'", 'castNotDerived', /iosWiFiConfiguration/],
  ["microsoft.graph.iosUpdateConfiguration/x eq 'a'", 'unknownType', /iosUpdateConfiguration/],
  ['T/any(t:t eq 1)', 'propertyNotFound', /'T'/],
  ["roleScopeTagIds/any(t:T eq '0')", 'propertyNotFound', /'T'/],
  ["roleScopeTagIds eq 'a'", 'filterNotSupported', /the collection roleScopeTagIds/],
];

describe('$filter', () => {
  for (const [text, expected] of understood) {
    it(`${text} means ${expected}`, () => assert.equal(words(filter(text)), expected));
  }

  for (const [text, message] of invalid) {
    it(`${JSON.stringify(text)} is invalid, and why: ${message.source}`, () => {
      assert.match(refused(() => filter(text), 'filterInvalid', '$filter').message, message);
    });
  }

  for (const [text, refusal, message] of others) {
    it(`${text} is refused: ${refusal}`, () => {
      assert.match(refused(() => filter(text), refusal, '$filter').message, message);
    });
  }

  it('knows flags in any order, canonically', () => {
    for (const text of [
      'companyPortal,email',
      'email,companyPortal',
      ' email , companyPortal ',
      'email,companyPortal,email',
    ]) {
      const expected = '(eq notificationType "companyPortal,email")';
      assert.equal(words(filter(`notificationType eq '${text}'`, 'derivedCredentials')), expected);
    }
    refused(() => filter("notificationType eq 'none,email'", 'derivedCredentials'), 'filterInvalid', '$filter');
    refused(() => filter("notificationType eq 'email,'", 'derivedCredentials'), 'filterInvalid', '$filter');
  });

  it('knows GUIDs in any case', () => {
    const text = 'correlationId eq BC650741-0741-BC65-4107-65BC410765BC';
    assert.equal(words(filter(text, 'auditEvents')), '(eq correlationId "bc650741-0741-bc65-4107-65bc410765bc")');
    const quoted = "correlationId eq 'bc650741-0741-bc65-4107-65bc410765bc'";
    refused(() => filter(quoted, 'auditEvents'), 'filterInvalid', '$filter');
  });

  it('knows the properties of the type that the address has, and no others', () => {
    refused(() => filter("connectionName eq 'a'", 'deviceConfigurations'), 'propertyNotFound', '$filter');
    assert.equal(words(filter("connectionName eq 'a'")), '(eq connectionName "a")');
  });

  it('takes a plus in the offset of an instant that was not encoded', () => {
    const list = operation('GET', '/auditEvents?$filter=activityDateTime+eq+2024-01-01T01:00:00+01:00');
    assert.ok(list.kind === 'list' && list.query.filter);
    assert.equal(words(list.query.filter), '(eq activityDateTime "2024-01-01T00:00:00.0000000Z")');
  });

  it('is none where it is empty or blank', () => {
    for (const query of ['?$filter=', '?$filter', '?filter=', '?$filter=%20', '']) {
      const list = operation('GET', `/derivedCredentials${query}`);
      assert.ok(list.kind === 'list' && list.query.filter === undefined);
    }
  });
});

describe('a hostile $filter', () => {
  const nested = (depth: number, open: string, close: string): string =>
    `${open.repeat(depth)}enablePerApp${close.repeat(depth)}`;

  const forms: readonly (readonly [string, string, string])[] = [
    ['parentheses', '(', ')'],
    ['not', 'not ', ''],
    ['not with parentheses', 'not(', ')'],
    ['minus', '- ', ''],
    ['calls', 'f(', ')'],
    ['lambdas', 'a/any(x:', ')'],
    ['lists', '(1,', ')'],
    ['operands on the right', '1 eq (', ')'],
    ['alternating operators', 'enablePerApp and (enablePerApp or ', ')'],
  ];
  for (const [name, open, close] of forms) {
    it(`nested by ${name} a thousand or a hundred thousand deep is refused: filterTooDeep`, () => {
      for (const depth of [1_000, 100_000]) {
        refused(() => filter(nested(depth, open, close)), 'filterTooDeep', '$filter');
      }
    });
  }

  it('may be nested as deep as the limit', () => {
    assert.equal(words(filter(nested(64, '(', ')'))), 'enablePerApp');
    assert.match(words(filter(nested(64, 'not ', ''))), /^(\(not ){64}enablePerApp\){64}$/);
    refused(() => filter(nested(65, '(', ')')), 'filterTooDeep', '$filter');
    refused(() => filter(nested(65, 'not ', '')), 'filterTooDeep', '$filter');
  });

  it('of thousands of conditions is refused: filterTooLarge', () => {
    for (const [count, operator] of [
      [170, 'or'],
      [10_000, 'or'],
      [10_000, 'and'],
      [10_000, 'eq'],
    ] as const) {
      const text = Array.from({ length: count }, (_, n) => `displayName eq '${n}'`).join(` ${operator} `);
      refused(() => filter(text), 'filterTooLarge', '$filter');
    }
    const list = Array.from({ length: 10_000 }, (_, n) => `'${n}'`).join();
    refused(() => filter(`displayName in (${list})`), 'filterListTooLong', '$filter');
  });

  it('may be a long chain within the limit', () => {
    const text = Array.from({ length: 125 }, (_, n) => `displayName eq '${n}'`).join(' or ');
    assert.match(words(filter(text)), /"124"/);
  });

  it('is understood or refused, whatever tokens it is made of', () => {
    const tokens = [
      'displayName', 'version', 'enablePerApp', 'server', '/', 'eq', 'ne', 'and', 'or', 'not', 'in', 'has', 'add', '-',
      '(', ')', ',', ':', "'a'", "'", '5', '5.5', 'null', 'true', '2024-01-01', '2024-01-01T00:00:00Z', '@p', '$it', ' ',
      ' ', ' ', 'any', "duration'P1D'", '[', '*', '=', '%', '\u{1F600}', 'bc650741-0741-bc65-4107-65bc410765bc',
    ]; // biome-ignore format: a table
    let seed = 1;
    const random = (limit: number): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % limit;
    };
    for (let round = 0; round < 20_000; round++) {
      const text = Array.from({ length: 1 + random(12) }, () => tokens[random(tokens.length)]).join(
        ' '.repeat(random(2)),
      );
      if (text.trim() === '') continue;
      try {
        filter(text);
      } catch (error) {
        assert.ok(error instanceof Error && error.name === 'GraphError', `${text}: ${error}`);
      }
    }
  });
});
