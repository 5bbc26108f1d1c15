// What a signed-in person may ask, and what everybody may.
import assert from 'node:assert/strict';
import { good, refused } from '../bench.mjs';

const ADA = 'ada@example.com';

export default {
  'me is the user of the refresh token': async (t) => {
    const ada = await t.enroll(ADA, { name: 'Ada', givenName: 'A', phone: '+15555550123' });
    const me = good(await t.sdk.me(ada.refreshJwt));
    assert.deepEqual(me, ada.user);
    assert.deepEqual([me.name, me.givenName, me.phone, me.status], ['Ada', 'A', '+15555550123', 'enabled']);
    for (const name of ['TOTP', 'SAML', 'OIDC', 'SCIM']) assert.equal(typeof me[name], 'boolean', name);
    for (const name of ['roleNames', 'permissions', 'userTenants']) assert.deepEqual(me[name], [], name);
  },

  'me with a session token is refused': async (t) => {
    const ada = await t.enroll(ADA);
    refused(await t.sdk.me(ada.sessionJwt), 401, 'E061005');
  },

  'history lists the sign-ins, newest first': async (t) => {
    const ada = await t.enroll(ADA);
    const next = good(await t.again(ada));
    const lines = good(await t.sdk.history(next.refreshJwt));
    assert.ok(Array.isArray(lines), 'a bare list');
    assert.deepEqual(lines.map((l) => [l.userId, l.loginTime]), [
      [ada.user.userId, t.now], [ada.user.userId, t.now - 30],
    ]);
    assert.equal(lines[0].ip, '127.0.0.1');
  },

  'a session token lists the tenants with their roles': async (t) => {
    await t.testUser();
    const { sessionJwt } = await t.enterAs('tess@example.com');
    const info = { token: await t.claims(sessionJwt) };
    assert.ok(info.token.tenants, 'there are tenants');
    assert.deepEqual(t.sdk.getTenants(sessionJwt).sort(), ['T1', 'T2']);
    assert.equal(t.sdk.validateTenantRoles(info, 'T1', ['boss']), true);
    assert.equal(t.sdk.validateTenantRoles(info, 'T2', ['boss']), false);
    assert.deepEqual(t.sdk.getMatchedTenantPermissions(info, 'T1', ['read', 'shout']), ['read']);
  },

  'my tenants by id are those asked for': async (t) => {
    await t.testUser();
    const { refreshJwt } = await t.enterAs('tess@example.com');
    const { tenants } = good(await t.sdk.myTenants(['T2', 'T3'], refreshJwt));
    assert.deepEqual(tenants, [{ id: 'T2', name: 'Two', customAttributes: {} }]);
  },

  'my current tenant is the selected one': async (t) => {
    await t.testUser();
    const { refreshJwt } = await t.enterAs('tess@example.com');
    assert.deepEqual(good(await t.sdk.myTenants(true, refreshJwt)).tenants, []);
    const next = good(await t.sdk.selectTenant('T1', refreshJwt));
    const { tenants } = good(await t.sdk.myTenants(true, next.refreshJwt));
    assert.deepEqual(tenants.map((x) => x.id), ['T1']);
  },

  'tenant selection sets the current tenant, which outlives a refresh': async (t) => {
    await t.testUser();
    const { refreshJwt } = await t.enterAs('tess@example.com');
    const next = good(await t.sdk.selectTenant('T1', refreshJwt));
    assert.equal(t.sdk.getCurrentTenant(next.sessionJwt), 'T1');
    assert.equal((await t.claims(good(await t.sdk.refresh(next.refreshJwt)).sessionJwt)).dct, 'T1');
  },

  'selection of a tenant of others is refused': async (t) => {
    await t.testUser();
    const { refreshJwt } = await t.enterAs('tess@example.com');
    refused(await t.sdk.selectTenant('T3', refreshJwt), 400, 'E011004');
  },

  'a sign-in may name its tenant': async (t) => {
    await t.testUser();
    good(await t.sdk.otp.signIn.email('tess@example.com', { tenantId: 'T2' }));
    const { sessionJwt } = good(await t.deliver('email', 'tess@example.com'));
    assert.equal(t.sdk.getCurrentTenant(sessionJwt), 'T2');
  },

  'a sign-in to a tenant of others is refused': async (t) => {
    await t.testUser();
    refused(await t.sdk.otp.signIn.email('tess@example.com', { tenantId: 'T3' }), 400, 'E011004');
  },

  'the key set is published as the SDK reads it': async (t) => {
    const { keys } = await (await t.sdk.httpClient.get(`/v2/keys/${t.run.projectId}`)).json();
    for (const key of keys) {
      assert.deepEqual(Object.keys(key).sort(), ['alg', 'e', 'kid', 'kty', 'n', 'use']);
      assert.deepEqual([key.alg, key.kty, key.use, key.kid.slice(0, 2)], ['RS256', 'RSA', 'sig', 'SK']);
    }
    const found = await t.sdk.getKey({ alg: 'RS256', kid: keys[0].kid });
    assert.equal(found.type, 'public');
  },

  'the old key set is the bare list of the same': async (t) => {
    const { keys } = await (await t.sdk.httpClient.get(`/v2/keys/${t.run.projectId}`)).json();
    assert.deepEqual(await (await t.sdk.httpClient.get(`/v1/keys/${t.run.projectId}`)).json(), keys);
  },

  'another project is refused': async (t) => {
    const other = t.client({ projectId: 'P000000000000000000000000000' });
    refused(await other.totp.signUp(ADA), 400, 'E071001');
  },

  'the SDK accepts an issuer that is a URL': async (t) => {
    const ada = await t.enroll(ADA);
    const [, payload] = ada.sessionJwt.split('.');
    const { iss } = JSON.parse(Buffer.from(payload, 'base64url'));
    assert.match(iss, new RegExp(`^http://127.0.0.1:[0-9]+/${t.run.projectId}$`));
    assert.equal((await t.claims(ada.sessionJwt)).iss, t.run.projectId);
  },

  'the SDK accepts an issuer of a custom domain': async (t) => {
    const ada = await t.enroll(ADA);
    const [, payload] = ada.sessionJwt.split('.');
    assert.equal(JSON.parse(Buffer.from(payload, 'base64url')).iss, `https://auth.example.com/${t.run.projectId}`);
    assert.equal((await t.claims(ada.sessionJwt)).iss, t.run.projectId);
  },
};
