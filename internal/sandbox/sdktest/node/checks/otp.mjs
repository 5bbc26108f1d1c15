// Delivered codes, on each channel.
import assert from 'node:assert/strict';
import { good, refused } from '../bench.mjs';

// What a code on each channel proves. A call counts as an SMS here.
const channels = {
  email: { loginId: 'eve@example.com', factor: 'email', mask: { maskedEmail: 'e***@example.com' }, proven: 'verifiedEmail' },
  sms: { loginId: '+15555550123', factor: 'sms', mask: { maskedPhone: '**********23' }, proven: 'verifiedPhone' },
  voice: { loginId: '+15555550124', factor: 'sms', mask: { maskedPhone: '**********24' }, proven: 'verifiedPhone' },
  whatsapp: { loginId: '+15555550125', factor: 'whatsapp', mask: { maskedPhone: '**********25' }, proven: 'verifiedPhone' },
  im: { loginId: '+15555550126', factor: 'im', mask: { maskedPhone: '**********26' }, proven: 'verifiedPhone' },
};

const each = (channel, { loginId, factor, mask, proven }) => ({
  [`otp sign-up by ${channel} registers and proves the address`]: async (t) => {
    const sent = good(await t.sdk.otp.signUp[channel](loginId, { name: 'Eve' }));
    assert.deepEqual(sent, { ...mask, verificationAttempts: 5 });
    const reply = good(await t.deliver(channel, loginId));
    assert.equal(reply.firstSeen, true);
    assert.equal(reply.user.name, 'Eve');
    assert.equal(reply.user[proven], true);
    await t.amr(reply, [factor]);
  },

  [`otp sign-in by ${channel} is of the same user`]: async (t) => {
    const eve = await t.invite(channel, loginId);
    assert.deepEqual(good(await t.sdk.otp.signIn[channel](loginId)), { ...mask, verificationAttempts: 5 });
    const reply = good(await t.deliver(channel, loginId));
    assert.deepEqual([reply.firstSeen, reply.user.userId], [false, eve.user.userId]);
    await t.amr(reply, [factor]);
  },

  [`otp sign-up-or-in by ${channel} knows who is new`]: async (t) => {
    const seen = [];
    for (let i = 0; i < 2; i += 1) {
      good(await t.sdk.otp.signUpOrIn[channel](loginId));
      seen.push(good(await t.deliver(channel, loginId)).firstSeen);
    }
    assert.deepEqual(seen, [true, false]);
  },

  [`a wrong otp code by ${channel} is refused, and the right one still good`]: async (t) => {
    good(await t.sdk.otp.signUp[channel](loginId));
    const code = await t.inbox(loginId);
    refused(await t.sdk.otp.verify[channel](loginId, code === '000000' ? '111111' : '000000'), 401, 'E061102');
    good(await t.sdk.otp.verify[channel](loginId, code));
  },
});

const { loginId: EVE } = channels.email;

export default {
  ...Object.assign({}, ...Object.entries(channels).map(([name, channel]) => each(name, channel))),

  'a new otp code cancels the one before': async (t) => {
    await t.invite('email', EVE);
    good(await t.sdk.otp.signIn.email(EVE));
    const old = await t.inbox(EVE);
    do good(await t.sdk.otp.signIn.email(EVE)); while (await t.inbox(EVE) === old);
    refused(await t.sdk.otp.verify.email(EVE, old), 401, 'E061102');
    good(await t.deliver('email', EVE));
  },

  'an otp code is good once': async (t) => {
    await t.invite('email', EVE);
    refused(await t.deliver('email', EVE), 401, 'E061102');
  },

  'an otp code is good for five minutes': async (t) => {
    good(await t.sdk.otp.signUp.email(EVE));
    await t.pass(300);
    refused(await t.deliver('email', EVE), 401, 'E061104');
  },

  'an otp code is shut after five wrong ones': async (t) => {
    good(await t.sdk.otp.signUp.email(EVE));
    const code = await t.inbox(EVE);
    const wrong = code === '000000' ? '111111' : '000000';
    for (let i = 0; i < 5; i += 1) refused(await t.sdk.otp.verify.email(EVE, wrong), 401, 'E061102');
    refused(await t.sdk.otp.verify.email(EVE, code), 401, 'E061103');
  },

  'an otp code of one channel is none on another': async (t) => {
    good(await t.sdk.otp.signUp.email(EVE));
    refused(await t.deliver('sms', EVE), 400, 'E062108');
    good(await t.deliver('email', EVE));
  },

  'otp sign-in of somebody unknown is refused': async (t) => {
    refused(await t.sdk.otp.signIn.email('nobody@example.com'), 400, 'E062108');
  },

  'otp sign-up of somebody registered is refused': async (t) => {
    await t.invite('email', EVE);
    refused(await t.sdk.otp.signUp.email(EVE), 400, 'E062107');
  },

  'an otp by sms needs a phone number': async (t) => {
    refused(await t.sdk.otp.signUp.sms(EVE), 400, 'E011003');
  },

  'otp update of an email counts with its code': async (t) => {
    const ada = await t.enroll('ada');
    const sent = good(await t.sdk.otp.update.email('ada', 'new@example.com', ada.refreshJwt));
    assert.equal(sent.maskedEmail, 'n***@example.com');
    assert.equal(good(await t.sdk.me(ada.refreshJwt)).email, '');
    const reply = good(await t.deliver('email', 'ada'));
    assert.deepEqual([reply.user.email, reply.user.verifiedEmail], ['new@example.com', true]);
    await t.amr(reply, ['email']);
  },

  'otp update of a phone with mfa keeps the factors before': async (t) => {
    const ada = await t.enroll('ada');
    good(await t.sdk.otp.update.phone.sms('ada', '+15555550199', ada.refreshJwt, { mfa: true }));
    const reply = good(await t.deliver('sms', 'ada'));
    assert.deepEqual([reply.user.phone, reply.user.verifiedPhone], ['+15555550199', true]);
    await t.amr(reply, ['totp', 'sms', 'mfa']);
  },

  'otp update adds the address to the login ids when asked': async (t) => {
    const ada = await t.enroll('ada');
    const options = { addToLoginIDs: true, onMergeUseExisting: true };
    good(await t.sdk.otp.update.email('ada', 'new@example.com', ada.refreshJwt, options));
    assert.deepEqual(good(await t.deliver('email', 'ada')).user.loginIds, ['ada', 'new@example.com']);
  },
};
