// Validation, refresh, rotation and logout.
import assert from 'node:assert/strict';
import { good, refused } from '../bench.mjs';

const ADA = 'ada@example.com';
const HOUR = 3600;

// late gives somebody whose session token has expired and whose refresh token
// has not.
async function late(t) {
  await t.pass(-HOUR);
  const ada = await t.enroll(ADA);
  await t.pass(HOUR);
  return ada;
}

const remotely = (t, token) => t.sdk.httpClient.post('/v1/auth/validate', {}, { token });

export default {
  'the SDK validates a session token': async (t) => {
    const ada = await t.enroll(ADA);
    let info;
    await assert.doesNotReject(async () => { info = await t.sdk.validateSession(ada.sessionJwt); });
    const { sub, iss, drn, amr, exp, iat, rexp } = info.token;
    assert.deepEqual([sub, iss, drn, amr], [ada.user.userId, t.run.projectId, 'DS', ['totp']]);
    assert.deepEqual([exp - iat, exp], [600, ada.sessionExpiration]);
    assert.equal(Date.parse(rexp) / 1000, (await t.claims(ada.refreshJwt)).exp);
  },

  'the refresh token names itself': async (t) => {
    const ada = await t.enroll(ADA);
    const { drn, exp } = await t.claims(ada.refreshJwt);
    assert.deepEqual([drn, exp, ada.cookieName], ['DSR', ada.cookieExpiration, 'DSR']);
  },

  'the SDK refuses an expired session token': async (t) => {
    await t.rejects((await late(t)).sessionJwt, /"exp" claim/);
  },

  'remote validation answers the claims with times as text': async (t) => {
    const ada = await t.enroll(ADA);
    const reply = await remotely(t, ada.sessionJwt);
    assert.equal(reply.status, 200);
    const claims = await reply.json();
    assert.deepEqual([claims.sub, claims.drn, claims.amr], [ada.user.userId, 'DS', ['totp']]);
    assert.match(claims.exp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.equal(Date.parse(claims.exp) / 1000, ada.sessionExpiration);
    assert.match(claims.iat, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  },

  'remote validation of a refresh token is refused': async (t) => {
    const ada = await t.enroll(ADA);
    const reply = await remotely(t, ada.refreshJwt);
    assert.deepEqual([reply.status, (await reply.json()).errorCode], [401, 'E061005']);
  },

  'remote validation of an expired token is refused': async (t) => {
    const reply = await remotely(t, (await late(t)).sessionJwt);
    assert.deepEqual([reply.status, (await reply.json()).errorCode], [401, 'E061005']);
  },

  'validate-and-refresh keeps a good session token': async (t) => {
    const ada = await t.enroll(ADA);
    const info = await t.sdk.validateAndRefreshSession(ada.sessionJwt, ada.refreshJwt);
    assert.equal(info.jwt, ada.sessionJwt);
  },

  'validate-and-refresh replaces an expired session token': async (t) => {
    const ada = await late(t);
    let info;
    await assert.doesNotReject(async () => {
      info = await t.sdk.validateAndRefreshSession(ada.sessionJwt, ada.refreshJwt);
    });
    assert.notEqual(info.jwt, ada.sessionJwt);
    assert.equal(info.token.sub, ada.user.userId);
  },

  'an expired refresh token is refused': async (t) => {
    const ada = await t.enroll(ADA);
    await t.pass(30 * 24 * HOUR);
    refused(await t.sdk.refresh(ada.refreshJwt), 401, 'E061005');
  },

  'refresh without rotation gives a session token only': async (t) => {
    const ada = await t.enroll(ADA);
    await t.pass(60);
    const next = good(await t.sdk.refresh(ada.refreshJwt));
    assert.deepEqual([next.refreshJwt || '', next.user, next.firstSeen], ['', null, false]);
    const claims = await t.claims(next.sessionJwt);
    assert.deepEqual([claims.sub, claims.iat], [ada.user.userId, t.now]);
    good(await t.sdk.refresh(ada.refreshJwt));
  },

  'refresh with a session token is refused': async (t) => {
    const ada = await t.enroll(ADA);
    refused(await t.sdk.refresh(ada.sessionJwt), 401, 'E061005');
  },

  'refresh with strict rotation gives a new refresh token': async (t) => {
    const ada = await t.enroll(ADA);
    const next = good(await t.sdk.refresh(ada.refreshJwt));
    assert.ok(next.refreshJwt && next.refreshJwt !== ada.refreshJwt, 'a new refresh token');
    assert.equal((await t.claims(next.refreshJwt)).sub, ada.user.userId);
    good(await t.sdk.refresh(next.refreshJwt));
  },

  'the SDK hands over the rotated refresh token': async (t) => {
    const ada = await t.enroll(ADA);
    const info = await t.sdk.refreshSession(ada.refreshJwt);
    assert.ok(info.refreshJwt && info.refreshJwt !== ada.refreshJwt, 'a new refresh token');
  },

  'strict rotation: the old refresh token ends the session': async (t) => {
    const ada = await t.enroll(ADA);
    const next = good(await t.sdk.refresh(ada.refreshJwt));
    refused(await t.sdk.refresh(ada.refreshJwt), 401, 'E064001');
    refused(await t.sdk.refresh(next.refreshJwt), 401, 'E064001');
  },

  'grace rotation: the old refresh token is good for a while, then ends the session': async (t) => {
    const ada = await t.enroll(ADA);
    const next = good(await t.sdk.refresh(ada.refreshJwt));
    await t.pass(10);
    good(await t.sdk.refresh(ada.refreshJwt));
    await t.pass(1);
    refused(await t.sdk.refresh(ada.refreshJwt), 401, 'E064001');
    refused(await t.sdk.refresh(next.refreshJwt), 401, 'E064001');
  },

  'try-refresh without a good token answers nothing': async (t) => {
    const ada = await t.enroll(ADA);
    const ask = async (token) => {
      const reply = await t.sdk.httpClient.post('/v1/auth/try-refresh', {}, { token });
      assert.equal(reply.status, 200);
      return reply.json();
    };
    assert.deepEqual(await ask(ada.sessionJwt), {});
    assert.deepEqual(await ask(undefined), {});
    assert.equal((await t.claims((await ask(ada.refreshJwt)).sessionJwt)).sub, ada.user.userId);
  },

  'logout ends this session and no other': async (t) => {
    const ada = await t.enroll(ADA);
    const other = good(await t.again(ada));
    good(await t.sdk.logout(ada.refreshJwt));
    refused(await t.sdk.refresh(ada.refreshJwt), 401, 'E064001');
    good(await t.sdk.refresh(other.refreshJwt));
  },

  'a session token outlives the logout': async (t) => {
    const ada = await t.enroll(ADA);
    good(await t.sdk.logout(ada.refreshJwt));
    assert.equal((await t.claims(ada.sessionJwt)).sub, ada.user.userId);
  },

  'logout everywhere ends all sessions': async (t) => {
    const ada = await t.enroll(ADA);
    const other = good(await t.again(ada));
    good(await t.sdk.logoutAll(ada.refreshJwt));
    refused(await t.sdk.refresh(ada.refreshJwt), 401, 'E064001');
    refused(await t.sdk.refresh(other.refreshJwt), 401, 'E064001');
  },

  'logout needs a refresh token': async (t) => {
    refused(await t.sdk.logout(), 401, 'E061004');
  },

  'a sign-in that revokes other sessions ends them': async (t) => {
    const ada = await t.enroll(ADA);
    const next = good(await t.again(ada, { revokeOtherSessions: true }));
    refused(await t.sdk.refresh(ada.refreshJwt), 401, 'E064001');
    good(await t.sdk.refresh(next.refreshJwt));
  },

  'custom claims are in both tokens and outlive a refresh': async (t) => {
    const ada = await t.enroll(ADA);
    const customClaims = { plan: 'gold', seats: 3, beta: true };
    const next = good(await t.again(ada, { customClaims }));
    const fresh = good(await t.sdk.refresh(next.refreshJwt));
    for (const token of [next.sessionJwt, next.refreshJwt, fresh.sessionJwt]) {
      const { plan, seats, beta } = await t.claims(token);
      assert.deepEqual({ plan, seats, beta }, customClaims);
    }
  },

  'custom claims of an otp sign-up are in its token': async (t) => {
    const eve = await t.invite('email', 'eve@example.com', { customClaims: { plan: 'free' } });
    assert.equal((await t.claims(eve.sessionJwt)).plan, 'free');
  },

  'a custom claim that poses as another is refused': async (t) => {
    const ada = await t.enroll(ADA);
    refused(await t.again(ada, { customClaims: { sub: 'U0' } }), 400, 'E011004');
  },
};
