// Users to develop with (identity B7), each with a password of its own: `. .data/openrc.sh; npm run db:seed`.
import { randomBytes } from 'node:crypto';
import { seedIdentity } from './lib/seed-identity.mjs';

const { OS_AUTH_URL: authUrl, OS_USERNAME: username, OS_PASSWORD: password } = process.env;
if (!authUrl || !username || !password) {
  console.error('OS_AUTH_URL, OS_USERNAME and OS_PASSWORD are not set: `. .data/openrc.sh` first.');
  process.exit(2);
}
const passwords = new Map();
const passwordOf = (name) => {
  passwords.set(name, randomBytes(18).toString('base64url'));
  return passwords.get(name);
};
const made = await seedIdentity({ authUrl, username, password }, passwordOf);
for (const name of made) console.log(`${name}  ${passwords.get(name)}`);
console.log(`${made.length} users created.`);
