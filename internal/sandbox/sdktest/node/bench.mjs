// What every check gets: the official SDK against a sandbox of its own, whose
// clock stands still until the check moves it.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import DescopeClient from '@descope/node-sdk';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function unbase32(text) {
  assert.equal(typeof text, 'string', 'there is no key');
  let bits = '';
  for (const c of text) {
    assert.ok(BASE32.includes(c), `the key ${text} is not Base32`);
    bits += BASE32.indexOf(c).toString(2).padStart(5, '0');
  }
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

// hotp is RFC 4226 section 5.3, so that no code is made by the sandbox itself.
function hotp(key, counter) {
  const moving = Buffer.alloc(8);
  moving.writeBigUInt64BE(BigInt(counter));
  const mac = createHmac('sha1', unbase32(key)).update(moving).digest();
  const at = mac[19] & 0xf;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1e6).padStart(6, '0');
}

// good asserts a success and returns its data.
export function good(reply) {
  assert.equal(reply.ok, true, `refused: ${reply.code} ${JSON.stringify(reply.error)}`);
  return reply.data;
}

// refused asserts a refusal by its status and its code.
export function refused(reply, status, errorCode) {
  assert.equal(reply.ok, false, `accepted: ${JSON.stringify(reply.data)}`);
  assert.deepEqual([reply.code, reply.error.errorCode], [status, errorCode]);
  assert.ok(reply.error.errorDescription, 'a refusal describes itself');
}

// tokenOf is what a link carries.
export function tokenOf(link) {
  return new URL(link).searchParams.get('t');
}

export class Bench {
  constructor(run) {
    this.run = run;
    this.now = run.now;
    this.sdk = this.client();
  }

  client(more = {}) {
    return DescopeClient({ projectId: this.run.projectId, baseUrl: this.run.base, ...more });
  }

  // management is that side, made when it is first needed: the SDK asks
  // for the license as soon as it has a management key.
  get management() {
    this.manager ??= this.client({ managementKey: this.run.managementKey });
    return this.manager.management;
  }

  get admin() { return this.management.user; }

  async control(path) {
    const reply = await fetch(`${this.run.control}/${path}`);
    assert.ok(reply.ok, `${path}: ${reply.status}`);
    return reply.json();
  }

  // pass moves the sandbox's clock.
  async pass(seconds) {
    await this.control(`pass?seconds=${seconds}`);
    this.now += seconds;
  }

  // mail is the newest message that was delivered to a login id.
  async mail(loginId) {
    return this.control(`inbox?login=${encodeURIComponent(loginId)}`);
  }

  // inbox is the code in it, and token what its link ends in.
  async inbox(loginId) { return (await this.mail(loginId)).code; }

  async token(loginId) { return tokenOf((await this.mail(loginId)).link); }

  // code is what an authenticator app shows, some steps from now.
  code(key, steps = 0) {
    return hotp(key, Math.floor(this.now / 30) + steps);
  }

  // wrong is a code that an authenticator shows at no step around now.
  wrong(key) {
    const near = [-1, 0, 1].map((steps) => this.code(key, steps));
    return ['000000', '111111', '222222', '333333'].find((code) => !near.includes(code));
  }

  // enroll signs somebody up with an authenticator, and in.
  async enroll(loginId = 'ada@example.com', user = undefined) {
    const { key } = good(await this.sdk.totp.signUp(loginId, user));
    const first = good(await this.sdk.totp.verify(loginId, this.code(key)));
    return { loginId, key, ...first };
  }

  // again signs in with the next code of an authenticator.
  async again({ loginId, key }, options, token) {
    await this.pass(30);
    return this.sdk.totp.verify(loginId, this.code(key), options, token);
  }

  // invite signs somebody up by a delivered code, and in.
  async invite(channel, loginId, options) {
    good(await this.sdk.otp.signUp[channel](loginId, undefined, options));
    return { loginId, ...good(await this.deliver(channel, loginId)) };
  }

  // deliver verifies the newest code of the inbox.
  async deliver(channel, loginId) {
    return this.sdk.otp.verify[channel](loginId, await this.inbox(loginId));
  }

  // testUser makes one at the management side, in two tenants unless told else.
  async testUser(loginId = 'tess@example.com', more = {}) {
    return good(await this.admin.createTestUser(loginId, {
      email: 'tess@example.com', phone: '+15555550100',
      userTenants: [
        { tenantId: 'T1', tenantName: 'One', roleNames: ['boss'], permissions: ['read', 'write'] },
        { tenantId: 'T2', tenantName: 'Two' },
      ],
      ...more,
    }));
  }

  // enterAs signs a test user in by a generated code.
  async enterAs(loginId, options) {
    const { code } = good(await this.admin.generateOTPForTestUser('email', loginId, options));
    return good(await this.sdk.otp.verify.email(loginId, code));
  }

  // claims lets the SDK judge a token, and returns what it says.
  async claims(jwt) {
    let info;
    await assert.doesNotReject(async () => { info = await this.sdk.validateJwt(jwt); });
    return info.token;
  }

  // posts makes a call that the SDK has no name for.
  async posts(path, body, token) {
    const reply = await this.sdk.httpClient.post(path, body, { token });
    const answer = await reply.json();
    return { ok: reply.ok, code: reply.status, [reply.ok ? 'data' : 'error']: answer };
  }

  // amr asserts the factors of a sign-in's both tokens, in their order.
  async amr({ sessionJwt, refreshJwt }, want) {
    assert.deepEqual((await this.claims(sessionJwt)).amr, want);
    if (refreshJwt) assert.deepEqual((await this.claims(refreshJwt)).amr, want);
  }

  // rejects asserts that the SDK will not have a token, and why.
  async rejects(jwt, why) {
    await assert.rejects(() => this.sdk.validateSession(jwt), why);
  }
}
