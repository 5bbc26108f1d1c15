// Passwords, and the recovery codes that this SDK has no names for.
import assert from 'node:assert/strict';
import { good, refused } from '../bench.mjs';

const PAT = 'pat@example.com';
const FIRST = 'First.Pa55word';
const SECOND = 'Second.Pa55word';

const signUp = async (t, loginId = PAT, user = undefined, options = undefined) => ({
  loginId, ...good(await t.sdk.password.signUp(loginId, FIRST, user, options)),
});

const recover = (t, loginId, code, loginOptions, token) =>
  t.posts('/v1/auth/recovery-codes/signin', { loginId, code, loginOptions }, token);

// codes makes the recovery codes of somebody.
async function codes(t, { loginId, refreshJwt }) {
  const made = good(await t.posts('/v1/auth/recovery-codes', { loginId }, refreshJwt)).codes;
  assert.equal(made?.length, 10);
  return made.map((c) => c.code);
}

export default {
  'password sign-up signs in at once': async (t) => {
    const pat = await signUp(t, PAT, { name: 'Pat', email: PAT });
    assert.deepEqual([pat.firstSeen, pat.user.name, pat.user.password, pat.user.verifiedEmail], [true, 'Pat', true, false]);
    await t.amr(pat, ['pwd']);
  },

  'password sign-up carries its claims': async (t) => {
    const pat = await signUp(t, PAT, undefined, { customClaims: { plan: 'free' } });
    assert.equal((await t.claims(pat.sessionJwt)).plan, 'free');
  },

  'password sign-in is of the same user': async (t) => {
    const pat = await signUp(t);
    const next = good(await t.sdk.password.signIn(PAT, FIRST, { customClaims: { plan: 'gold' } }));
    assert.deepEqual([next.firstSeen, next.user.userId], [false, pat.user.userId]);
    await t.amr(next, ['pwd']);
    assert.equal((await t.claims(next.sessionJwt)).plan, 'gold');
  },

  'a wrong password is refused': async (t) => {
    await signUp(t);
    refused(await t.sdk.password.signIn(PAT, SECOND), 401, 'E062903');
  },

  'a password of somebody unknown is refused as a wrong one': async (t) => {
    refused(await t.sdk.password.signIn('nobody@example.com', FIRST), 401, 'E062903');
  },

  'a password of somebody who has none is refused as a wrong one': async (t) => {
    await t.invite('email', PAT);
    refused(await t.sdk.password.signIn(PAT, FIRST), 401, 'E062903');
  },

  'five wrong passwords lock the account for a minute': async (t) => {
    await signUp(t);
    for (let i = 0; i < 5; i += 1) refused(await t.sdk.password.signIn(PAT, SECOND), 401, 'E062903');
    refused(await t.sdk.password.signIn(PAT, FIRST), 401, 'E061103');
    await t.pass(60);
    good(await t.sdk.password.signIn(PAT, FIRST));
  },

  'password sign-up of somebody registered is refused': async (t) => {
    await signUp(t);
    refused(await t.sdk.password.signUp(PAT, FIRST), 400, 'E062107');
  },

  'the password policy is told, and kept': async (t) => {
    assert.deepEqual(good(await t.sdk.password.policy()), {
      minLength: 8, lowercase: true, uppercase: true, number: true, nonAlphanumeric: true,
      strengthScoreEnabled: false, strengthScore: 0,
    });
    for (const weak of ['Sh0rt.a', 'no-upper-1', 'NO-LOWER-1', 'No-number', 'NoSymbol1']) {
      refused(await t.sdk.password.signUp(PAT, weak), 400, 'E011003');
    }
    await signUp(t);
  },

  'password update sets another one': async (t) => {
    const pat = await signUp(t);
    good(await t.sdk.password.update(PAT, SECOND, pat.refreshJwt));
    refused(await t.sdk.password.signIn(PAT, FIRST), 401, 'E062903');
    good(await t.sdk.password.signIn(PAT, SECOND));
    good(await t.sdk.refresh(pat.refreshJwt));
  },

  'password update gives a first one to somebody who had none': async (t) => {
    const eve = await t.invite('email', PAT);
    good(await t.sdk.password.update(PAT, FIRST, eve.refreshJwt));
    assert.equal(good(await t.sdk.password.signIn(PAT, FIRST)).user.userId, eve.user.userId);
  },

  'password update needs a refresh token': async (t) => {
    await signUp(t);
    refused(await t.sdk.password.update(PAT, SECOND), 401, 'E061004');
  },

  'password update of somebody else is refused': async (t) => {
    await signUp(t);
    const bob = await t.enroll('bob@example.com');
    refused(await t.sdk.password.update(PAT, SECOND, bob.refreshJwt), 401, 'E061004');
  },

  'password replace signs in and sets another one': async (t) => {
    const pat = await signUp(t);
    const next = good(await t.sdk.password.replace(PAT, FIRST, SECOND));
    assert.equal(next.user.userId, pat.user.userId);
    await t.amr(next, ['pwd']);
    refused(await t.sdk.password.signIn(PAT, FIRST), 401, 'E062903');
    good(await t.sdk.password.signIn(PAT, SECOND));
  },

  'password replace with a wrong old one is refused': async (t) => {
    await signUp(t);
    refused(await t.sdk.password.replace(PAT, SECOND, SECOND), 401, 'E062903');
    good(await t.sdk.password.signIn(PAT, FIRST));
  },

  'a forgotten password is set behind a link': async (t) => {
    await signUp(t);
    const sent = good(await t.sdk.password.sendReset(PAT, 'https://app.example.com/reset'));
    assert.deepEqual([sent.resetMethod, sent.maskedEmail], ['magiclink', 'p***@example.com']);
    assert.match((await t.mail(PAT)).link, /^https:\/\/app\.example\.com\/reset\?t=/);
    const { refreshJwt } = good(await t.sdk.magicLink.verify(await t.token(PAT)));
    good(await t.sdk.password.update(PAT, SECOND, refreshJwt));
    good(await t.sdk.password.signIn(PAT, SECOND));
  },

  'a password reset of somebody unknown is refused': async (t) => {
    refused(await t.sdk.password.sendReset('nobody@example.com'), 400, 'E062108');
  },

  'mfa by password after totp': async (t) => {
    const ada = await t.enroll('ada@example.com');
    good(await t.sdk.password.update(ada.loginId, FIRST, ada.refreshJwt));
    const body = { loginId: ada.loginId, password: FIRST, loginOptions: { mfa: true, stepup: true } };
    const raised = good(await t.posts('/v1/auth/password/signin', body, ada.refreshJwt));
    await t.amr(raised, ['totp', 'pwd', 'mfa']);
    assert.equal((await t.claims(raised.sessionJwt)).su, true);
  },

  'mfa by totp after a password': async (t) => {
    const pat = await signUp(t);
    const { key } = good(await t.sdk.totp.update(PAT, pat.refreshJwt));
    await t.amr(good(await t.again({ ...pat, key }, { mfa: true }, pat.refreshJwt)), ['pwd', 'totp', 'mfa']);
  },

  'mfa by password without a refresh token is refused': async (t) => {
    await signUp(t);
    refused(await t.sdk.password.signIn(PAT, FIRST, { mfa: true }), 401, 'E061004');
  },

  'the password of a disabled user is refused': async (t) => {
    await signUp(t);
    good(await t.admin.deactivate(PAT));
    refused(await t.sdk.password.signIn(PAT, FIRST), 401, 'E061004');
  },

  'a recovery code signs in once': async (t) => {
    const ada = await t.enroll('ada@example.com');
    const [code] = await codes(t, ada);
    const next = good(await recover(t, ada.loginId, code));
    assert.equal(next.user.userId, ada.user.userId);
    await t.amr(next, ['recovery']);
    refused(await recover(t, ada.loginId, code), 401, 'E061102');
  },

  'a recovery code may be typed in small letters and without its dash': async (t) => {
    const ada = await t.enroll('ada@example.com');
    const [code] = await codes(t, ada);
    good(await recover(t, ada.loginId, code.toLowerCase().replace('-', '')));
  },

  'new recovery codes cancel the old ones': async (t) => {
    const ada = await t.enroll('ada@example.com');
    const [old] = await codes(t, ada);
    const [fresh] = await codes(t, ada);
    refused(await recover(t, ada.loginId, old), 401, 'E061102');
    good(await recover(t, ada.loginId, fresh));
  },

  'recovery codes are for the signed-in user': async (t) => {
    await t.enroll('ada@example.com');
    refused(await t.posts('/v1/auth/recovery-codes', { loginId: 'ada@example.com' }), 401, 'E061004');
    const bob = await t.enroll('bob@example.com');
    refused(await t.posts('/v1/auth/recovery-codes', { loginId: 'ada@example.com' }, bob.refreshJwt), 401, 'E061004');
  },

  'deleted recovery codes sign nobody in': async (t) => {
    const ada = await t.enroll('ada@example.com');
    const [code] = await codes(t, ada);
    good(await t.posts('/v1/mgmt/user/recovery-codes/delete', { loginId: ada.loginId }, t.run.managementKey));
    refused(await recover(t, ada.loginId, code), 401, 'E061102');
  },

  'mfa by a recovery code after a password': async (t) => {
    const pat = await signUp(t);
    const [code] = await codes(t, pat);
    const raised = good(await recover(t, PAT, code, { mfa: true }, pat.refreshJwt));
    await t.amr(raised, ['pwd', 'recovery', 'mfa']);
  },
};
