// Magic links, on each channel.
import assert from 'node:assert/strict';
import { good, refused, tokenOf } from '../bench.mjs';

const channels = {
  email: { loginId: 'eve@example.com', mask: { maskedEmail: 'e***@example.com' }, proven: 'verifiedEmail' },
  sms: { loginId: '+15555550123', mask: { maskedPhone: '**********23' }, proven: 'verifiedPhone' },
  whatsapp: { loginId: '+15555550125', mask: { maskedPhone: '**********25' }, proven: 'verifiedPhone' },
};

const open = async (t, loginId) => t.sdk.magicLink.verify(await t.token(loginId));

const each = (channel, { loginId, mask, proven }) => ({
  [`magic link sign-up by ${channel} registers and proves the address`]: async (t) => {
    const sent = good(await t.sdk.magicLink.signUp[channel](loginId, undefined, { name: 'Eve' }));
    assert.deepEqual(sent, { ...mask, verificationAttempts: 5 });
    const eve = good(await open(t, loginId));
    assert.deepEqual([eve.firstSeen, eve.user.name, eve.user[proven]], [true, 'Eve', true]);
    await t.amr(eve, [channel]);
  },

  [`magic link sign-in by ${channel} is of the same user`]: async (t) => {
    const eve = await t.invite(channel, loginId);
    good(await t.sdk.magicLink.signIn[channel](loginId));
    const next = good(await open(t, loginId));
    assert.deepEqual([next.firstSeen, next.user.userId], [false, eve.user.userId]);
    await t.amr(next, [channel]);
  },

  [`magic link sign-up-or-in by ${channel} knows who is new`]: async (t) => {
    const seen = [];
    for (let i = 0; i < 2; i += 1) {
      good(await t.sdk.magicLink.signUpOrIn[channel](loginId));
      seen.push(good(await open(t, loginId)).firstSeen);
    }
    assert.deepEqual(seen, [true, false]);
  },
});

const { loginId: EVE } = channels.email;

export default {
  ...Object.assign({}, ...Object.entries(channels).map(([name, channel]) => each(name, channel))),

  'magic links are good side by side, each once': async (t) => {
    await t.invite('email', EVE);
    good(await t.sdk.magicLink.signIn.email(EVE));
    const first = await t.token(EVE);
    good(await t.sdk.magicLink.signIn.email(EVE));
    const second = await t.token(EVE);
    good(await t.sdk.magicLink.verify(first));
    good(await t.sdk.magicLink.verify(second));
    refused(await t.sdk.magicLink.verify(first), 401, 'E061102');
  },

  'a magic link is good for ten minutes': async (t) => {
    good(await t.sdk.magicLink.signUp.email(EVE));
    await t.pass(600);
    refused(await open(t, EVE), 401, 'E062504');
  },

  'a token that was never in a magic link is refused': async (t) => {
    refused(await t.sdk.magicLink.verify('U0-0'), 401, 'E061102');
  },

  'an enchanted link is no magic link, and the other way round': async (t) => {
    good(await t.sdk.enchantedLink.signUp(EVE));
    refused(await t.sdk.magicLink.verify(await t.token(EVE)), 401, 'E061102');
    good(await t.sdk.magicLink.signUpOrIn.email(EVE));
    refused(await t.sdk.enchantedLink.verify(await t.token(EVE)), 401, 'E061102');
  },

  'a magic link leads where it was asked to, with the token behind': async (t) => {
    good(await t.sdk.magicLink.signUp.email(EVE, 'https://app.example.com/in?from=mail'));
    assert.match((await t.mail(EVE)).link, /^https:\/\/app\.example\.com\/in\?from=mail&t=U/);
    good(await open(t, EVE));
  },

  'a landing address may have the other name': async (t) => {
    good(await t.posts('/v1/auth/magiclink/signup/email', { loginId: EVE, redirectUrl: 'https://app.example.com/in' }));
    assert.match((await t.mail(EVE)).link, /^https:\/\/app\.example\.com\/in\?t=U/);
  },

  'a landing address that is none is refused': async (t) => {
    refused(await t.sdk.magicLink.signUp.email(EVE, 'in'), 400, 'E011004');
  },

  'a magic link to somebody unknown is refused': async (t) => {
    refused(await t.sdk.magicLink.signIn.email('nobody@example.com'), 400, 'E062108');
  },

  'a magic link signs nobody up twice': async (t) => {
    await t.invite('email', EVE);
    refused(await t.sdk.magicLink.signUp.email(EVE), 400, 'E062107');
  },

  'mfa by magic link after totp': async (t) => {
    const ada = await t.enroll('ada@example.com', { phone: '+15555550123' });
    good(await t.sdk.magicLink.signIn.sms(ada.loginId, undefined, { mfa: true }, ada.refreshJwt));
    await t.amr(good(await open(t, ada.loginId)), ['totp', 'sms', 'mfa']);
  },

  'mfa by magic link without a refresh token is refused': async (t) => {
    await t.invite('email', EVE);
    refused(await t.sdk.magicLink.signIn.email(EVE, undefined, { mfa: true }), 401, 'E061004');
  },

  'magic update of a phone counts when it was opened': async (t) => {
    const ada = await t.enroll('ada');
    good(await t.sdk.magicLink.update.phone.sms('ada', '+15555550199', undefined, ada.refreshJwt));
    assert.equal(good(await t.sdk.me(ada.refreshJwt)).phone, '');
    const { user } = good(await open(t, 'ada'));
    assert.deepEqual([user.phone, user.verifiedPhone], ['+15555550199', true]);
  },

  'a magic link is made for a test user': async (t) => {
    const tess = await t.testUser();
    const [loginId] = tess.loginIds;
    const options = { customClaims: { plan: 'gold' }, tenantId: 'T1' };
    const made = good(await t.admin.generateMagicLinkForTestUser('email', loginId, 'https://app.example.com/in', options));
    const next = good(await t.sdk.magicLink.verify(tokenOf(made.link)));
    const { sub, plan, dct } = await t.claims(next.sessionJwt);
    assert.deepEqual([made.loginId, sub, plan, dct], [loginId, tess.userId, 'gold', 'T1']);
  },

  'no magic link is made for somebody who is no test user': async (t) => {
    await t.invite('email', EVE);
    refused(await t.admin.generateMagicLinkForTestUser('email', EVE, 'https://app.example.com/in'), 400, 'E112102');
  },
};
