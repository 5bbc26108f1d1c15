// Tokens in cookies, as far as this SDK reads them: at a sign-in the refresh
// token, at a refresh both.
import assert from 'node:assert/strict';
import { good, refused } from '../bench.mjs';

const ADA = 'ada@example.com';

// sent is the body as it came, before the SDK added what it found in cookies,
// and the cookies by name.
async function sent(reply) {
  good(reply);
  const cookies = Object.fromEntries(reply.response.headers.getSetCookie().map((c) => [c.split('=')[0], c]));
  return { body: JSON.parse(await reply.response.text()), cookies };
}

// signIn is the first sign-in of somebody new, as a reply.
async function signIn(t) {
  const { key } = good(await t.sdk.totp.signUp(ADA));
  return t.sdk.totp.verify(ADA, t.code(key));
}

export default {
  'a refresh token in a cookie is read by the SDK': async (t) => {
    const reply = await signIn(t);
    const { body, cookies } = await sent(reply);
    assert.deepEqual([Object.keys(cookies), body.refreshJwt], [['DSR'], '']);
    await t.amr(reply.data, ['totp']);
    assert.equal((await t.claims(reply.data.refreshJwt)).drn, 'DSR');
    good(await t.sdk.refresh(reply.data.refreshJwt));
  },

  'a refresh token in a cookie rotates there': async (t) => {
    const { data } = await signIn(t);
    const reply = await t.sdk.refresh(data.refreshJwt);
    const { body } = await sent(reply);
    assert.equal(body.refreshJwt, '');
    assert.notEqual(reply.data.refreshJwt, data.refreshJwt);
    assert.equal((await t.claims(reply.data.refreshJwt)).drn, 'DSR');
  },

  'a session token in a cookie leaves the body empty': async (t) => {
    const { body, cookies } = await sent(await signIn(t));
    assert.deepEqual([Object.keys(cookies), body.sessionJwt], [['DS'], '']);
    assert.equal((await t.claims(/^DS=([^;]+)/.exec(cookies.DS)[1])).drn, 'DS');
    await t.claims(body.refreshJwt);
  },

  'a session token in a cookie is read by the SDK at a refresh': async (t) => {
    const { data } = await signIn(t);
    const info = await assertRefreshes(t, data.refreshJwt);
    assert.equal(info.token.sub, data.user.userId);
    assert.ok(info.cookies.some((c) => c.startsWith('DS=')), 'the cookie is handed on');
  },

  'both tokens in cookies are read by the SDK at a refresh': async (t) => {
    const reply = await signIn(t);
    const { body, cookies } = await sent(reply);
    assert.deepEqual([Object.keys(cookies).sort(), body.sessionJwt, body.refreshJwt], [['DS', 'DSR'], '', '']);
    const info = await assertRefreshes(t, reply.data.refreshJwt);
    assert.deepEqual([info.token.sub, info.token.drn], [reply.data.user.userId, 'DS']);
  },

  'a token cookie is out of the reach of scripts': async (t) => {
    const { cookies } = await sent(await signIn(t));
    assert.match(cookies.DSR, /; HttpOnly/);
    assert.match(cookies.DSR, /; Secure/);
    assert.match(cookies.DSR, /; SameSite=Lax/);
    assert.match(cookies.DSR, /; Path=\//);
  },

  'a refresh token may come back as a cookie': async (t) => {
    const { data } = await signIn(t);
    const headers = { Cookie: `DSR=${data.refreshJwt}` };
    const reply = await t.sdk.httpClient.get('/v1/auth/me', { headers });
    assert.deepEqual([reply.status, (await reply.json()).userId], [200, data.user.userId]);
  },

  'logout takes both cookies back': async (t) => {
    const { data } = await signIn(t);
    const { cookies } = await sent(await t.sdk.logout(data.refreshJwt));
    for (const name of ['DS', 'DSR']) assert.match(cookies[name], new RegExp(`^${name}=;.*Max-Age=0`));
    refused(await t.sdk.refresh(data.refreshJwt), 401, 'E064001');
  },
};

async function assertRefreshes(t, refreshJwt) {
  let info;
  await assert.doesNotReject(async () => { info = await t.sdk.refreshSession(refreshJwt); });
  return info;
}
