// Runs checks of the sandbox by the official SDK: node judge.mjs < runs.json
// Each run names a check and a sandbox; each prints one line of JSON when it is
// over. With --list it prints the names of all checks instead.
import { readFileSync } from 'node:fs';
import { Bench } from './bench.mjs';
import totp from './checks/totp.mjs';
import otp from './checks/otp.mjs';
import factors from './checks/factors.mjs';
import session from './checks/session.mjs';
import self from './checks/self.mjs';
import cookies from './checks/cookies.mjs';
import management from './checks/management.mjs';
import enchanted from './checks/enchanted.mjs';
import magic from './checks/magic.mjs';
import password from './checks/password.mjs';
import project from './checks/project.mjs';
import faults from './checks/faults.mjs';

const checks = {
  ...totp, ...otp, ...enchanted, ...magic, ...password, ...project, ...factors, ...session, ...self, ...cookies,
  ...management, ...faults,
};
const AT_ONCE = 16; // most of a run is waiting for a disk or a pause of the SDK

async function judge(run) {
  try {
    await checks[run.check](new Bench(run));
    return { id: run.id, passed: true };
  } catch (e) {
    return { id: run.id, passed: false, asserted: e.code === 'ERR_ASSERTION', error: String(e.stack ?? e) };
  }
}

async function work(runs) {
  for (let run = runs.shift(); run; run = runs.shift()) {
    console.log(JSON.stringify(await judge(run)));
  }
}

if (process.argv.includes('--list')) {
  console.log(JSON.stringify(Object.keys(checks)));
} else {
  const runs = JSON.parse(readFileSync(0, 'utf8'));
  await Promise.all(Array.from({ length: AT_ONCE }, () => work(runs)));
  process.exit(0); // an idle keep-alive connection must not hold the test up
}
