// What goes wrong on purpose, and what the SDK makes of it.
import assert from 'node:assert/strict';
import { good, refused } from '../bench.mjs';

const ADA = 'ada@example.com';

export default {
  'a disabled method is closed to the public': async (t) => {
    refused(await t.sdk.totp.signUp(ADA), 400, 'E061002');
    refused(await t.sdk.otp.signUp.email(ADA), 400, 'E061002');
  },

  'a disabled method is open to the auth management key': async (t) => {
    const trusted = t.client({ authManagementKey: t.run.authManagementKey });
    const { key } = good(await trusted.totp.signUp(ADA));
    const ada = good(await trusted.totp.verify(ADA, t.code(key)));
    await t.pass(30);
    const again = await trusted.totp.verify(ADA, t.code(key), { mfa: true }, ada.refreshJwt);
    await t.amr(good(again), ['totp']);
  },

  'a wrong auth management key is refused': async (t) => {
    const stranger = t.client({ authManagementKey: 'KAUTHwrong' });
    refused(await stranger.totp.signUp(ADA), 401, 'E061004');
  },

  'the rate limit says when to come back': async (t) => {
    const reply = await t.sdk.totp.signUp(ADA);
    refused(reply, 429, 'E130429');
    assert.equal(reply.error.retryAfter, 30);
  },

  'the rate limit without Retry-After gives no hint': async (t) => {
    const reply = await t.sdk.totp.signUp(ADA);
    refused(reply, 429, 'E130429');
    assert.equal(reply.error.retryAfter, 0);
  },

  'two times 503 are retried by the SDK': async (t) => {
    const reply = await t.sdk.totp.signUp(ADA);
    good(reply);
    assert.equal(reply.response.retries, 2);
  },

  'a lost reply is retried by the SDK, and the second key counts': async (t) => {
    const reply = await t.sdk.totp.signUp(ADA);
    assert.equal(reply.response.retries, 1);
    good(await t.sdk.totp.verify(ADA, t.code(good(reply).key)));
  },

  'a revoked session cannot be refreshed': async (t) => {
    const ada = await t.enroll(ADA);
    refused(await t.sdk.refresh(ada.refreshJwt), 401, 'E064001');
    good(await t.sdk.me(ada.refreshJwt));
  },

  'the SDK refuses a token of an unknown key': async (t) => {
    await t.rejects((await t.enroll(ADA)).sessionJwt, /failed to fetch matching key/);
  },

  'the SDK refuses a token that is not valid yet': async (t) => {
    await t.rejects((await t.enroll(ADA)).sessionJwt, /"nbf" claim/);
  },

  'the SDK refuses a token that has expired': async (t) => {
    await t.pass(-60); // the fault is a second, which the SDK's leeway covers
    await t.rejects((await t.enroll(ADA)).sessionJwt, /"exp" claim/);
  },

  'the SDK refuses a token of another project': async (t) => {
    await t.rejects((await t.enroll(ADA)).sessionJwt, /"iss" claim/);
  },

  'a token of another user is told by its subject': async (t) => {
    const ada = await t.enroll(ADA);
    assert.notEqual((await t.claims(ada.sessionJwt)).sub, ada.user.userId);
  },

  'a token without an end has none': async (t) => {
    assert.equal('exp' in (await t.claims((await t.enroll(ADA)).sessionJwt)), false);
  },

  'a web page in place of a reply is no success': async (t) => {
    await assert.rejects(() => t.sdk.totp.signUp(ADA), SyntaxError);
  },
};
