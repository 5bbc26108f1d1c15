// Validates a session token read from stdin with the official SDK, as a
// backend would: node validate.mjs BASE_URL PROJECT_ID < token
import { readFileSync } from 'node:fs';
import DescopeClient from '@descope/node-sdk';

const [baseUrl, projectId] = process.argv.slice(2);
const token = readFileSync(0, 'utf8').trim();
const sdk = DescopeClient({ projectId, baseUrl });

try {
  const info = await sdk.validateSession(token);
  console.log(JSON.stringify({ valid: true, sub: info.token.sub, amr: info.token.amr }));
} catch (e) {
  console.log(JSON.stringify({ valid: false, error: String(e.message ?? e) }));
}
