// Second factors and step-up.
import assert from 'node:assert/strict';
import { good, refused } from '../bench.mjs';

const ADA = 'ada@example.com';
const PHONE = '+15555550123';

// second adds a delivered code to a session.
async function second(t, channel, { loginId, refreshJwt }, options = { mfa: true }) {
  good(await t.sdk.otp.signIn[channel](loginId, options, refreshJwt));
  return good(await t.deliver(channel, loginId));
}

// withApp gives somebody an authenticator beside what they have.
async function withApp(t, person) {
  const { key } = good(await t.sdk.totp.update(person.loginId, person.refreshJwt));
  return { ...person, key };
}

export default {
  'mfa by email after totp': async (t) => {
    const ada = await t.enroll(ADA);
    await t.amr(await second(t, 'email', ada), ['totp', 'email', 'mfa']);
  },

  'mfa by sms after totp': async (t) => {
    const ada = await t.enroll(ADA, { phone: PHONE });
    await t.amr(await second(t, 'sms', ada), ['totp', 'sms', 'mfa']);
  },

  'mfa by totp after email': async (t) => {
    const ada = await withApp(t, await t.invite('email', ADA));
    await t.amr(good(await t.again(ada, { mfa: true }, ada.refreshJwt)), ['email', 'totp', 'mfa']);
  },

  'mfa with a third factor lists all three': async (t) => {
    const ada = await t.enroll(ADA, { phone: PHONE });
    const two = await second(t, 'email', ada);
    await t.amr(await second(t, 'whatsapp', { ...ada, ...two }), ['totp', 'email', 'whatsapp', 'mfa']);
  },

  'mfa with the same factor again is none': async (t) => {
    const ada = await t.enroll(ADA);
    await t.amr(good(await t.again(ada, { mfa: true }, ada.refreshJwt)), ['totp']);
  },

  'mfa outlives a refresh': async (t) => {
    const ada = await t.enroll(ADA);
    const raised = await second(t, 'email', ada);
    await t.amr(good(await t.sdk.refresh(raised.refreshJwt)), ['totp', 'email', 'mfa']);
  },

  'a sign-in without mfa starts a session of one factor': async (t) => {
    const ada = await t.enroll(ADA);
    await t.amr(await second(t, 'email', ada, {}), ['email']);
  },

  'mfa by totp without a refresh token is refused': async (t) => {
    const ada = await t.enroll(ADA);
    refused(await t.again(ada, { mfa: true }), 401, 'E061004');
  },

  'mfa by email without a refresh token is refused': async (t) => {
    await t.enroll(ADA);
    refused(await t.sdk.otp.signIn.email(ADA, { mfa: true }), 401, 'E061004');
  },

  'step-up without a refresh token is refused': async (t) => {
    const ada = await t.enroll(ADA);
    refused(await t.again(ada, { stepup: true }), 401, 'E061004');
  },

  'mfa on the session of somebody else is refused': async (t) => {
    const ada = await t.enroll(ADA);
    const bob = await t.enroll('bob@example.com');
    refused(await t.again(ada, { mfa: true }, bob.refreshJwt), 401, 'E061004');
    refused(await t.sdk.otp.signIn.email(ADA, { mfa: true }, bob.refreshJwt), 401, 'E061004');
  },

  'mfa on a session that has ended is refused': async (t) => {
    const ada = await t.enroll(ADA);
    good(await t.sdk.logout(ada.refreshJwt));
    refused(await t.again(ada, { mfa: true }, ada.refreshJwt), 401, 'E064001');
  },

  'a refused mfa does not spend the totp code': async (t) => {
    const ada = await t.enroll(ADA);
    refused(await t.again(ada, { mfa: true }), 401, 'E061004');
    await t.amr(good(await t.sdk.totp.verify(ADA, t.code(ada.key))), ['totp']);
  },

  'step-up by totp sets su and no factor': async (t) => {
    const ada = await t.enroll(ADA);
    const raised = good(await t.again(ada, { stepup: true }, ada.refreshJwt));
    assert.equal((await t.claims(raised.sessionJwt)).su, true);
    await t.amr(raised, ['totp']);
  },

  'step-up by email sets su and no factor': async (t) => {
    const ada = await t.enroll(ADA);
    const raised = await second(t, 'email', ada, { stepup: true });
    assert.equal((await t.claims(raised.sessionJwt)).su, true);
    await t.amr(raised, ['totp']);
  },

  'an ordinary sign-in has no su': async (t) => {
    const ada = await t.enroll(ADA);
    assert.equal('su' in (await t.claims(ada.sessionJwt)), false);
  },

  'step-up and mfa at once give both': async (t) => {
    const ada = await withApp(t, await t.invite('email', ADA));
    const raised = good(await t.again(ada, { mfa: true, stepup: true }, ada.refreshJwt));
    assert.equal((await t.claims(raised.sessionJwt)).su, true);
    await t.amr(raised, ['email', 'totp', 'mfa']);
  },

  'step-up is over after a refresh': async (t) => {
    const ada = await t.enroll(ADA);
    const raised = good(await t.again(ada, { stepup: true }, ada.refreshJwt));
    const next = good(await t.sdk.refresh(raised.refreshJwt));
    assert.equal('su' in (await t.claims(next.sessionJwt)), false);
  },
};
