// The management calls that tests of a real project need.
import assert from 'node:assert/strict';
import { good, refused } from '../bench.mjs';

const ADA = 'ada@example.com';
const TESS = 'tess@example.com';

export default {
  'a test user is registered at once, with its tenants': async (t) => {
    const tess = await t.testUser(TESS, { verifiedEmail: true });
    assert.deepEqual([tess.test, tess.status, tess.verifiedEmail, tess.verifiedPhone], [true, 'enabled', true, false]);
    assert.deepEqual(tess.userTenants.map((x) => [x.tenantId, x.tenantName]), [['T1', 'One'], ['T2', 'Two']]);
  },

  'a test user whose login id is taken is refused': async (t) => {
    await t.testUser();
    refused(await t.admin.createTestUser(TESS, { email: TESS }), 400, 'E111111');
  },

  'a code for a test user goes straight to the verify call': async (t) => {
    const tess = await t.testUser();
    const { loginId, code } = good(await t.admin.generateOTPForTestUser('sms', TESS));
    assert.equal(loginId, TESS);
    assert.match(code, /^[0-9]{6}$/);
    const reply = good(await t.sdk.otp.verify.sms(TESS, code));
    assert.equal(reply.user.userId, tess.userId);
    await t.amr(reply, ['sms']);
  },

  'the tokens of a test user say so': async (t) => {
    await t.testUser();
    const ada = await t.enroll(ADA);
    assert.equal((await t.claims((await t.enterAs(TESS)).sessionJwt)).tu, true);
    assert.equal('tu' in (await t.claims(ada.sessionJwt)), false);
  },

  'no code is made for somebody who is no test user': async (t) => {
    await t.enroll(ADA);
    refused(await t.admin.generateOTPForTestUser('email', ADA), 400, 'E112102');
  },

  'a code for a test user carries its login options': async (t) => {
    await t.testUser();
    const { sessionJwt } = await t.enterAs(TESS, { customClaims: { plan: 'gold' }, tenantId: 'T2' });
    const { plan, dct } = await t.claims(sessionJwt);
    assert.deepEqual([plan, dct], ['gold', 'T2']);
  },

  'a user is loaded by login id': async (t) => {
    const ada = await t.enroll(ADA, { name: 'Ada' });
    assert.deepEqual(good(await t.admin.load(ADA)), ada.user);
  },

  'loading somebody unknown is refused': async (t) => {
    refused(await t.admin.load('nobody@example.com'), 400, 'E112102');
  },

  'deleting the totp key shuts that way in': async (t) => {
    const ada = await t.enroll(ADA);
    good(await t.admin.removeTOTPSeed(ADA));
    assert.equal(good(await t.admin.load(ADA)).TOTP, false);
    refused(await t.again(ada), 401, 'E061102');
  },

  'a disabled user is refused until enabled again': async (t) => {
    const ada = await t.enroll(ADA);
    assert.equal(good(await t.admin.deactivate(ADA))?.status, 'disabled');
    refused(await t.again(ada), 401, 'E061004');
    refused(await t.sdk.otp.signIn.email(ADA), 401, 'E061004');
    assert.equal(good(await t.admin.activate(ADA))?.status, 'enabled');
    good(await t.again(ada));
  },

  'the session of a disabled user is over': async (t) => {
    const ada = await t.enroll(ADA);
    good(await t.admin.deactivate(ADA));
    refused(await t.sdk.refresh(ada.refreshJwt), 401, 'E064001');
  },

  'management logout by login id ends all sessions': async (t) => {
    const ada = await t.enroll(ADA);
    const other = good(await t.again(ada));
    good(await t.admin.logoutUser(ADA));
    refused(await t.sdk.refresh(ada.refreshJwt), 401, 'E064001');
    refused(await t.sdk.refresh(other.refreshJwt), 401, 'E064001');
  },

  'management logout by user id ends the sessions of that user alone': async (t) => {
    const ada = await t.enroll(ADA);
    const bob = await t.enroll('bob@example.com');
    good(await t.admin.logoutUserByUserId(ada.user.userId));
    refused(await t.sdk.refresh(ada.refreshJwt), 401, 'E064001');
    good(await t.sdk.refresh(bob.refreshJwt));
  },

  'a deleted user is gone, with all sessions': async (t) => {
    const ada = await t.enroll(ADA);
    const bob = await t.enroll('bob@example.com');
    good(await t.admin.delete(ADA));
    refused(await t.admin.load(ADA), 400, 'E112102');
    refused(await t.sdk.refresh(ada.refreshJwt), 401, 'E064001');
    good(await t.sdk.refresh(bob.refreshJwt));
  },

  'deleting all test users leaves the others': async (t) => {
    await t.testUser();
    const tess = await t.enterAs(TESS);
    await t.enroll(ADA);
    good(await t.admin.deleteAllTestUsers());
    refused(await t.admin.load(TESS), 400, 'E112102');
    refused(await t.sdk.refresh(tess.refreshJwt), 401, 'E064001');
    good(await t.admin.load(ADA));
  },

  'a management call with a wrong key is refused': async (t) => {
    const stranger = t.client({ managementKey: 'KMGMTwrong' });
    refused(await stranger.management.user.load(ADA), 401, 'E061004');
  },

  'a management call without a key is refused': async (t) => {
    refused(await t.sdk.management.user.load(ADA), 401, 'E061004');
  },

  'the auth management key opens no management call': async (t) => {
    const stranger = t.client({ managementKey: t.run.authManagementKey });
    refused(await stranger.management.user.load(ADA), 401, 'E061004');
  },

  'the license is read with the management key': async (t) => {
    good(await t.admin.createTestUser(TESS, { email: TESS }));
    const reply = await t.sdk.httpClient.get('/v1/mgmt/license', { token: t.run.managementKey });
    assert.deepEqual([reply.status, await reply.json()], [200, { rateLimitTier: 'sandbox' }]);
  },
};
