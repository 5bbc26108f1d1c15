// Sign-up, sign-in and replacement of an authenticator.
import assert from 'node:assert/strict';
import { good, refused } from '../bench.mjs';

const ADA = 'ada@example.com';

export default {
  'totp sign-up answers a link, a picture and a key': async (t) => {
    const trio = good(await t.sdk.totp.signUp(ADA));
    const png = Buffer.from(trio.image, 'base64');
    assert.equal(png.subarray(1, 4).toString(), 'PNG');
    assert.equal(png.toString('base64'), trio.image, 'bare Base64, no data: before it');
    assert.match(trio.key, /^[A-Z2-7]{32}$/);
    const link = new URL(trio.provisioningURL);
    assert.equal(`${link.protocol}//${link.host}`, 'otpauth://totp');
    assert.equal(link.searchParams.get('secret'), trio.key);
    assert.ok(decodeURIComponent(link.pathname).endsWith(`:${ADA}`), link.pathname);
  },

  'totp sign-up registers nobody before the first code': async (t) => {
    good(await t.sdk.totp.signUp(ADA));
    refused(await t.admin.load(ADA), 400, 'E112102');
  },

  'the first totp code registers and signs in': async (t) => {
    const first = await t.enroll(ADA, { name: 'Ada', email: ADA });
    assert.equal(first.firstSeen, true);
    assert.deepEqual(first.user.loginIds, [ADA]);
    assert.equal(first.user.TOTP, true);
    assert.equal(first.user.name, 'Ada');
    assert.equal(first.user.verifiedEmail, false, 'an authenticator proves no address');
    assert.equal((await t.claims(first.sessionJwt)).sub, first.user.userId);
  },

  'a totp sign-in is of the same user, who is not new': async (t) => {
    const ada = await t.enroll(ADA);
    const next = good(await t.again(ada));
    assert.equal(next.firstSeen, false);
    assert.equal(next.user.userId, ada.user.userId);
    await t.amr(next, ['totp']);
  },

  'a wrong totp code is refused': async (t) => {
    const ada = await t.enroll(ADA);
    await t.pass(30);
    refused(await t.sdk.totp.verify(ADA, t.wrong(ada.key)), 401, 'E061102');
  },

  'a totp code is good once': async (t) => {
    const ada = await t.enroll(ADA);
    refused(await t.sdk.totp.verify(ADA, t.code(ada.key)), 401, 'E061102');
  },

  'a totp code older than the last one is refused': async (t) => {
    const ada = await t.enroll(ADA);
    refused(await t.sdk.totp.verify(ADA, t.code(ada.key, -1)), 401, 'E061102');
  },

  'a totp code of the step before or after is good': async (t) => {
    const { key } = good(await t.sdk.totp.signUp(ADA));
    good(await t.sdk.totp.verify(ADA, t.code(key, -1)));
    good(await t.sdk.totp.verify(ADA, t.code(key, 1)));
  },

  'a totp code two steps off is refused': async (t) => {
    const { key } = good(await t.sdk.totp.signUp(ADA));
    refused(await t.sdk.totp.verify(ADA, t.code(key, 2)), 401, 'E061102');
    refused(await t.sdk.totp.verify(ADA, t.code(key, -2)), 401, 'E061102');
  },

  'five wrong totp codes lock the account for a minute': async (t) => {
    const ada = await t.enroll(ADA);
    await t.pass(30);
    for (let i = 0; i < 5; i += 1) {
      refused(await t.sdk.totp.verify(ADA, t.wrong(ada.key)), 401, 'E061102');
    }
    refused(await t.sdk.totp.verify(ADA, t.code(ada.key)), 401, 'E061103');
    await t.pass(60);
    good(await t.sdk.totp.verify(ADA, t.code(ada.key)));
  },

  'totp sign-up of somebody registered is refused': async (t) => {
    await t.enroll(ADA);
    refused(await t.sdk.totp.signUp(ADA), 400, 'E062107');
  },

  'a second totp sign-up before the first code gives another key': async (t) => {
    const old = good(await t.sdk.totp.signUp(ADA));
    const fresh = good(await t.sdk.totp.signUp(ADA));
    assert.notEqual(fresh.key, old.key);
    refused(await t.sdk.totp.verify(ADA, t.code(old.key)), 401, 'E061102');
    good(await t.sdk.totp.verify(ADA, t.code(fresh.key)));
  },

  'a totp code of somebody unknown is refused': async (t) => {
    refused(await t.sdk.totp.verify('nobody@example.com', '123456'), 400, 'E062108');
  },

  'a totp code of somebody without an authenticator is refused as a wrong one': async (t) => {
    await t.invite('email', ADA);
    refused(await t.sdk.totp.verify(ADA, '123456'), 401, 'E061102');
  },

  'the old totp key is good while its replacement waits': async (t) => {
    const ada = await t.enroll(ADA);
    const { key } = good(await t.sdk.totp.update(ADA, ada.refreshJwt));
    assert.match(key ?? '', /^[A-Z2-7]{32}$/);
    assert.notEqual(key, ada.key);
    good(await t.again(ada));
  },

  'a new totp key replaces the old one with its first code': async (t) => {
    const ada = await t.enroll(ADA);
    const { key } = good(await t.sdk.totp.update(ADA, ada.refreshJwt));
    assert.equal(good(await t.again({ ...ada, key })).user.userId, ada.user.userId);
    refused(await t.again(ada), 401, 'E061102');
  },

  'totp update adds an authenticator to somebody who had none': async (t) => {
    const bob = await t.invite('email', 'bob@example.com');
    assert.equal(bob.user.TOTP, false);
    const { key } = good(await t.sdk.totp.update(bob.loginId, bob.refreshJwt));
    assert.equal(good(await t.sdk.me(bob.refreshJwt)).TOTP, false, 'it does not count yet');
    assert.equal(good(await t.again({ ...bob, key })).user.TOTP, true);
  },

  'totp update needs a refresh token': async (t) => {
    await t.enroll(ADA);
    refused(await t.sdk.totp.update(ADA), 401, 'E061004');
  },

  'totp update of somebody else is refused': async (t) => {
    await t.enroll(ADA);
    const bob = await t.enroll('bob@example.com');
    refused(await t.sdk.totp.update(ADA, bob.refreshJwt), 401, 'E061004');
  },
};
