// Enchanted links: opened anywhere, waited for here.
import assert from 'node:assert/strict';
import { good, refused, tokenOf } from '../bench.mjs';

const EVE = 'eve@example.com';
const POLL = { pollingIntervalMs: 1000, timeoutMs: 6000 };

const look = (t, pendingRef) => t.posts('/v1/auth/enchantedlink/pending-session', { pendingRef });

// press opens the right link of the newest mail.
const press = async (t, loginId = EVE) => t.sdk.enchantedLink.verify(await t.token(loginId));

// invite signs somebody up by the link of a mail, and in.
async function invite(t, loginId = EVE) {
  const { pendingRef } = good(await t.sdk.enchantedLink.signUp(loginId));
  good(await press(t, loginId));
  return { loginId, ...good(await look(t, pendingRef)) };
}

export default {
  'an enchanted link is the one of three with the number that is shown': async (t) => {
    const sent = good(await t.sdk.enchantedLink.signUp(EVE));
    assert.equal(sent.maskedEmail, 'e***@example.com');
    assert.match(sent.linkId, /^[0-9]{2}$/);
    assert.ok(sent.pendingRef, 'a reference to wait with');
    const mail = await t.mail(EVE);
    assert.deepEqual([mail.links.length, new Set(mail.links.map((l) => l.id)).size], [3, 3]);
    const right = mail.links.find((l) => l.id === sent.linkId);
    assert.equal(right?.url, mail.link);
  },

  'an enchanted link that nobody opened is pending': async (t) => {
    const { pendingRef } = good(await t.sdk.enchantedLink.signUp(EVE));
    refused(await look(t, pendingRef), 401, 'E062503');
  },

  'the SDK waits for an enchanted link and gets the session': async (t) => {
    const { pendingRef } = good(await t.sdk.enchantedLink.signUp(EVE, undefined, { name: 'Eve' }));
    const waiting = t.sdk.enchantedLink.waitForSession(pendingRef, POLL);
    good(await press(t));
    const eve = good(await waiting);
    assert.deepEqual([eve.firstSeen, eve.user.name, eve.user.verifiedEmail], [true, 'Eve', true]);
    await t.amr(eve, ['email']);
  },

  'the SDK gives up on an enchanted link that nobody opens': async (t) => {
    const { pendingRef } = good(await t.sdk.enchantedLink.signUp(EVE));
    const reply = await t.sdk.enchantedLink.waitForSession(pendingRef, { ...POLL, timeoutMs: 2900 });
    assert.deepEqual([reply.ok, reply.error?.errorCode], [false, '0']);
  },

  'an enchanted link may be opened in a browser': async (t) => {
    const { pendingRef } = good(await t.sdk.enchantedLink.signUp(EVE, `${t.run.base}/sandbox/link`));
    assert.equal((await fetch((await t.mail(EVE)).link)).status, 200);
    good(await look(t, pendingRef));
  },

  'a wrong one of the three enchanted links ends the sign-in': async (t) => {
    const { pendingRef, linkId } = good(await t.sdk.enchantedLink.signUp(EVE));
    const { links, link } = await t.mail(EVE);
    const wrong = links.find((l) => l.id !== linkId);
    refused(await t.sdk.enchantedLink.verify(tokenOf(wrong.url)), 401, 'E061102');
    refused(await t.sdk.enchantedLink.verify(tokenOf(link)), 401, 'E061102');
    refused(await look(t, pendingRef), 401, 'E061004');
  },

  'an enchanted link is opened once': async (t) => {
    good(await t.sdk.enchantedLink.signUp(EVE));
    good(await press(t));
    refused(await press(t), 401, 'E061102');
  },

  'the session of an enchanted link is fetched once': async (t) => {
    const { pendingRef } = good(await t.sdk.enchantedLink.signUp(EVE));
    good(await press(t));
    good(await look(t, pendingRef));
    refused(await look(t, pendingRef), 401, 'E061004');
  },

  'an enchanted link is good for ten minutes': async (t) => {
    const { pendingRef } = good(await t.sdk.enchantedLink.signUp(EVE));
    await t.pass(600);
    refused(await press(t), 401, 'E062504');
    refused(await look(t, pendingRef), 401, 'E062504');
  },

  'an enchanted link signs the same user in': async (t) => {
    const eve = await invite(t);
    const { pendingRef } = good(await t.sdk.enchantedLink.signIn(EVE));
    good(await press(t));
    const next = good(await look(t, pendingRef));
    assert.deepEqual([next.firstSeen, next.user.userId], [false, eve.user.userId]);
  },

  'an enchanted link for sign-up or sign-in knows who is new': async (t) => {
    const seen = [];
    for (let i = 0; i < 2; i += 1) {
      const { pendingRef } = good(await t.sdk.enchantedLink.signUpOrIn(EVE));
      good(await press(t));
      seen.push(good(await look(t, pendingRef)).firstSeen);
    }
    assert.deepEqual(seen, [true, false]);
  },

  'an enchanted link for somebody unknown is refused': async (t) => {
    refused(await t.sdk.enchantedLink.signIn('nobody@example.com'), 400, 'E062108');
  },

  'an enchanted link signs nobody up twice': async (t) => {
    await invite(t);
    refused(await t.sdk.enchantedLink.signUp(EVE), 400, 'E062107');
  },

  'mfa by enchanted link after totp': async (t) => {
    const ada = await t.enroll('ada@example.com');
    const options = { mfa: true, stepup: true, customClaims: { plan: 'gold' } };
    const { pendingRef } = good(await t.sdk.enchantedLink.signIn(ada.loginId, undefined, options, ada.refreshJwt));
    good(await press(t, ada.loginId));
    const raised = good(await look(t, pendingRef));
    await t.amr(raised, ['totp', 'email', 'mfa']);
    const { su, plan } = await t.claims(raised.sessionJwt);
    assert.deepEqual([su, plan], [true, 'gold']);
  },

  'mfa by enchanted link without a refresh token is refused': async (t) => {
    await invite(t);
    refused(await t.sdk.enchantedLink.signIn(EVE, undefined, { mfa: true }), 401, 'E061004');
  },

  'enchanted update of an email counts when it was opened': async (t) => {
    const ada = await t.enroll('ada');
    const { pendingRef } = good(await t.sdk.enchantedLink.update.email('ada', EVE, undefined, ada.refreshJwt));
    assert.equal(good(await t.sdk.me(ada.refreshJwt)).email, '');
    good(await press(t, 'ada'));
    const { user } = good(await look(t, pendingRef));
    assert.deepEqual([user.email, user.verifiedEmail], [EVE, true]);
  },

  'an enchanted link is made for a test user': async (t) => {
    const tess = await t.testUser();
    const made = good(await t.admin.generateEnchantedLinkForTestUser(tess.loginIds[0], 'https://app.example.com/in'));
    assert.equal(made.loginId, 'tess@example.com');
    assert.match(made.link, /^https:\/\/app\.example\.com\/in\?t=/);
    good(await t.sdk.enchantedLink.verify(tokenOf(made.link)));
    assert.equal(good(await look(t, made.pendingRef)).user.userId, tess.userId);
  },
};
