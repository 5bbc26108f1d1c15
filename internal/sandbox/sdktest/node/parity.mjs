// Makes each call that the Go client makes too: node parity.mjs < runs.json
// Each run prints one line of JSON: whether it went well.
import { readFileSync } from 'node:fs';
import DescopeClient from '@descope/node-sdk';

const NEW = 'new@example.com';
const PHONE = '+15555550177';
const user = { name: 'New', givenName: 'N', middleName: 'E', familyName: 'W', email: NEW, phone: PHONE };
const options = {
  customClaims: { plan: 'gold', seats: 3 }, tenantId: 'T1',
  templateId: 'TPL', templateOptions: { product: 'postern' },
};
const all = { ...options, revokeOtherSessions: true };
const both = { mfa: true, stepup: true };

const codes = (channel, login) => ({
  [`otp sign-up by ${channel}`]: (sdk) => sdk.otp.signUp[channel](login),
  [`otp sign-up by ${channel} with user and options`]: (sdk) => sdk.otp.signUp[channel](login, user, options),
  [`otp sign-in by ${channel}`]: (sdk, f) => sdk.otp.signIn[channel](f.loginId),
  [`otp sign-in by ${channel} with options`]: (sdk, f) => sdk.otp.signIn[channel](f.loginId, all),
  [`otp sign-in by ${channel} with mfa`]: (sdk, f) => sdk.otp.signIn[channel](f.loginId, { mfa: true }, f.refresh),
  [`otp sign-in by ${channel} with step-up`]: (sdk, f) => sdk.otp.signIn[channel](f.loginId, { stepup: true }, f.refresh),
  [`otp sign-up-or-in by ${channel}`]: (sdk) => sdk.otp.signUpOrIn[channel](login),
  [`otp sign-up-or-in by ${channel} with options`]: (sdk) => sdk.otp.signUpOrIn[channel](login, options),
  [`otp verify by ${channel}`]: (sdk, f) => sdk.otp.verify[channel](f.loginId, f.code),
});

const links = (kind, call, login) => ({
  [`${kind} sign-up`]: (sdk) => call(sdk, 'signUp')(login),
  [`${kind} sign-up with user and options`]: (sdk) => call(sdk, 'signUp')(login, undefined, user, options),
  [`${kind} sign-in`]: (sdk, f) => call(sdk, 'signIn')(f.loginId),
  [`${kind} sign-in with mfa`]: (sdk, f) => call(sdk, 'signIn')(f.loginId, undefined, { mfa: true }, f.refresh),
  [`${kind} sign-up-or-in`]: (sdk) => call(sdk, 'signUpOrIn')(login),
  [`${kind} sign-up-or-in with options`]: (sdk) => call(sdk, 'signUpOrIn')(login, undefined, options),
});

// once asks a single time where the SDK would poll for ten minutes: there is
// time for a slow answer, and none for a second question.
const once = (sdk, ref) => sdk.enchantedLink.waitForSession(ref, { pollingIntervalMs: 3000, timeoutMs: 5900 });

const calls = {
  keys: async (sdk, f) => { await sdk.getKey({ kid: f.kid }); return { ok: true }; },
  'totp sign-up': (sdk) => sdk.totp.signUp(NEW),
  'totp sign-up with user': (sdk) => sdk.totp.signUp(NEW, user),
  'totp verify': (sdk, f) => sdk.totp.verify(f.loginId, f.code),
  'totp verify with options': (sdk, f) => sdk.totp.verify(f.loginId, f.code, all),
  'totp verify with mfa': (sdk, f) => sdk.totp.verify(f.loginId, f.code, { mfa: true }, f.refresh),
  'totp verify with step-up': (sdk, f) => sdk.totp.verify(f.loginId, f.code, { stepup: true }, f.refresh),
  'totp verify with both': (sdk, f) => sdk.totp.verify(f.loginId, f.code, both, f.refresh),
  'totp verify with the auth management key': (sdk, f) => sdk.totp.verify(f.loginId, f.code),
  'totp verify with mfa and the auth management key': (sdk, f) =>
    sdk.totp.verify(f.loginId, f.code, { mfa: true }, f.refresh),
  'totp update': (sdk, f) => sdk.totp.update(f.loginId, f.refresh),
  ...codes('email', NEW), ...codes('sms', PHONE), ...codes('voice', PHONE), ...codes('whatsapp', PHONE),
  ...links('enchanted link', (sdk, way) => sdk.enchantedLink[way], NEW),
  ...links('magic link by email', (sdk, way) => sdk.magicLink[way].email, NEW),
  ...links('magic link by sms', (sdk, way) => sdk.magicLink[way].sms, PHONE),
  ...links('magic link by whatsapp', (sdk, way) => sdk.magicLink[way].whatsapp, PHONE),
  'enchanted link wait': (sdk, f) => once(sdk, f.ref),
  'magic link verify': (sdk, f) => sdk.magicLink.verify(f.token),
  'password sign-up': (sdk) => sdk.password.signUp(NEW, 'Pa55word!'),
  'password sign-up with user and options': (sdk) => sdk.password.signUp(NEW, 'Pa55word!', user, options),
  'password sign-in': (sdk, f) => sdk.password.signIn(f.loginId, 'Pa55word!'),
  'password sign-in with options': (sdk, f) => sdk.password.signIn(f.loginId, 'Pa55word!', all),
  'password reset': (sdk, f) => sdk.password.sendReset(f.loginId),
  'password update': (sdk, f) => sdk.password.update(f.loginId, 'Pa55word?', f.refresh),
  'password replace': (sdk, f) => sdk.password.replace(f.loginId, 'Pa55word!', 'Pa55word?'),
  'password policy': (sdk) => sdk.password.policy(),
  'access key exchange': (sdk, f) => sdk.accessKey.exchange(f.accessKey),
  'access key exchange with options': (sdk, f) =>
    sdk.accessKey.exchange(f.accessKey, { customClaims: options.customClaims, selectedTenant: 'T1' }),
  'access key exchange with the auth management key': (sdk, f) => sdk.accessKey.exchange(f.accessKey),
  me: (sdk, f) => sdk.me(f.refresh),
  history: (sdk, f) => sdk.history(f.refresh),
  'my tenants': (sdk, f) => sdk.myTenants(['T1', 'T2'], f.refresh),
  'tenant selection': (sdk, f) => sdk.selectTenant('T2', f.refresh),
  refresh: (sdk, f) => sdk.refresh(f.refresh),
  logout: (sdk, f) => sdk.logout(f.refresh),
  'logout everywhere': (sdk, f) => sdk.logoutAll(f.refresh),
  validate: (sdk, f) => sdk.httpClient.post('/v1/auth/validate', {}, { token: f.session }),
};

async function make({ call, base, projectId, authKey, ...fixture }) {
  const sdk = DescopeClient({ projectId, baseUrl: base, authManagementKey: authKey || undefined });
  try {
    return { call, ok: (await calls[call](sdk, fixture)).ok };
  } catch (e) {
    return { call, ok: false, error: String(e.stack ?? e) };
  }
}

if (process.argv.includes('--list')) {
  console.log(JSON.stringify(Object.keys(calls)));
} else {
  const runs = JSON.parse(readFileSync(0, 'utf8'));
  for (const line of await Promise.all(runs.map(make))) console.log(JSON.stringify(line));
  process.exit(0); // an idle keep-alive connection must not hold the test up
}
