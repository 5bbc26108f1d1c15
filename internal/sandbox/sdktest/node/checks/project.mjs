// Access keys, and what a project sets for all its tokens.
import assert from 'node:assert/strict';
import { good, refused } from '../bench.mjs';

const TENANTS = [{ tenantId: 'T1', tenantName: 'One', roleNames: ['boss'] }];

// key makes an access key and returns its text.
async function key(t, { expireTime = 0, roles, tenants, claims } = {}) {
  const made = good(await t.management.accessKey.create('ci', expireTime, roles, tenants, undefined, claims));
  assert.deepEqual([made.key?.name, made.key?.status], ['ci', 'active']);
  assert.ok(made.cleartext, 'the text is shown this once');
  return { id: made.key.id, cleartext: made.cleartext };
}

// exchange lets the SDK exchange a key and judge the session.
async function exchange(t, cleartext, options) {
  let info;
  await assert.doesNotReject(async () => { info = await t.sdk.exchangeAccessKey(cleartext, options); });
  return info.token;
}

export default {
  'an access key is exchanged for a session of the key': async (t) => {
    const { id, cleartext } = await key(t);
    const token = await exchange(t, cleartext);
    assert.deepEqual([token.sub, token.drn, token.exp - token.iat, 'rexp' in token], [id, 'DS', 600, false]);
    assert.deepEqual(token.amr ?? [], []);
    const raw = good(await t.sdk.accessKey.exchange(cleartext));
    assert.deepEqual([raw.keyId, raw.expiration], [id, token.exp]);
  },

  'a session of an access key has its roles, tenants and claims': async (t) => {
    const { cleartext } = await key(t, { roles: ['robot'], tenants: TENANTS, claims: { plan: 'gold' } });
    const token = await exchange(t, cleartext);
    assert.deepEqual([token.roles, token.plan], [['robot'], 'gold']);
    assert.equal(t.sdk.validateTenantRoles({ token }, 'T1', ['boss']), true);
  },

  'an exchange may ask for claims and a tenant': async (t) => {
    const { cleartext } = await key(t, { tenants: TENANTS });
    const token = await exchange(t, cleartext, { customClaims: { run: 7 }, selectedTenant: 'T1' });
    assert.deepEqual([token.run, token.dct], [7, 'T1']);
    refused(await t.sdk.accessKey.exchange(cleartext, { selectedTenant: 'T2' }), 400, 'E011004');
  },

  'an access key may be exchanged again and again': async (t) => {
    const { cleartext } = await key(t);
    await exchange(t, cleartext);
    await exchange(t, cleartext);
  },

  'an access key that is none is refused': async (t) => {
    refused(await t.sdk.accessKey.exchange('KACCESSwrong'), 401, 'E062803');
  },

  'an exchange without an access key is refused': async (t) => {
    refused(await t.posts('/v1/auth/accesskey/exchange', {}), 401, 'E062802');
  },

  'an access key is refused when it has expired': async (t) => {
    const { cleartext } = await key(t, { expireTime: t.now + 60 });
    assert.equal((await exchange(t, cleartext)).exp, t.now + 60, 'no session outlives its key');
    await t.pass(60);
    refused(await t.sdk.accessKey.exchange(cleartext), 401, 'E062803');
  },

  'a deleted access key is refused': async (t) => {
    const { id, cleartext } = await key(t);
    good(await t.management.accessKey.delete(id));
    refused(await t.sdk.accessKey.exchange(cleartext), 401, 'E062803');
  },

  'an access key is no refresh token': async (t) => {
    const { cleartext } = await key(t);
    refused(await t.sdk.me(cleartext), 401, 'E061004');
  },

  'an access key is made with the management key alone': async (t) => {
    const stranger = t.client({ managementKey: t.run.authManagementKey });
    refused(await stranger.management.accessKey.create('ci', 0), 401, 'E061004');
  },

  'an audience is in the tokens and the SDK checks it': async (t) => {
    const ada = await t.enroll('ada@example.com');
    assert.equal((await t.claims(ada.refreshJwt)).aud, 'https://api.example.com');
    await assert.doesNotReject(() => t.sdk.validateSession(ada.sessionJwt, { audience: 'https://api.example.com' }));
    await assert.rejects(() => t.sdk.validateSession(ada.sessionJwt, { audience: 'https://other.example.com' }), /"aud" claim/);
  },

  'several audiences are a list, and each will do': async (t) => {
    const { sessionJwt } = await t.enroll('ada@example.com');
    assert.deepEqual((await t.claims(sessionJwt)).aud, ['a', 'b']);
    await assert.doesNotReject(() => t.sdk.validateSession(sessionJwt, { audience: 'a' }));
    await assert.doesNotReject(() => t.sdk.validateSession(sessionJwt, { audience: 'b' }));
  },

  'a token without an audience is refused where one is wanted': async (t) => {
    const { sessionJwt } = await t.enroll('ada@example.com');
    assert.equal('aud' in (await t.claims(sessionJwt)), false);
    await assert.rejects(() => t.sdk.validateSession(sessionJwt, { audience: 'a' }), /"aud" claim/);
  },

  'inactivity ends a session, and replies say when to refresh': async (t) => {
    const ada = await t.enroll('ada@example.com');
    assert.equal(ada.nextRefreshSeconds, 300);
    await t.pass(599);
    assert.equal(good(await t.sdk.refresh(ada.refreshJwt)).nextRefreshSeconds, 300);
    await t.pass(600);
    refused(await t.sdk.refresh(ada.refreshJwt), 401, 'E064001');
  },

  'without inactivity no reply says when to refresh': async (t) => {
    assert.equal((await t.enroll('ada@example.com')).nextRefreshSeconds, 0);
  },
};
